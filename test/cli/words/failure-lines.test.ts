// Why a command ended, in at most five lines.
import { expect, test } from "vitest";
import { failureLines } from "../../../src/cli/words/failure-lines.ts";
import { errorCodes } from "../../../src/core/codes/error-codes.ts";

const many = Array.from({ length: 40 }, (_, at) => `cas-batch.yaml line ${at + 1}: wrong`);

test("Of many mistakes the first are shown, how many there are, and the next step", () => {
  const error = { code: "x", message: many.join("\n"), mistakes: many, hint: "Correct them" };
  expect(failureLines(error)).toEqual([
    "cas-batch: cas-batch.yaml line 1: wrong",
    "  cas-batch.yaml line 2: wrong",
    "  cas-batch.yaml line 3: wrong",
    "  … 3 of 40 shown; -v shows all",
    "  Correct them",
  ]);
  expect(failureLines(error, [], true)).toHaveLength(41);
});

test("A message that quotes a whole answer is cut, and says how long it is", () => {
  const error = { code: "x", message: `CAS said ${"x".repeat(9_000)}`, hint: "Ask" };
  const [first = ""] = failureLines(error);
  expect(first).toMatch(/x … \(9,009 characters\)$/);
  expect(first.length).toBeLessThan(600);
  expect(failureLines(error, [], true)[0]).toContain("x".repeat(9_000));
});

test("The next step of every error fits three lines of 80 columns", () => {
  const long = Object.entries(errorCodes).filter(([, { hint }]) => hint.length > 3 * 76);
  expect(long.map(([code]) => code)).toEqual([]);
});
