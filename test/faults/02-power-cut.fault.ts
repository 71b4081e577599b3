// The power fails at any moment of a course of ledger writes; what the process was told is there
// afterwards. The control, a ledger whose commits do not wait for the disk, must lose some of it.
import { expect, it } from "vitest";
import { normalSynchronous } from "../support/fault-plants.ts";
import { powerCuts } from "../support/fault-power-cuts.ts";
import { builtProgram, patchedProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { hasStrace } from "../support/fault-strace.ts";

const SEED = 20261120;

faultRow("power cut: unsynced writes dropped, reordered, torn", async ({ skip }) => {
  if (!hasStrace) skip("strace is missing");
  const { points, lost, corrupt, firstLoss } = await powerCuts(
    builtProgram,
    pointsOf(5_000, 200_000),
    SEED,
  );
  expect(firstLoss).toBeNull();
  expect(corrupt).toBe(0);
  return { points, lost, doubled: 0, inverted: 0, also: `corrupt ${String(corrupt)}` };
});

it("power cut, control: with synchronous=NORMAL acknowledged rows are lost", async (context) => {
  if (!hasStrace) context.skip("strace is missing");
  using program = patchedProgram(normalSynchronous);
  const { points, lost, corrupt } = await powerCuts(program, pointsOf(500, 5_000), SEED);
  const row = "power cut, control: synchronous=NORMAL must lose some";
  const also = `corrupt ${String(corrupt)}`;
  context.task.meta.faultRow = { row, points, lost, doubled: 0, inverted: 0, also };
  expect(lost).toBeGreaterThan(0);
});
