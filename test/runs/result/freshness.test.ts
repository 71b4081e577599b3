// Was last night done? Every way in which the answer is no, and the few in which it is yes.
import { describe, expect, it } from "vitest";
import type { LastRun, RunTimes } from "../../../src/ledger/contract/status.ts";
import { freshnessOf } from "../../../src/runs/result/freshness.ts";
import { EXIT } from "../../../src/runs/result/exit-code.ts";
import { minutesAfterNoon, NOON } from "../../support/ledger-drafts.ts";

const DAY_MS = 26 * 3_600_000;
const run = (changes: Partial<RunTimes> = {}): RunTimes => ({
  ...{ runId: "run-1", startedAt: NOON, finishedAt: minutesAfterNoon(10), exitCode: 0 },
  ...{ simulated: false, ...changes },
});
const lastRun = (changes: Partial<LastRun> = {}): LastRun => ({
  ...{ command: "run", last: run(), lastEnded: run(), lastGood: run(), ...changes },
});
const stateOf = (lastRuns: readonly LastRun[], minutes = 60): string =>
  freshnessOf(lastRuns, DAY_MS, minutesAfterNoon(minutes)).state;
const ended = (exitCode: number): string => stateOf([lastRun({ lastEnded: run({ exitCode }) })]);

describe("freshnessOf()", () => {
  it("takes a run that did all that it could for done, whether or not a person has to act", () => {
    expect([EXIT.done, EXIT.someFailed, EXIT.onlyWarnings].map(ended)).toEqual(
      Array(3).fill("fresh"),
    );
  });

  it("takes no other end for done", () => {
    const { done: _0, someFailed: _4, onlyWarnings: _8, ...others } = EXIT;
    for (const code of Object.values(others)) expect(ended(code), String(code)).toBe("failed");
  });

  it("counts `run` alone: a submit or a reconcile is no nightly job", () => {
    expect(stateOf([])).toBe("missing");
    expect(stateOf(["submit", "reconcile"].map((command) => lastRun({ command })))).toBe("missing");
  });

  it("counts to the millisecond of the age that was asked for", () => {
    const at = (ageMs: number): string =>
      freshnessOf([lastRun()], DAY_MS, new Date(minutesAfterNoon(10).getTime() + ageMs)).state;
    expect([at(DAY_MS), at(DAY_MS + 1)]).toEqual(["fresh", "too-old"]);
  });

  it("goes by the last run that ended while another one works", () => {
    const working = run({ runId: "run-2", startedAt: minutesAfterNoon(50), finishedAt: null });
    expect(stateOf([lastRun({ last: working })])).toBe("fresh");
    expect(stateOf([lastRun({ last: working, lastEnded: null })])).toBe("missing");
    expect(freshnessOf([lastRun({ last: working })], 1, minutesAfterNoon(60))).toMatchObject({
      state: "too-old",
      open: { runId: "run-2" },
    });
  });

  it("does not count a run of the future as fresh, unless a clock was only just set", () => {
    const [ahead, set] = [60, 13].map((minutes) => run({ finishedAt: minutesAfterNoon(minutes) }));
    expect(stateOf([lastRun({ lastEnded: ahead ?? null })], 10)).toBe("in-future");
    expect(stateOf([lastRun({ lastEnded: set ?? null })], 10)).toBe("fresh");
  });
});
