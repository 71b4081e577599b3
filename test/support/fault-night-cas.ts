// What CAS does on a simulated night: it is down, storms, or loses answers.
import { isSend } from "./fault-cas.ts";
import type { Trouble } from "./fault-night-plan.ts";
import { seededRandom } from "./fault-power.ts";
import { refusal, type Fault, type FaultyRequest } from "./simulator-faults.ts";

const LOST_SHARE = 0.2;
/** Unit: milliseconds of a clock that runs twenty times as fast. */
const LATE_MAX_MS = 5_000;
const STORM_REFUSALS = 8;

export interface CasOfNights {
  readonly chooseFault: (request: FaultyRequest) => Fault | null;
  /** How CAS is from now on; `halfOf` is how many messages come before it goes down, 0 for at once. */
  readonly be: (trouble: Trouble, halfOf: number) => void;
  /** How many messages were sent to it since then. */
  readonly sent: () => number;
}

export function casOfNights(): CasOfNights {
  const random = seededRandom(30);
  let now: Trouble = "none";
  let downAfter = 0;
  let sent = 0;
  return {
    be: (trouble, halfOf) => {
      now = trouble;
      downAfter = halfOf;
      sent = 0;
    },
    sent: () => sent,
    chooseFault: (request) => {
      if (isSend(request)) sent += 1;
      if (now === "down" && sent >= downAfter) {
        if (downAfter > 0) return { name: "down", instead: refusal(503) };
        return { name: "down", instead: refusal(503), reply: { kind: "reset-at-once" } };
      }
      if (!isSend(request)) return null;
      if (now === "storm" && sent <= STORM_REFUSALS) {
        return { name: "storm", instead: refusal(429, { "retry-after": "1" }) };
      }
      if (now !== "answers lost" || random() > LOST_SHARE) return null;
      const delayMs = random() * LATE_MAX_MS;
      return { name: "lost", delayMs, reply: { kind: "reset-at-once" } };
    },
  };
}
