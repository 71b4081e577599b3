// What a delivery is about to do, in words for the log: how much, how long, and whether that fits.
import { durationWords, minuteWords } from "../../core/time-words.ts";

export interface Forecast {
  readonly words: string;
  /** Whether the deadline comes before the last message. */
  readonly isTooLong: boolean;
}

export function forecast(about: {
  readonly messages: number;
  /** References that CAS is asked about before; none unless told. */
  readonly questions?: number;
  /** Infinity when there is no limit: then nothing can be said about the time. */
  readonly ratePerSecond: number;
  readonly now: Date;
  readonly deadline: Date | null;
}): Forecast {
  const { messages, questions = 0, ratePerSecond, now, deadline } = about;
  const takesMs = ((messages + questions) / ratePerSecond) * 1_000;
  const isTooLong = deadline !== null && now.getTime() + takesMs > deadline.getTime();
  const count = `${messages.toLocaleString("en-US")} ${messages === 1 ? "shipment" : "shipments"}`;
  const time =
    ratePerSecond === Infinity ? "" : `, about ${durationWords(takesMs)} at ${ratePerSecond}/s`;
  const asking =
    questions === 0 ? "" : `, ${questions.toLocaleString("en-US")} of them to be asked about first`;
  const until = deadline === null ? "" : `, ${untilWords(deadline, isTooLong)}`;
  return { words: `${count} to send${asking}${time}${until}`, isTooLong };
}

function untilWords(deadline: Date, isTooLong: boolean): string {
  const at = minuteWords(deadline);
  return isTooLong ? `which is more than fits before ${at}` : `before ${at}`;
}
