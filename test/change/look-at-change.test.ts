import { describe, expect, test } from "vitest";
import { lookAtChange } from "../../src/change/look-at-change.ts";

const look = (action: string, before: string, status: string, isActionFinished = false) =>
  lookAtChange(
    { kind: "action", action, body: null, was: { status: before, itemIds: [], changes: null } },
    { status, raw: "{}", attachmentIds: [], item: null, isActionFinished },
  )?.state ?? null;

describe("lookAtChange() of an action", () => {
  test.each([
    // What customs does meanwhile says nothing about the action.
    ["invalidate", "Accepted", "Released", null],
    ["invalidate", "Accepted", "DocumentControl", null],
    ["amend", "Accepted", "Released", null],
    ["goods-arrived", "Submitted", "Accepted", null],
    ["submit", "Invalid", "Validated", null],
    ["invalidate", "Accepted", "Invalidating", "applied"],
    ["invalidate", "Released", "invalidated", "applied"],
    ["invalidate", "Accepted", "InvalidationError", "different"],
    ["amend", "Accepted", "Amendable", "applied"],
    ["goods-arrived", "Accepted", "GoodsArrived", "applied"],
    ["goods-arrived", "Accepted", "CustomsError", "different"],
    ["submit", "Validated", "Queued", "applied"],
    ["submit", "Validated", "Submitted", "applied"],
    ["submit", "Validated", "CustomsError", "different"],
    ["validate", "Invalid", "Validated", "applied"],
  ] as const)("%s, %s to %s: %s", (action, before, status, state) => {
    expect(look(action, before, status)).toBe(state);
  });

  test("an invalidation that has ended with the declaration still in force is no success", () => {
    expect(look("invalidate", "Accepted", "Accepted", true)).toBe("different");
    expect(look("invalidate", "Accepted", "Invalidated", true)).toBe("applied");
    expect(look("validate", "Invalid", "Invalid", true)).toBe("applied");
  });
});
