import { describe, expect, test } from "vitest";
import { correctionsOf, isAllowed } from "../../../src/core/codes/change-rules.ts";
import {
  declarationStatuses,
  statusMeaning,
} from "../../../src/core/codes/declaration-statuses.ts";

const key = { direction: "IN", externalReference: "PO 1" } as const;
const of = (currentStatus: string) => ({ declarationId: "D-1", currentStatus });

describe("isAllowed()", () => {
  test.each([
    // Source: seeds/004, Corrections.
    ["update", "Invalid", "allowed"],
    ["update", "CustomsError", "allowed"],
    ["update", "Submitted", "forbidden"],
    ["update", "Accepted", "forbidden"],
    ["update", "Released", "forbidden"],
    ["invalidate", "Accepted", "allowed"],
    ["invalidate", "RELEASED", "allowed"],
    ["invalidate", "Validated", "forbidden"],
    ["invalidate", "Invalidated", "forbidden"],
    ["submit", "Validated", "allowed"],
    ["submit", "Accepted", "forbidden"],
    ["invalidate", "SomethingNew", "not-known"],
  ] as const)("%s in %s is %s", (aim, status, answer) => {
    expect(isAllowed(aim, status, {})).toBe(answer);
  });

  test("never allows an update of what is accepted and beyond, but where it is rejected or opened for it", () => {
    const both = Object.keys(declarationStatuses).filter(
      (status) =>
        isAllowed("update", status, {}) === "allowed" && statusMeaning(status).acceptedAndBeyond,
    );
    expect(both.sort()).toEqual(["Amendable", "AmendmentError", "Rejected"]);
  });

  test("takes the statuses of the configuration instead", () => {
    const allowedIn = { update: ["Submitted", "MyOwn"] };
    expect(isAllowed("update", "submitted", allowedIn)).toBe("allowed");
    expect(isAllowed("update", "MyOwn", allowedIn)).toBe("allowed");
    expect(isAllowed("update", "Invalid", allowedIn)).toBe("forbidden");
  });
});

describe("correctionsOf()", () => {
  test("offers what the status allows, as commands that can be pasted", () => {
    expect(correctionsOf(of("Invalid"), key, "acceptance")).toMatchObject([
      {
        kind: "update-declaration",
        command: "cas-batch declarations update D-1 --env acceptance --set PATH=VALUE",
      },
      { kind: "update-shipment", command: "cas-batch submit FILE --env acceptance" },
      { kind: "replace", command: "cas-batch submit FILE --env acceptance" },
    ]);
    expect(correctionsOf(of("Released"), key, "production")).toMatchObject([
      {
        kind: "update-shipment",
        command: 'cas-batch submit FILE --env production --allow-amend "PO 1"',
      },
      { kind: "amend" },
      {
        kind: "invalidate",
        command: 'cas-batch declarations invalidate D-1 --env production --reason "REASON"',
      },
    ]);
  });

  test("offers nothing for what is withdrawn, and nothing of the shipment where it is not known", () => {
    expect(correctionsOf(of("Invalidated"), key, "production")).toEqual([]);
    const kinds = correctionsOf(of("Invalid"), null, "production").map(({ kind }) => kind);
    expect(kinds).toEqual(["update-declaration"]);
  });
});
