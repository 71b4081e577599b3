// Times and durations as people read them.

/** Shape: `2026-11-21 06:00`, in UTC. */
export function minuteText(at: Date): string {
  return at.toISOString().slice(0, 16).replace("T", " ");
}

/** Shape: `2026-11-21 06:00 UTC`. */
export function minuteWords(at: Date): string {
  return `${minuteText(at)} UTC`;
}

/** Shape: `45 s`, `7 min`, `2 h 5 min`, `3 days`. */
export function durationWords(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} days`;
  const rest = minutes % 60;
  return `${hours} h${rest === 0 ? "" : ` ${rest} min`}`;
}

/** Shape: `06:00:07 UTC`, for what ends soon; rounded up, so that it has come by then. */
export function secondWords(at: Date): string {
  return `${new Date(Math.ceil(at.getTime() / 1_000) * 1_000).toISOString().slice(11, 19)} UTC`;
}
