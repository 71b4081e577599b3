// Times of day, by the clock of this machine.

export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

const CLOCK_TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/;

/** Shape: `06:00` or `6:00`. Null for any other text. */
export function parseTimeOfDay(text: string): TimeOfDay | null {
  const [, hour, minute] = CLOCK_TIME.exec(text.trim()) ?? [];
  return hour === undefined ? null : { hour: Number(hour), minute: Number(minute) };
}
