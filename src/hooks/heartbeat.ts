// A monitor that expects a sign of life every night is told of the start, the success or the failure of a run. What
// a program that was killed cannot tell, the monitor sees: the success that does not come.
import { attempt, NotWorthRepeating, type Patience } from "./attempts.ts";
import { done, failed, skipped, type HookOutcome } from "./hook-outcome.ts";

/** Asks for an address. Resolves with the status of the answer. */
export type Ping = (address: string, signal: AbortSignal) => Promise<number>;

/** Source: healthchecks.io answers within milliseconds and asks for 10 s. */
const ATTEMPT_MS = 10_000;
const REQUEST_TIMEOUT = 408;
const TOO_MANY = 429;

export async function beat(
  event: HookOutcome["event"],
  address: string | null,
  ping: Ping,
  patience: Omit<Patience, "attemptMs">,
): Promise<HookOutcome> {
  const named = { hook: "heartbeat", event } as const;
  if (address === null) return skipped(named, `no address for ${event} is configured`);
  const { host } = new URL(address);
  const bounds = { ...patience, attemptMs: ATTEMPT_MS };
  const { attempts, failure } = await attempt(bounds, async (signal) => {
    const status = await ping(address, signal);
    if (status >= 200 && status < 300) return;
    const why = `it answered ${status}`;
    const mayPass = status >= 500 || status === TOO_MANY || status === REQUEST_TIMEOUT;
    throw mayPass ? new Error(why) : new NotWorthRepeating(why);
  });
  if (failure === null) return done(named, attempts, host);
  return failed(named, attempts, `Cannot tell ${host} of the ${event}: ${failure.message}`);
}
