// Notices that CAS is down. After several failures in a row only one probe at a time goes out, at long
// intervals: an outage is not made worse, and does not turn a whole outbox into unknown outcomes. When it
// lasts too long, the run gives up.
import type { Clock } from "../../core/time/clock.ts";
import { CannotNowError, type CasBatchError } from "../../core/errors.ts";
import type { OutageSettings } from "./deliver-settings.ts";

export interface Outage {
  readonly succeeded: () => void;
  /** Returns the error to end the run with when CAS has been down for too long, else null. */
  readonly failed: (error: CasBatchError) => CannotNowError | null;
  /** How many messages may be claimed, given how many are under way: all, one probe, or none. */
  readonly claimMax: (underWay: number) => number;
  /** Until the next probe; zero when CAS is not down. */
  readonly probeInMs: () => number;
}

export function createOutage(settings: OutageSettings, clock: Clock): Outage {
  let failures = 0;
  /** Those of `failures` that show CAS to be down. */
  let breaking = 0;
  let firstFailureMs: number | null = null;
  let probeAtMs: number | null = null;
  return {
    succeeded: () => {
      failures = 0;
      breaking = 0;
      firstFailureMs = null;
      probeAtMs = null;
    },
    failed: (error) => {
      const nowMs = clock.monotonicMs();
      failures += 1;
      if (!isOnlyBusy(error)) breaking += 1;
      firstFailureMs ??= nowMs;
      // Late failures of requests from before the outage was noticed do not put the probe off.
      if (breaking >= settings.failuresInARow && (probeAtMs === null || nowMs >= probeAtMs)) {
        probeAtMs = nowMs + settings.probeEveryMs;
      }
      if (nowMs - firstFailureMs < settings.giveUpAfterMs) return null;
      return givenUp(error, failures, nowMs - firstFailureMs);
    },
    claimMax: (underWay) => {
      if (probeAtMs === null) return Infinity;
      return underWay === 0 && clock.monotonicMs() >= probeAtMs ? 1 : 0;
    },
    probeInMs: () => (probeAtMs === null ? 0 : Math.max(0, probeAtMs - clock.monotonicMs())),
  };
}

/** CAS answers and says when to come back: every request waits until then, and no longer. */
function isOnlyBusy(error: CasBatchError): boolean {
  return (
    error instanceof CannotNowError && error.code === "rate-limited" && error.retryAfterMs !== null
  );
}

function givenUp(error: CasBatchError, failures: number, downMs: number): CannotNowError {
  const code = error instanceof CannotNowError ? error.code : "timed-out";
  return new CannotNowError(
    code,
    `CAS could not be used for ${Math.round(downMs / 1_000)} s (${failures} requests in a row failed); the last answer was: ${error.message}`,
    { cause: error },
  );
}
