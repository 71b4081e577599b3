// What a reconcile works with, and its bounds. Where a bound cuts something off, the log says how much is left.
import type { CasReader, DeclarationPage } from "../cas/cas-client.ts";
import type { Clock } from "../core/time/clock.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import type { DeclarationBooks } from "../ledger/contract/declarations.ts";

export interface ReconcileDependencies {
  /** Throttled and retrying already. */
  readonly client: CasReader;
  readonly books: DeclarationBooks;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress: OnProgress;
}

/** What one page of a search holds, or several. */
export interface FoundDeclarations extends Pick<DeclarationPage, "declarations" | "unread"> {
  /** When each of the declarations came; now where it is left out. */
  readonly cameAt?: readonly Date[];
}

export interface ReconcileSettings {
  /** Results asked for at once. Source: seeds/002, Search parameters: at most 100. */
  readonly pageSize: number;
  /** How far before the last complete search a new one begins, for updates that CAS shows late. */
  readonly overlapMs: number;
  /** How far our clock may be ahead of CAS's, for answers that carry no time. */
  readonly clockSkewMs: number;
  /** How often the search reads on for what was updated meanwhile; the rest is left to the next run. */
  readonly roundsMax: number;
  /** How far back what was updated is read once a day for a second time, for what CAS shows late; 0 for never. */
  readonly lookBackMs: number;
  /** How many pages one window may have before it is halved. */
  readonly pagesPerWindowMax: number;
  /** How many declarations one reconcile takes in: what is known of each stays in memory until its end. */
  readonly declarationsMax: number;
  /** How many declarations may be fetched because the search result does not say whose they are. */
  readonly detailsMax: number;
  /** How many shipments are asked for by their reference; those asked longest ago come first. */
  readonly referenceSearchesMax: number;
  /** How many pages of declarations one shipment may have. */
  readonly pagesPerReferenceMax: number;
  /** How many declarations are fetched for their errors. */
  readonly errorFetchesMax: number;
}

export const defaultReconcileSettings: ReconcileSettings = {
  pageSize: 100,
  overlapMs: 10 * 60_000,
  clockSkewMs: 5 * 60_000,
  roundsMax: 10,
  // A day, and an hour in which two of them overlap.
  lookBackMs: 25 * 3_600_000,
  // Deep offsets are slow in any database; a part read to its end need not be read again. Source: assumed.
  pagesPerWindowMax: 1_000,
  // About 50 MB; ten times what a large tenant changes in a day. Source: assumed.
  declarationsMax: 500_000,
  detailsMax: 5_000,
  referenceSearchesMax: 500,
  pagesPerReferenceMax: 10,
  // An hour and a half at ten requests per second; `run` ends with its wait before.
  errorFetchesMax: 50_000,
};

/** Ends a reconcile before all was read; what was seen so far is recorded, and the next one reads on. */
export class CutShortError extends Error {
  readonly because: "time" | "count" | "repeats" | "dense";

  constructor(because: CutShortError["because"]) {
    super(`The reconcile was cut short (${because})`);
    this.because = because;
  }
}
