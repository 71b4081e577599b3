// A time on the command line, or how long ago.
import { CasBatchError } from "../../core/errors.ts";
import { parseDurationMs } from "../../core/time/duration.ts";

/** @throws CasBatchError `usage` */
export function parseSince(text: string, now: Date): Date {
  const ago = parseDurationMs(text);
  if (ago !== null) return new Date(now.getTime() - ago);
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
  const date = new Date(text);
  if (!isDate.test(text) || Number.isNaN(date.getTime())) {
    throw new CasBatchError(
      "usage",
      `--since ${text} is no time; write 2026-03-01, 2026-03-01T06:00:00Z or 26h`,
    );
  }
  return date;
}
