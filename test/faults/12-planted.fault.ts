// The kit itself is put to the test: faults, each planted in a copy of the sources, and each
// noticed by the row that is there for it.
import { expect, it } from "vitest";
import { floodOfDuplicates, killedFloods, siege } from "../support/fault-deliveries.ts";
import { killPoints } from "../support/fault-kill.ts";
import { lostAnswers } from "../support/fault-lost-answers.ts";
import type { Trouble } from "../support/fault-night-plan.ts";
import { nights } from "../support/fault-nights.ts";
import {
  acknowledgedTooEarly,
  archiveReplaces,
  deliveriesNotCompared,
  everyKeyOpens,
  halfFilesTaken,
  intentAfterSend,
  leaseIgnored,
  noHashCheck,
  normalSynchronous,
  retryOfRefusal,
  workNotRecovered,
} from "../support/fault-plants.ts";
import { powerCuts } from "../support/fault-power-cuts.ts";
import {
  forEachAtOnce,
  patchedProgram,
  type Program,
  type SourcePatch,
} from "../support/fault-program.ts";
import { hasStrace } from "../support/fault-strace.ts";
import { sameContent } from "../support/fault-same-content.ts";
import { twoRuns, withShortLease } from "../support/fault-two-runs.ts";
import { hasFakeTime } from "../support/program-time.ts";

/** How much harm the row finds, in a program with the fault in it. */
function caught(
  fault: string,
  row: string,
  patches: readonly SourcePatch[],
  harm: (program: Program) => Promise<number>,
): void {
  // Whether a fault does harm is a matter of moments: it has to be caught, not every time.
  it(`planted: ${fault}, caught by "${row}"`, { retry: 3 }, async (context) => {
    if (!hasStrace) context.skip("strace is missing");
    if (row === "thirty nights" && !hasFakeTime) context.skip("faketime is missing");
    using program = fault === "lease ignored" ? withShortLease(patches) : patchedProgram(patches);
    const found = await harm(program);
    const counted = { points: 1, lost: 0, doubled: 0, inverted: 0 };
    const also = `caught ${String(found)} times`;
    context.task.meta.faultRow = { row: `planted: ${fault}`, ...counted, also };
    expect(found).toBeGreaterThan(0);
  });
}

/** Kills hit or miss the moment between a request and its late intent. */
const ROUNDS_MAX = 6;

caught("intent after send", "kill -9", intentAfterSend, async (program) => {
  let doubled = 0;
  for (let round = 0; round < ROUNDS_MAX && doubled === 0; round += 1) {
    const found = await killPoints(program, 12, ({ kind }) => kind === "socket");
    ({ doubled } = found);
  }
  return doubled;
});
caught("synchronous=NORMAL", "power cut", normalSynchronous, async (program) => {
  const found = await powerCuts(program, 100, 1);
  return found.lost;
});
caught("no hash check", "same content", noHashCheck, async (program) => {
  const found = await sameContent(program, 10, null);
  return found.doubled;
});
caught("retry of 400", "answers lost", retryOfRefusal, async (program) => {
  // Long enough for a second request on a busy machine; the program itself would try for minutes.
  const found = await lostAnswers(program, 100, 45_000);
  return found.doubled;
});
caught("lease ignored", "two and four runs at once", leaseIgnored, async (program) => {
  // Several moments to stop the holder at: on a busy machine not every one hits it while it sends.
  const moments = [100, 200, 300, 400, 600, 800];
  const rounds = await forEachAtOnce(moments, 2, (stopAfterMs, at) =>
    twoRuns(program, at % 2 === 0 ? 2 : 4, stopAfterMs, 3_500),
  );
  return rounds.reduce((sum, { doubled }) => sum + doubled, 0);
});
caught(
  "deliveries not compared",
  "deliveries, each five times",
  deliveriesNotCompared,
  async (program) => {
    const found = await floodOfDuplicates(program, 100, 20);
    return found.lost + found.doubled;
  },
);
caught(
  "acknowledged too early",
  "deliveries, kill -9 in the flood",
  acknowledgedTooEarly,
  async (program) => {
    const found = await killedFloods(program, 3);
    return found.lost;
  },
);
caught("every key opens", "deliveries beside forged ones", everyKeyOpens, async (program) => {
  const found = await siege(program, 100);
  return found.accepted;
});
/** Nights that the fault does harm in; lost are shipments, and files that are not in one place or not done with. */
const harmOf = (trouble: Trouble) => async (program: Program) => {
  const found = await nights(program, [{ trouble }], 12);
  return found.lost + found.filesAstray;
};
caught("work not recovered", "thirty nights", workNotRecovered, harmOf("killed"));
caught("archive replaces", "thirty nights", archiveReplaces, harmOf("files arrive"));
caught("half files taken", "thirty nights", halfFilesTaken, harmOf("half-written"));
