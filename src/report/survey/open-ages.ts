// How long shipments have been open, and what the last days brought: for the eye of somebody who asks whether the
// work keeps up.
import { isAtRest, statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { FlowMinute, LineView } from "../../ledger/contract/views.ts";
import { DAY_MS, dayIn } from "../text/report-time.ts";
import { hasDeclarations } from "../words/no-declaration.ts";
import type { AgeCount, DayFlow } from "./report-input.ts";

const HOUR_MS = 3_600_000;
const AGES: readonly (readonly [label: string, belowMs: number])[] = [
  ["up to 1 hour", HOUR_MS],
  ["1 to 4 hours", 4 * HOUR_MS],
  ["4 to 24 hours", DAY_MS],
  ["1 to 3 days", 3 * DAY_MS],
  ["3 to 7 days", 7 * DAY_MS],
  ["more than 7 days", Infinity],
];
export const TREND_DAYS = 7;

/** Since when a shipment is open: from the acceptance by CAS, as long as a declaration can still move; else null. */
export function openSince(line: LineView): Date | null {
  const { acceptedAt, declarations } = line;
  if (acceptedAt === null || !hasDeclarations(line)) return null;
  const isDone = ({ summary }: LineView["declarations"][number]): boolean =>
    isAtRest(summary.currentStatus) && statusMeaning(summary.currentStatus).stage === "done";
  return declarations.length > 0 && declarations.every(isDone) ? null : acceptedAt;
}

export class OpenAges {
  readonly #counts = AGES.map(() => 0);
  readonly #asOf: Date;

  constructor(asOf: Date) {
    this.#asOf = asOf;
  }

  add(line: LineView): void {
    const since = openSince(line);
    if (since === null) return;
    const ageMs = this.#asOf.getTime() - since.getTime();
    const index = AGES.findIndex(([, belowMs]) => ageMs < belowMs);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  get all(): readonly AgeCount[] {
    return AGES.map(([label], index) => ({ label, count: this.#counts[index] ?? 0 }));
  }
}

/** One entry for each of the last days, also where nothing happened. */
export function trendOf(
  minutes: readonly FlowMinute[],
  asOf: Date,
  timeZone: string,
): readonly DayFlow[] {
  const todayMs = Date.parse(dayIn(asOf, timeZone));
  const days = new Map<string, { accepted: number; refused: number; finished: number }>();
  for (let back = TREND_DAYS - 1; back >= 0; back -= 1) {
    const day = new Date(todayMs - back * DAY_MS).toISOString().slice(0, 10);
    days.set(day, { accepted: 0, refused: 0, finished: 0 });
  }
  for (const { at, accepted, refused, finished } of minutes) {
    const day = days.get(dayIn(at, timeZone));
    if (day === undefined) continue;
    day.accepted += accepted;
    day.refused += refused;
    day.finished += finished;
  }
  return [...days].map(([day, counts]) => ({ day, ...counts }));
}
