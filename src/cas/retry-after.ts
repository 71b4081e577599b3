import { parseHttpDate } from "./http-date.ts";

/**
 * How long CAS asks to wait. A wait that lies in the past, or that cannot be read, is none: null.
 * However long, it is kept; whether that is too long is for the caller to say.
 * Unit: milliseconds. Source: RFC 9110, section 10.2.3.
 * @param answeredAt the server's clock where it told it, so that ours may be wrong
 */
export function retryAfterMs(header: string | null, answeredAt: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    return Math.min(Math.ceil(Number(text) * 1000), Number.MAX_SAFE_INTEGER);
  }
  const until = parseHttpDate(text);
  const waitMs = until === null ? 0 : until.getTime() - answeredAt.getTime();
  return waitMs > 0 ? waitMs : null;
}
