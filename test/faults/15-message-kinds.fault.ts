// All eight kinds of message through kill -9 and lost answers, and the proof that the rows would notice a kind
// that is repeated though it must not be.
import { expect, it } from "vitest";
import { killKinds, loseAnswersOfKinds, type KindsResult } from "../support/fault-kinds.ts";
import { builtProgram, patchedProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf, type FaultRow } from "../support/fault-row.ts";
import { hasStrace } from "../support/fault-strace.ts";

function rowOf(result: KindsResult): Omit<FaultRow, "row"> {
  const { points, lost, doubled, inverted, repeated, leftToPeople, complaints } = result;
  expect(complaints).toEqual([]);
  const also = `${String(repeated)} harmless repeats, ${String(leftToPeople)} settled by a person`;
  return { points, lost, doubled, inverted, also };
}

faultRow("eight kinds of message: kill -9 at writes, then resume", async ({ skip }) => {
  if (!hasStrace) skip("strace is missing");
  const result = await killKinds(builtProgram, pointsOf(24, Infinity));
  expect(result.killed).toBeGreaterThan(result.points * 0.8);
  return rowOf(result);
});

faultRow("eight kinds of message: answers lost after acceptance and before", async () =>
  rowOf(await loseAnswersOfKinds(builtProgram, pointsOf(25, 1_000))),
);

it("planted: a formula counts as harmless to repeat, caught by lost answers", async (context) => {
  using program = patchedProgram([
    {
      file: "core/message-kind.ts",
      find: '    nouns: "formulas",\n    key: "externalReference",\n    isDirected: false,\n    repeat: "doubles",',
      put: '    nouns: "formulas",\n    key: "externalReference",\n    isDirected: false,\n    repeat: "harmless",',
    },
  ]);
  const { doubled } = await loseAnswersOfKinds(program, 25);
  const counted = { points: 1, lost: 0, doubled: 0, inverted: 0 };
  const also = `caught ${String(doubled)} times`;
  context.task.meta.faultRow = { row: "planted: a formula is repeated", ...counted, also };
  expect(doubled).toBeGreaterThan(0);
});
