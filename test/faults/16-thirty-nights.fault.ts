// Thirty nights in a row on one ledger and one inbox, each with a trouble of its own; and one process that takes files
// as they come, round after round. What they hold of the machine must not grow.
import { expect } from "vitest";
import { THIRTY_NIGHTS } from "../support/fault-night-plan.ts";
import { nights } from "../support/fault-nights.ts";
import { builtProgram } from "../support/fault-program.ts";
import { watchRounds } from "../support/fault-rounds.ts";
import { faultRow, isDeep, pointsOf } from "../support/fault-row.ts";
import { hasFakeTime } from "../support/program-time.ts";

/** Of the later median to the earlier one. */
const GROWTH_MAX = 1.15;
/** Sockets to CAS come and go. */
const HANDLES_MORE_MAX = 4;
const ROUNDS = isDeep ? 100 : 20;

faultRow("thirty nights", async ({ skip }) => {
  if (!hasFakeTime) skip("faketime is missing");
  const shipments = pointsOf(30, 300);
  const found = await nights(builtProgram, THIRTY_NIGHTS, shipments);
  const { lost, doubled, inverted, filesAstray, complaints, runs, peaks, listener } = found;
  expect(complaints).toEqual([]);
  const ran = (from: number, to: number) =>
    median(peaks.filter(({ night }) => night >= from && night <= to).map(({ mib }) => mib));
  const [early, late] = [ran(3, 10), ran(20, 30)];
  expect(late / early).toBeLessThanOrEqual(GROWTH_MAX);
  // It lives from the fourteenth night on.
  const held = expectFlat(
    listener.filter(({ night }) => night >= 16),
    "listener",
  );
  const disks = found.hasFullDisks ? "" : "; no disk could be filled";
  const also = `${String(shipments)} shipments each; run ${early.toFixed(0)} → ${late.toFixed(0)} MiB; ${held}${disks}`;
  return { points: runs, lost: lost + filesAstray, doubled, inverted, also };
});

faultRow("rounds of run --watch", async ({ skip }) => {
  if (!hasFakeTime) skip("faketime is missing");
  const found = await watchRounds(builtProgram, ROUNDS, pointsOf(30, 300));
  const { lost, doubled, inverted, complaints, held } = found;
  expect(complaints).toEqual([]);
  // At first it loads what it needs.
  const also = expectFlat(held.slice(ROUNDS / 4), "run --watch");
  return { points: ROUNDS, lost, doubled, inverted, also };
});

/** Neither handles nor memory are more in the last third than in the first. */
function expectFlat(
  held: readonly { readonly handles: number; readonly memoryMiB: number }[],
  who: string,
): string {
  const third = Math.floor(held.length / 3);
  const [early, late] = [held.slice(0, third), held.slice(-third)].map((part) => ({
    handles: median(part.map(({ handles }) => handles)),
    memoryMiB: median(part.map(({ memoryMiB }) => memoryMiB)),
  }));
  if (early === undefined || late === undefined) throw new Error("Nothing was measured");
  const text = `${who} ${early.memoryMiB.toFixed(0)} → ${late.memoryMiB.toFixed(0)} MiB, ${String(early.handles)} → ${String(late.handles)} handles`;
  expect(late.handles, text).toBeLessThanOrEqual(early.handles + HANDLES_MORE_MAX);
  expect(late.memoryMiB / early.memoryMiB, text).toBeLessThanOrEqual(GROWTH_MAX);
  return text;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
