// What a delivery is about to do, in words for the log: how much, how long, and whether that fits.

export interface Forecast {
  readonly words: string;
  /** Whether the deadline comes before the last message. */
  readonly isTooLong: boolean;
}

export function forecast(about: {
  readonly messages: number;
  /** Infinity when there is no limit: then nothing can be said about the time. */
  readonly ratePerSecond: number;
  readonly now: Date;
  readonly deadline: Date | null;
}): Forecast {
  const { messages, ratePerSecond, now, deadline } = about;
  const takesMs = (messages / ratePerSecond) * 1_000;
  const isTooLong = deadline !== null && now.getTime() + takesMs > deadline.getTime();
  const count = `${messages.toLocaleString("en-US")} ${messages === 1 ? "shipment" : "shipments"}`;
  const time =
    ratePerSecond === Infinity ? "" : `, about ${durationWords(takesMs)} at ${ratePerSecond}/s`;
  const until = deadline === null ? "" : `, ${untilWords(deadline, isTooLong)}`;
  return { words: `${count} to send${time}${until}`, isTooLong };
}

function untilWords(deadline: Date, isTooLong: boolean): string {
  const at = `${deadline.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return isTooLong ? `which is more than fits before ${at}` : `before ${at}`;
}

function durationWords(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}
