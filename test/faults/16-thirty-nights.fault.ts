// Thirty nights in a row on one ledger and one inbox, each with a trouble of its own: files that come while the run
// works, half-written or locked ones, kills, full disks, a CAS that is down, lost answers, a clock that jumps.
import { expect } from "vitest";
import { THIRTY_NIGHTS } from "../support/fault-night-plan.ts";
import { nights } from "../support/fault-nights.ts";
import { builtProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { hasFakeTime } from "../support/program-time.ts";

const GROWTH_MAX = 1.15;

faultRow("thirty nights", async ({ skip }) => {
  if (!hasFakeTime) skip("faketime is missing");
  const found = await nights(builtProgram, THIRTY_NIGHTS, pointsOf(30, 300));
  const { lost, doubled, inverted, filesAstray, complaints, runs, peakMiB, listener } = found;
  expect(complaints).toEqual([]);
  const early = median([...peakMiB].filter(([night]) => night >= 3 && night <= 10).map(secondOf));
  const late = median([...peakMiB].filter(([night]) => night >= 20).map(secondOf));
  process.stderr.write(JSON.stringify({ runs, peak: [...peakMiB], listener, early, late }) + "\n");
  expect(late / early).toBeLessThanOrEqual(GROWTH_MAX);
  return { points: runs, lost: lost + filesAstray, doubled, inverted };
});

function secondOf([, value]: readonly [number, number]): number {
  return value;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
