// A `Retry-After` of CAS holds for the tenant, not for the run that received it: the ledger keeps a wait that a
// run does not sit out, and the next run waits before its first request.
import { CannotNowError } from "../../core/errors.ts";
import { plural } from "../../core/text/count-words.ts";
import type { ErrorCode } from "../../core/codes/error-codes.ts";
import type { DeliverDependencies } from "./delivery-context.ts";
import { durationWords, minuteWords } from "../../core/time/time-words.ts";

const MINUTE_MS = 60_000;
const WRONG_TIME =
  "cannot be right (the clock of this machine was ahead in an earlier run, or it was more than a day away)";

/**
 * Waits out what is left of an earlier wait, by pausing everything that the client sends.
 * @param ignore forgets the wait instead
 * @throws CannotNowError when it is longer than `waitMaxMs`
 */
export async function applyEarlierWait(
  { books, client, clock, log }: Pick<DeliverDependencies, "books" | "client" | "clock" | "log">,
  { waitMaxMs, ignore }: { readonly waitMaxMs: number; readonly ignore: boolean },
): Promise<void> {
  const ahead = await books.correctTimesAhead(clock.now());
  if (ahead.wait) {
    log("warn", `The time until which CAS asked to wait ${WRONG_TIME}: the wait counts from now`);
  }
  if (ahead.messages > 0) {
    const messages = plural(ahead.messages, "message");
    log("warn", `The time to try ${messages} again ${WRONG_TIME}: no time is waited for`);
  }
  const until = await books.waitAskedUntil();
  const leftMs = until === null ? 0 : until.getTime() - clock.now().getTime();
  if (until === null || leftMs <= 0) return;
  if (ignore) {
    await books.forgetWait();
    log(
      "warn",
      `CAS asked to wait until ${endWords(until)}; sending starts now because of --ignore-wait`,
    );
    return;
  }
  if (leftMs > waitMaxMs) {
    throw askedToWait("rate-limited", "Nothing was sent: in an earlier run CAS", until, leftMs);
  }
  log("info", `CAS asked to wait until ${endWords(until)}; sending starts then`);
  client.pause(leftMs);
}

/** Records what CAS asks for, so that it outlives this process. */
export function createWaitKeeper({
  books,
  clock,
  log,
}: Pick<DeliverDependencies, "books" | "clock" | "log">): (waitMs: number) => void {
  return (waitMs) => {
    const until = new Date(clock.now().getTime() + waitMs);
    books.recordWait(until).catch((error: unknown) => {
      // This run waits all the same, and its other writes fail for the same reason.
      log("warn", `That CAS asked to wait until ${endWords(until)} could not be written down`, {
        error: error instanceof Error ? error.message : String(error),
      });
    });
  };
}

/** The end of a run that CAS asked to wait for longer than it would. */
export function waitTooLong(error: CannotNowError, now: Date): CannotNowError {
  const waitMs = error.retryAfterMs ?? 0;
  const until = new Date(now.getTime() + waitMs);
  return askedToWait(error.code, `${error.message}; it`, until, waitMs, error);
}

function askedToWait(
  code: ErrorCode,
  who: string,
  until: Date,
  waitMs: number,
  cause?: unknown,
): CannotNowError {
  return new CannotNowError(
    code,
    `${who} asked to wait until ${endWords(until)}, ${durationWords(waitMs)} from now`,
    {
      ...(cause === undefined ? {} : { cause }),
      retryAfterMs: waitMs,
      hint: "Run `cas-batch resume` after that time; with --ignore-wait it sends before",
    },
  );
}

/** Rounded up: at that minute the wait is over. */
function endWords(until: Date): string {
  return minuteWords(new Date(Math.ceil(until.getTime() / MINUTE_MS) * MINUTE_MS));
}
