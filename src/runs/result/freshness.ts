// Whether the nightly job is fresh: `status --max-age`. Only a `run` counts: a `submit` sends and does not follow, a
// `reconcile` follows and sends nothing.
import type { LastRun, RunEnds, RunTimes } from "../../ledger/contract/status.ts";
import { EXIT } from "./exit-code.ts";

/**
 * A run that ends with one of these has done all that it could; whether a person has something to do is another
 * question. One that found another run sending has left the work to that one.
 */
export const RUN_ENDS: RunEnds = {
  good: [EXIT.done, EXIT.someFailed, EXIT.onlyWarnings],
  idle: [EXIT.locked],
};

const NIGHTLY_COMMAND = "run";
/** Clocks are set by so much. More, and a time that is still to come says nothing. */
export const AHEAD_MS_MAX = 300_000;

export type Freshness =
  | { readonly state: "fresh"; readonly run: RunTimes }
  /** None was ever begun, or none has ended so far. */
  | { readonly state: "missing"; readonly open: RunTimes | null }
  | { readonly state: "failed"; readonly run: RunTimes }
  | {
      readonly state: "too-old";
      readonly run: RunTimes;
      readonly ageMs: number;
      readonly open: RunTimes | null;
    }
  /** By the clock of this machine it ends in the future, so its age is not known. */
  | { readonly state: "in-future"; readonly run: RunTimes };

/** The last nightly job that has ended decides: an earlier one that went well does not make up for it. */
export function freshnessOf(lastRuns: readonly LastRun[], maxAgeMs: number, now: Date): Freshness {
  const nightly = lastRuns.find(({ command }) => command === NIGHTLY_COMMAND);
  const open = nightly?.last.finishedAt === null ? nightly.last : null;
  const run = nightly?.lastEnded ?? null;
  if (run === null || run.finishedAt === null) return { state: "missing", open };
  if (!RUN_ENDS.good.includes(run.exitCode ?? NaN)) return { state: "failed", run };
  const ageMs = now.getTime() - run.finishedAt.getTime();
  if (ageMs < -AHEAD_MS_MAX) return { state: "in-future", run };
  return ageMs > maxAgeMs ? { state: "too-old", run, ageMs, open } : { state: "fresh", run };
}
