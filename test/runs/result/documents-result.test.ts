import { expect, test } from "vitest";
import { CannotNowError, CasBatchError } from "../../../src/core/errors.ts";
import { plainResult } from "../../../src/cli/words/plain-result.ts";
import { withDocuments } from "../../../src/runs/result/documents-result.ts";

const AGAIN = "Run the same command again: what was fetched is skipped";

function stoppedBy(error: unknown) {
  const session = { signal: new AbortController().signal };
  const nothing = { documents: [], fetched: 0, skipped: 0, failed: [], missing: 0 };
  const fetched = { ...nothing, stoppedBy: error, folder: "/x", isComplete: true };
  return withDocuments(plainResult([], {}), session, fetched, "each");
}

test("withDocuments() says what to set right before the command is run again", () => {
  const full = new CasBatchError("file-not-writable", "Full", { hint: "Free some space" });
  const { exitCode, next, error } = stoppedBy(full);
  expect({ exitCode, next }).toEqual({ exitCode: 2, next: ["Free some space", AGAIN] });
  expect(error?.hint).toBe("Free some space");
});

test("withDocuments() says only to run it again where that helps by itself", () => {
  const { exitCode, next, error } = stoppedBy(new CannotNowError("server-error", "Busy"));
  expect({ exitCode, next }).toEqual({ exitCode: 5, next: [AGAIN] });
  expect(error?.hint).toBe(AGAIN);
});
