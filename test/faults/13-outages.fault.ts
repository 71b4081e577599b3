// A CAS that is there and does not work: errors for hours, answers cut at every byte, connections on
// which nothing ever comes, answers in crumbs, and errors about messages that were taken all the same.
import { expect } from "vitest";
import { CannotNowError } from "../../src/core/errors.ts";
import { defaultDeliverSettings } from "../../src/submit/limits/deliver-settings.ts";
import { refusal, type Fault } from "../support/simulator-faults.ts";
import { openDeliveryDesk, referenceOf, references } from "../submit/delivery-desk.ts";
import { createScriptedCas } from "../submit/scripted-cas.ts";
import { isSend, startFaultCas } from "../support/fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "../support/fault-files.ts";
import { builtProgram, runProgram } from "../support/fault-program.ts";
import { faultRow, isDeep, pointsOf } from "../support/fault-row.ts";
import { judge } from "../support/fault-verdict.ts";

const HOUR_MS = 3_600_000;
const DOWN_FROM_MS = 20_000;
const DOWN_FOR_MS = (isDeep ? 24 : 5) * HOUR_MS;
/** How often somebody, or the scheduler, tries `resume`. */
const RESUMED_EVERY_MS = HOUR_MS / 2;
const RATE_PER_S = 10;
const RUNS_MAX = 100;

faultRow("5xx for hours, on a clock of its own", async () => {
  await using desk = await openDeliveryDesk();
  // Enough that the work is not done before CAS goes down.
  const shipments = Math.max(pointsOf(1_000, 20_000), (2 * RATE_PER_S * DOWN_FROM_MS) / 1_000);
  await desk.queue(references(shipments));
  const accepted = new Map<string, number>();
  let duringOutage = 0;
  const startedMs = desk.clock.elapsedMs();
  const cas = createScriptedCas({
    send: (body, nth) => {
      const elapsedMs = desk.clock.elapsedMs() - startedMs;
      if (elapsedMs >= DOWN_FROM_MS && elapsedMs < DOWN_FROM_MS + DOWN_FOR_MS) {
        duringOutage += 1;
        const status = [500, 502, 503, 504][nth % 4] ?? 500;
        return Promise.reject(new CannotNowError("server-error", `CAS answered ${String(status)}`));
      }
      const reference = referenceOf(body);
      accepted.set(reference, (accepted.get(reference) ?? 0) + 1);
      return Promise.resolve({ referenceId: `ref-${String(nth)}` });
    },
  });
  let runs = 0;
  for (let isDone = false; !isDone; runs += 1) {
    expect(runs).toBeLessThan(RUNS_MAX);
    try {
      await desk.deliver(cas, { ratePerSecond: RATE_PER_S });
      isDone = true;
    } catch (error) {
      // Every one of them must be resumable.
      expect(error).toMatchObject({ exitCode: 5 });
      await desk.clock.sleep(RESUMED_EVERY_MS);
    }
  }
  // Each run notices the outage anew, by what was claimed and under way by then, and then probes until
  // it gives up.
  const { outage } = defaultDeliverSettings;
  const probesOfRun =
    outage.giveUpAfterMs / outage.probeEveryMs +
    outage.failuresInARow +
    2 * defaultDeliverSettings.concurrency;
  expect(duringOutage).toBeGreaterThan(runs);
  expect(duringOutage).toBeLessThanOrEqual(probesOfRun * runs);
  return {
    points: shipments,
    lost: shipments - accepted.size,
    doubled: [...accepted.values()].reduce((sum, count) => sum + count - 1, 0),
    inverted: 0,
    also: `${String(runs)} runs, ${String(duringOutage)} requests in ${String(DOWN_FOR_MS / HOUR_MS)} hours`,
  };
});

/** Past the last byte of an answer, so that every one is cut somewhere. */
const ANSWER_BYTES = 400;
const OF_EACH_KIND = 25;
/** So many sound ones between two that go wrong: more in a row would count as an outage. */
const SOUND_BETWEEN = 3;
const FAULTS: readonly Fault[] = [
  ...Array.from({ length: ANSWER_BYTES }, (_, afterBytes) => ({
    name: `cut after ${String(afterBytes)} bytes`,
    reply: { kind: "reset" as const, afterBytes },
  })),
  ...[
    { name: "silence", reply: { kind: "silence" as const } },
    { name: "crumbs", reply: { kind: "slow" as const, pieceBytes: 7, pieceDelayMs: 10 } },
    { name: "a stalled body", reply: { kind: "slow" as const, pieceBytes: 50, pieceDelayMs: 800 } },
    { name: "502 after acceptance", alter: () => refusal(502) },
    { name: "504 after acceptance", alter: () => refusal(504) },
    { name: "503", instead: refusal(503) },
  ].flatMap((fault) => Array.from({ length: OF_EACH_KIND }, () => fault)),
];

faultRow("answers cut at every byte, silence, crumbs, errors after acceptance", async () => {
  const names = referencesOf(FAULTS.length * (SOUND_BETWEEN + 1));
  const fates = new Map(
    FAULTS.map((fault, index) => [names[index * (SOUND_BETWEEN + 1)] ?? "", fault]),
  );
  const met = new Set<string>();
  await using cas = await startFaultCas({
    chooseFault: (request) => {
      const reference = request.externalReference ?? "";
      // What is sent again passes.
      if (!isSend(request) || met.has(reference)) return null;
      met.add(reference);
      return fates.get(reference) ?? null;
    },
  });
  writeShipments(cas.folder, "night.csv", names);
  writeConfiguration(cas.folder, ["timeouts: { answer: 2s, body: 2s }"]);
  const place = { cwd: cas.folder, variables: cas.variables };
  const speed = ["--rate", "1000", "--concurrency", "16"];
  let { code, stderr } = await runProgram(builtProgram, ["submit", "night.csv", ...speed], place);
  let runs = 1;
  for (; (code === 5 || code === 6) && runs < RUNS_MAX; runs += 1) {
    ({ code, stderr } = await runProgram(builtProgram, ["resume", ...speed], place));
  }
  expect(code, stderr).toBe(0);
  return {
    points: FAULTS.length,
    ...judge(cas.journal(), { references: names }),
    also: `${String(runs)} runs`,
  };
});
