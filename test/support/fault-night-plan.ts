// What is put into the inbox each simulated night, and what befalls it. The newest version of every shipment that
// could be sent is what CAS must have in the end.
import { seededRandom } from "./fault-power.ts";
import type { Line } from "./fault-night-files.ts";

export type Trouble =
  | "none"
  | "files arrive"
  | "half-written"
  | "rejected"
  | "locked"
  | "killed"
  | "disk full"
  | "down"
  | "answers lost"
  | "storm"
  | "clock back"
  | "clock ahead";

export interface Befalls {
  readonly trouble: Trouble;
  /** Nothing takes deliveries. */
  readonly isListenerDead?: true;
}

const of = (trouble: Trouble): Befalls => ({ trouble });
const deaf = (trouble: Trouble): Befalls => ({ trouble, isListenerDead: true });

/** Thirty nights. What comes several times comes at another moment each time. */
export const THIRTY_NIGHTS: readonly Befalls[] = [
  ...[of("none"), of("files arrive"), of("half-written"), of("killed"), of("rejected")],
  ...[of("answers lost"), of("down"), of("disk full"), of("locked"), of("killed")],
  ...[of("storm"), deaf("files arrive"), deaf("killed"), of("clock back"), of("half-written")],
  ...[of("down"), of("rejected"), of("killed"), of("disk full"), of("clock ahead")],
  ...[of("none"), of("answers lost"), of("killed"), of("files arrive"), of("storm")],
  ...[of("locked"), of("killed"), of("half-written"), of("clock back"), of("none")],
];

/** Of the shipments of a night, so many are changed ones of earlier nights, and so many are as they were. */
const CHANGED_SHARE = 0.1;
const SAME_SHARE = 0.1;
/** A night's work may end two nights later, when CAS was down. */
const SETTLED_NIGHTS = 3;

export interface Plan {
  /** The lines of the files of a night. */
  readonly next: (night: number) => readonly (readonly Line[])[];
  readonly newest: () => ReadonlyMap<string, number>;
}

export function planNights(shipments: number): Plan {
  const random = seededRandom(16);
  const newest = new Map<string, number>();
  const nightOf = new Map<string, number>();
  const some = (night: number, count: number): readonly string[] => {
    const settled = [...nightOf].filter(([, of]) => of <= night - SETTLED_NIGHTS);
    const order = settled.map(([reference]) => ({ reference, at: random() }));
    return order
      .toSorted((left, right) => left.at - right.at)
      .slice(0, count)
      .map(({ reference }) => reference);
  };
  const next = (night: number): readonly (readonly Line[])[] => {
    const changedCount = Math.ceil(shipments * CHANGED_SHARE);
    const earlier = some(night, changedCount + Math.ceil(shipments * SAME_SHARE));
    for (const reference of earlier.slice(0, changedCount)) {
      newest.set(reference, (newest.get(reference) ?? 0) + 1);
      nightOf.set(reference, night);
    }
    const fresh = Array.from(
      { length: shipments - earlier.length },
      (_, at) => `N${String(night)}-${String(at + 1)}`,
    );
    for (const reference of fresh) {
      newest.set(reference, 1);
      nightOf.set(reference, night);
    }
    const lines = [...earlier, ...fresh].map((reference) => ({
      reference,
      version: newest.get(reference) ?? 1,
    }));
    const files = 3 + (night % 4);
    const size = Math.ceil(lines.length / files);
    return Array.from({ length: files }, (_, at) => lines.slice(at * size, (at + 1) * size));
  };
  return { next, newest: () => newest };
}
