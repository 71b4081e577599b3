// Durations as people write them on a command line: `30s`, `10m`, `26h`, `2d`.

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Unit: milliseconds. Null for what is no duration; a bare `0` is allowed. */
export function parseDurationMs(text: string): number | null {
  if (text === "0") return 0;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) return null;
  const [, amount = "", unit = ""] = match;
  return Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
}
