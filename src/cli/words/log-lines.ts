// Lines of the log: text for people, or JSON for programs that collect logs. Neither holds a secret, nor what is
// known to be of a person.
import { isPersonal } from "../../core/personal-data.ts";
import type { Log } from "../../core/progress.ts";
import { withoutPersonal } from "../../core/text/personal-text.ts";

type LogLevel = Parameters<Log>[0];
export type LogFields = NonNullable<Parameters<Log>[2]>;

export interface LogEntry {
  readonly time: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Shape: `2026-11-21T06:00:00Z warn: Cannot … (attempt=2)`; the time only where nothing else shows when it was. */
export function logAsText(
  { time, level, message, fields }: LogEntry,
  isTimed: boolean,
  redact: (text: string) => string,
): string {
  const mark = level === "info" ? "" : `${level}: `;
  // What the sentence says already is not said twice.
  const more = Object.entries(masked(fields, redact)).filter(
    ([, value]) => typeof value !== "string" || !message.includes(value),
  );
  const words = more.map(([name, value]) => `${name}=${String(value)}`).join(", ");
  const sentence = withoutPersonal(redact(message));
  return `${isTimed ? `${timeOf(time)} ` : ""}${mark}${sentence}${words === "" ? "" : ` (${words})`}`;
}

/** One JSON object. Each text is redacted by itself, so that what is hidden never breaks the JSON around it. */
export function logAsJson(
  { time, level, message, fields }: LogEntry,
  redact: (text: string) => string,
): string {
  const sentence = withoutPersonal(redact(message));
  return JSON.stringify({
    time: time.toISOString(),
    level,
    message: sentence,
    ...masked(fields, redact),
  });
}

/** In UTC, to the second: it sorts, and the hour that comes twice in autumn is two. Shape: `2026-11-21T06:00:00Z`. */
export function timeOf(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}

function masked(fields: LogFields, redact: (text: string) => string): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]): [string, LogFields[string]] => {
      if (typeof value !== "string") return [name, value];
      return [name, isPersonal([name]) ? "[personal]" : withoutPersonal(redact(value))];
    }),
  );
}
