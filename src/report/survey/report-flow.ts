// How far the shipments have come, and when CAS took their messages: what the charts show.
import { isAtRest, statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { hasDeclarations } from "../words/no-declaration.ts";
import { hasReadBackErrors } from "../words/read-back.ts";
import { isAtCas } from "../words/outcome-meanings.ts";

/** Unit: shipments; each is among those before it. */
export interface FlowCounts {
  /** Sent to CAS, now or before. */
  readonly sent: number;
  /** CAS has them. */
  readonly accepted: number;
  readonly withDeclaration: number;
  /** Every declaration is at its end; of a kind without declarations, when CAS has it. */
  readonly finished: number;
  /** Messages that CAS took, in stretches of `minutes`, without gaps, oldest first. */
  readonly throughput: {
    readonly minutes: number;
    readonly stretches: readonly { readonly from: Date; readonly accepted: number }[];
  };
}

const MINUTE_MS = 60_000;
const SLOT_MINUTES = 10;
/** From ten minutes to a month. Unit: minutes. */
const STRETCH_MINUTES = [SLOT_MINUTES, 30, 60, 360, 1_440, 10_080, 43_200];
const STRETCHES_MAX = 72;

export class ReportFlow {
  readonly #counts = { sent: 0, accepted: 0, withDeclaration: 0, finished: 0 };
  readonly #slots = new Map<number, number>();

  add(line: LineView): void {
    const counts = this.#counts;
    const atCas = isAtCas(line);
    const isSent = atCas || ["rejected", "unknown", "sending"].includes(line.bucket);
    if (isSent) counts.sent += 1;
    if (line.bucket === "accepted" && line.acceptedAt !== null) {
      const slot = Math.floor(line.acceptedAt.getTime() / (SLOT_MINUTES * MINUTE_MS));
      this.#slots.set(slot, (this.#slots.get(slot) ?? 0) + 1);
    }
    if (!atCas) return;
    counts.accepted += 1;
    const isDeclared = line.declarations.length > 0;
    if (isDeclared || !hasDeclarations(line)) counts.withDeclaration += 1;
    if (isFinished(line)) counts.finished += 1;
  }

  get all(): FlowCounts {
    return { ...this.#counts, throughput: throughputOf(this.#slots) };
  }
}

/** Whether nothing more is to come: CAS has the shipment, and all its declarations are done. */
export function isFinished(line: LineView): boolean {
  if (!isAtCas(line)) return false;
  if (!hasDeclarations(line)) return true;
  return (
    line.declarations.length > 0 &&
    line.declarations.every(({ summary: { currentStatus } }) => isDone(currentStatus))
  );
}

/** Whether something is still to come of a line, or it needs a person: what a selection of the open ones lists. */
export function isOpenLine(line: LineView): boolean {
  return line.bucket !== "superseded" && (!isFinished(line) || hasReadBackErrors(line));
}

function isDone(status: string): boolean {
  return isAtRest(status) && statusMeaning(status).stage === "done";
}

function throughputOf(slots: ReadonlyMap<number, number>): FlowCounts["throughput"] {
  const known = [...slots].sort(([left], [right]) => left - right);
  const first = known[0]?.[0];
  const last = known.at(-1)?.[0];
  if (first === undefined || last === undefined) return { minutes: SLOT_MINUTES, stretches: [] };
  const fits = (minutes: number): boolean =>
    ((last - first + 1) * SLOT_MINUTES) / minutes < STRETCHES_MAX;
  const minutes = STRETCH_MINUTES.find(fits) ?? 43_200;
  const stretchOf = (slot: number): number => Math.floor((slot * SLOT_MINUTES) / minutes);
  const counts = new Map<number, number>();
  for (const [slot, count] of known) {
    counts.set(stretchOf(slot), (counts.get(stretchOf(slot)) ?? 0) + count);
  }
  const begin = Math.max(stretchOf(first), stretchOf(last) - STRETCHES_MAX + 1);
  const stretches = Array.from({ length: stretchOf(last) - begin + 1 }, (_, at) => ({
    from: new Date((begin + at) * minutes * MINUTE_MS),
    accepted: counts.get(begin + at) ?? 0,
  }));
  return { minutes, stretches };
}
