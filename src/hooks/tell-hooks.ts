// Who is told of the end of a run, in which order. Command and mail first, the heartbeat last: when one of them did
// not get through, the monitor hears of a failure, for the people who should act do not know.
import type { Clock } from "../core/time/clock.ts";
import { beat, type Ping } from "./heartbeat.ts";
import { failed, skipped, wordsOf, type HookOutcome } from "./hook-outcome.ts";
import type { HeartbeatSettings, HookSettings, When } from "./hook-settings.ts";
import { callProgram } from "./program.ts";
import type { RunSummary, Weight } from "./run-summary.ts";

export interface HookSurroundings {
  readonly clock: Clock;
  /** Ends everything that hooks do: they never hold up the night. */
  readonly signal: AbortSignal;
  readonly variables: NodeJS.ProcessEnv;
  readonly holdsSecret: (text: string) => boolean;
  /** @throws when others could change which program is started */
  readonly assertMayRun: () => void;
  readonly ping: Ping;
  /** Null when no user is configured. @throws when it cannot be read */
  readonly smtpPassword: () => Promise<string | null>;
}

export function tellStart(
  { start }: HeartbeatSettings,
  { ping, ...patience }: Pick<HookSurroundings, "clock" | "signal" | "ping">,
): Promise<HookOutcome> {
  return beat("start", start, ping, patience);
}

/** @param regardless also what its `when` would leave out: to try it */
export async function tellEnd(
  { heartbeat, program, email }: HookSettings,
  summary: RunSummary,
  surroundings: HookSurroundings,
  regardless = false,
): Promise<readonly HookOutcome[]> {
  const event = summary.weight === "failure" ? "failure" : "success";
  const { signal, clock, ping } = surroundings;
  const tell = (
    hook: HookOutcome["hook"],
    when: When,
    work: () => Promise<HookOutcome>,
  ): Promise<HookOutcome> => {
    const named = { hook, event } as const;
    if (!regardless && !isToBeTold(when, summary.weight)) {
      return Promise.resolve(skipped(named, `not due, as it is set to \`when: ${when}\``));
    }
    // A fault of ours, too, must not take the run's result away.
    return work().catch((error: unknown) =>
      failed(named, 1, `The ${hook} failed: ${wordsOf(error)}`),
    );
  };
  const told = await Promise.all([
    ...(program === null
      ? []
      : [tell("command", program.when, () => callProgram(program, summary, surroundings))]),
    ...(email === null
      ? []
      : [tell("email", email.when, () => mail(email, summary, surroundings))]),
  ]);
  if (heartbeat === null) return told;
  const isTold = told.every(({ state }) => state !== "failed");
  const heard = isTold ? event : "failure";
  return [...told, await beat(heard, heartbeat[heard], ping, { clock, signal })];
}

/** The library of the mail is loaded only where one is sent. */
async function mail(
  email: NonNullable<HookSettings["email"]>,
  summary: RunSummary,
  { smtpPassword, clock, signal }: HookSurroundings,
): Promise<HookOutcome> {
  const { sendMail } = await import("./mail/send-mail.ts");
  return sendMail(email, smtpPassword, summary, { clock, signal });
}

function isToBeTold(when: When, weight: Weight): boolean {
  if (when === "always") return true;
  return when === "failure" ? weight === "failure" : weight !== "nothing";
}
