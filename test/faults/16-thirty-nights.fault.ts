// Thirty nights in a row on one ledger and one inbox, each with a trouble of its own; and one process that takes files
// as they come, round after round. What they hold of the machine must not grow.
import { expect } from "vitest";
import type { Held } from "../support/fault-night-house.ts";
import { THIRTY_NIGHTS } from "../support/fault-night-plan.ts";
import { nights } from "../support/fault-nights.ts";
import { builtProgram } from "../support/fault-program.ts";
import { watchRounds } from "../support/fault-rounds.ts";
import { faultRow, isDeep, pointsOf } from "../support/fault-row.ts";
import { hasFakeTime } from "../support/program-time.ts";

/** How much more memory may be held in the end. */
const GROWTH_MAX = 1.15;
/** Sockets to CAS come and go. */
const HANDLES_MORE_MAX = 4;
const ROUNDS = isDeep ? 100 : 20;
const WATCH_MIB_MAX = 250;

faultRow("thirty nights", async ({ skip }) => {
  if (!hasFakeTime) skip("faketime is missing");
  const shipments = pointsOf(30, 300);
  const found = await nights(builtProgram, THIRTY_NIGHTS, shipments);
  const { lost, doubled, inverted, filesAstray, complaints, runs, peaks, listener } = found;
  expect(complaints).toEqual([]);
  const peakOf = (from: number, to: number): number =>
    median(peaks.filter(({ night }) => night >= from && night <= to).map(({ mib }) => mib));
  const [early, late] = [peakOf(3, 10), peakOf(20, 30)];
  expect(late / early).toBeLessThanOrEqual(GROWTH_MAX);
  // It lives from the fourteenth night on.
  const held = expectFlat(listener.filter(({ night }) => night >= 16));
  const disks = found.hasFullDisks ? "" : "; no disk could be filled";
  const also = `${String(shipments)} shipments a night; a run ${early.toFixed(0)} → ${late.toFixed(0)} MiB, listen ${held}${disks}`;
  return { points: runs, lost: lost + filesAstray, doubled, inverted, also };
});

faultRow("rounds of run --watch", async ({ skip }) => {
  if (!hasFakeTime) skip("faketime is missing");
  const found = await watchRounds(builtProgram, ROUNDS, pointsOf(20, 300));
  const { lost, doubled, inverted, complaints, held } = found;
  expect(complaints).toEqual([]);
  expect(Math.max(...held.map(({ memoryMiB }) => memoryMiB))).toBeLessThanOrEqual(WATCH_MIB_MAX);
  // At first it loads what it needs, and comes to its size.
  const also = expectFlat(held.slice(ROUNDS / 4));
  return { points: ROUNDS, lost, doubled, inverted, also };
});

/**
 * Handles and memory are not more in the last third than in the first. Memory grows until it is collected, so the
 * least of each third counts.
 */
function expectFlat(held: readonly Held[]): string {
  const third = Math.floor(held.length / 3);
  const [early, late] = [leastOf(held.slice(0, third)), leastOf(held.slice(-third))];
  const text = `${textOf(early)} → ${textOf(late)}`;
  expect(late.handles, text).toBeLessThanOrEqual(early.handles + HANDLES_MORE_MAX);
  expect(late.memoryMiB / early.memoryMiB, text).toBeLessThanOrEqual(GROWTH_MAX);
  return text;
}

function leastOf(held: readonly Held[]): Held {
  return {
    handles: Math.min(...held.map(({ handles }) => handles)),
    memoryMiB: Math.min(...held.map(({ memoryMiB }) => memoryMiB)),
  };
}

function textOf({ handles, memoryMiB }: Held): string {
  return `${memoryMiB.toFixed(0)} MiB and ${String(handles)} handles`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
