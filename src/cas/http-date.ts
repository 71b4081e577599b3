// Times as HTTP headers write them. `Date.parse` alone will not do: it reads "nonsense 5" as a day in
// May 2001, and the oldest of the three forms as local time.

const FORMS = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
] as const;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Null for everything that is none of the three forms. Source: RFC 9110, section 5.6.7. */
export function parseHttpDate(text: string): Date | null {
  const trimmed = text.trim();
  const readable = FORMS.some((form) => form.test(trimmed))
    ? trimmed
    : ASCTIME.test(trimmed)
      ? `${trimmed} GMT`
      : "";
  const time = new Date(readable);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** A longer wait is a mistake: a time where a duration belongs, or a clock that is wrong. Source: assumed. */
const WAIT_MAX_MS = 86_400_000;

/**
 * How long CAS asks to wait. A wait that lies in the past, that cannot be read, or that is longer than a
 * day, is none: null, and the caller's own back-off counts.
 * Unit: milliseconds. Source: RFC 9110, section 10.2.3.
 * @param answeredAt the server's clock where the answer has it, so that ours may be wrong
 */
export function retryAfterMs(header: string | null, answeredAt: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const waitMs = Math.ceil(Number(text) * 1000);
    return waitMs <= WAIT_MAX_MS ? waitMs : null;
  }
  const until = parseHttpDate(text);
  const waitMs = until === null ? 0 : until.getTime() - answeredAt.getTime();
  return waitMs > 0 && waitMs <= WAIT_MAX_MS ? waitMs : null;
}
