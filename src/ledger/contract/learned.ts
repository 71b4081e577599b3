// What was learned between two moments, and the reports that showed it. A moment is a number, not a time: it counts
// what the ledger had learned by then, in the order of writing. So what a late event tells of a time long past is
// learned after the report before it, and stands in exactly one comparison of two reports that follow each other.
import type { ShipmentKey } from "../../core/shipment.ts";

export interface LearnedBooks {
  /** How much these books, and all others of the ledger, have learned so far. */
  readonly learnedUpTo: () => Promise<number>;
  /** How much they had learned at a time. */
  readonly learnedAt: (time: Date) => Promise<number>;
  /** Before that time an older program wrote these books, and kept no moments; null when there was none. */
  readonly learnedSince: () => Promise<Date | null>;
  /** What is different at the later moment, each shipment and declaration once; oldest first. */
  readonly changesBetween: (after: number, upTo: number) => AsyncIterable<readonly ChangeView[]>;
}

export interface ReportBooks {
  /** The last report of that scope, written before a moment; null when there is none. */
  readonly lastReport: (scope: ReportScopeName, upTo: number) => Promise<KnownReport | null>;
  /** The last report that a run wrote; null when it wrote none. */
  readonly reportOfRun: (runId: string) => Promise<KnownReport | null>;
  readonly recordReport: (report: KnownReport) => Promise<void>;
}

/** `run`: of one run. `latest`: of the newest state of every shipment. */
export type ReportScopeName = "run" | "latest";

export interface KnownReport {
  /** That wrote it. */
  readonly runId: string;
  readonly scope: ReportScopeName;
  readonly asOf: Date;
  /** The moment that it shows. */
  readonly learnedUpTo: number;
  readonly files: readonly ReportFile[];
}

export interface ReportFile {
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface ChangeView {
  readonly what: ChangeKind;
  /** Null for a file, and for a declaration that is of no shipment of ours. */
  readonly key: ShipmentKey | null;
  readonly declarationId: string | null;
  readonly mrn: string | null;
  /** In which the shipment stands, or that was read. */
  readonly fileName: string | null;
  /** An outcome or a status; null for what is new. */
  readonly before: string | null;
  readonly after: string;
  /** When it was learned, the last of it. */
  readonly at: Date;
  /** Shipments of a file that was read; null for anything else. */
  readonly shipments: number | null;
  /** Whether its shipment came with a file that was read in between. */
  readonly isOfNewShipment: boolean;
}

/** `status-late`: an earlier status was told late, and the current one stayed. */
export type ChangeKind = "file-read" | "outcome" | "declaration-new" | "status" | "status-late";
