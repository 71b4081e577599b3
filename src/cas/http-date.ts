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
