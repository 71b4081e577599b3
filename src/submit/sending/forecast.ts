// What a delivery is about to do, for the log: how many messages, how long, and whether the deadline allows
// it.
import { counted, plural } from "../../core/text/count-words.ts";
import { durationWords, minuteWords } from "../../core/time/time-words.ts";
import type { DeliverDependencies } from "../limits/delivery-context.ts";

/** Logs how much there is to do, and how long that takes, before the first request. */
export async function logForecast(
  { books, client, clock, log }: DeliverDependencies,
  deadline: Date | null,
): Promise<void> {
  const { queued: messages } = await books.outboxCounts();
  if (messages === 0) return;
  const { ratePerSecond } = client;
  const questions = await books.countToAskAbout();
  const about = { messages, questions, ratePerSecond, now: clock.now(), deadline };
  const { words, isTooLong } = forecast(about);
  log(isTooLong ? "warn" : "info", words);
}

/** @returns the words, and whether the deadline comes before the last message */
export function forecast(about: {
  readonly messages: number;
  /** How many references CAS is asked about first. */
  readonly questions?: number;
  /** Infinity without a limit: then the time is not known. */
  readonly ratePerSecond: number;
  readonly now: Date;
  readonly deadline: Date | null;
}): { readonly words: string; readonly isTooLong: boolean } {
  const { messages, questions = 0, ratePerSecond, now, deadline } = about;
  const takesMs = ((messages + questions) / ratePerSecond) * 1_000;
  const isTooLong = deadline !== null && now.getTime() + takesMs > deadline.getTime();
  const fits = isTooLong ? "which is more than fits before" : "before";
  const parts = [
    `${plural(messages, "message")} to send`,
    ...(questions === 0 ? [] : [`${counted(questions)} of them to be asked about first`]),
    ...(ratePerSecond === Infinity
      ? []
      : [`about ${durationWords(takesMs)} at ${ratePerSecond}/s`]),
    ...(deadline === null ? [] : [`${fits} ${minuteWords(deadline)}`]),
  ];
  return { words: parts.join(", "), isTooLong };
}
