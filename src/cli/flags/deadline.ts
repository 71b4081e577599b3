// `--deadline 06:00` or `--deadline 2h`: until when a run may send.
import { CasBatchError } from "../../core/errors.ts";
import { parseDurationMs } from "../../core/duration.ts";

const CLOCK_TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/**
 * A time of day is the next one that comes, by this machine's clock and zone; a duration counts
 * from `now`. Null when none was given. @throws CasBatchError `configuration-invalid`
 */
export function deadlineOf(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const time = CLOCK_TIME.exec(text.trim());
  if (time !== null) {
    const [, hours, minutes] = time;
    const deadline = new Date(now);
    deadline.setHours(Number(hours), Number(minutes), 0, 0);
    if (deadline <= now) deadline.setDate(deadline.getDate() + 1);
    return deadline;
  }
  const durationMs = parseDurationMs(text);
  if (durationMs === null || durationMs === 0) {
    throw new CasBatchError(
      "configuration-invalid",
      `--deadline ${text} is no time; write it like 06:00, 90m or 2h`,
    );
  }
  return new Date(now.getTime() + durationMs);
}
