// What a status report is made from, and the totals that it, its JSON twin and the command line show.
import type { Environment } from "../../core/shipment.ts";
import type { Severity } from "../../core/finding.ts";
import type { LedgerBooks, LineBucket, ViewFilter } from "../../ledger/ledger.ts";

/** The views of the ledger that a report is made from. */
export type ReportBooks = Pick<
  LedgerBooks,
  "batches" | "lines" | "leftovers" | "findings" | "declarations" | "unexplainedDeclarations"
>;

export interface ReportInput {
  readonly books: ReportBooks;
  readonly filter: ViewFilter;
  /** Null when the report is about no single run. */
  readonly runId: string | null;
  readonly command: string;
  readonly environment: Environment;
  readonly tenant: string;
  readonly asOf: Date;
  /** Until when the declarations of CAS were read completely, ISO 8601; null when it was not asked. */
  readonly completeUpTo: string | null;
  /** Whether CAS was the simulator: then nothing was filed, and the first line says so. */
  readonly simulated: boolean;
  readonly programVersion: string;
  /** Set when the run ended before its work was done; the first line says so. */
  readonly stoppedEarly: StoppedEarly | null;
}

/** Why a run ended too soon, in words, and which files it never came to. */
export interface StoppedEarly {
  readonly reason: string;
  readonly filesNotRead: readonly string[];
}

/** What the report counts. Shipments are the lines the ledger showed, counted one by one. */
export interface ReportTotals {
  readonly balanced: boolean;
  /** What does not add up, in words; empty when balanced. */
  readonly imbalances: readonly string[];
  readonly files: number;
  readonly rows: RowTotals;
  readonly shipments: number;
  readonly buckets: Readonly<Record<LineBucket, number>>;
  /** Shipments that CAS took and of which no declaration has been seen so far. */
  readonly withoutDeclaration: number;
  readonly declarations: number;
  readonly declarationStatuses: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Shipments of earlier runs that this run sent, or tried to; not among `shipments`. */
  readonly leftovers: Readonly<Record<LineBucket, number>>;
  /** Messages that CAS refused outright. */
  readonly refusals: number;
  /** Errors of CAS and of customs, on all declarations together. */
  readonly declarationErrors: number;
  /** Rows of the sheet `Action needed`. */
  readonly actionNeeded: number;
  /** Declarations in CAS that no file explains. */
  readonly notInFiles: number;
}

export interface RowTotals {
  readonly read: number;
  readonly blank: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly inShipments: number;
}
