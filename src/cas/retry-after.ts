import { parseHttpDate } from "./http-date.ts";

const WAIT_MAX_MS = 365 * 86_400_000;

/**
 * How long CAS asks to wait. A wait that lies in the past, or that cannot be read, is none: null.
 * Up to a year it is kept; whether that is too long is for the caller to say. More is a mistake, and
 * what comes of it would be no date.
 * Unit: milliseconds. Source: RFC 9110, section 10.2.3.
 * @param answeredAt the server's clock where it told it, so that ours may be wrong
 */
export function retryAfterMs(header: string | null, answeredAt: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    return Math.min(Math.ceil(Number(text) * 1000), WAIT_MAX_MS);
  }
  const until = parseHttpDate(text);
  const waitMs = until === null ? 0 : until.getTime() - answeredAt.getTime();
  return waitMs > 0 ? Math.min(waitMs, WAIT_MAX_MS) : null;
}
