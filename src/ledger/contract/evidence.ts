// What an auditor is given of the books, and which folders of it were written.
import type { ViewFilter } from "./views.ts";

export interface EvidenceBooks {
  /**
   * Every entry about the shipments that a report with this filter shows, kind by kind, in the form of
   * `ledger export`. To be read in turn; nothing else may be asked of the books before the last one.
   */
  readonly records: (filter: ViewFilter) => Iterable<RecordsOfKind>;
  /** The content of a profile or a lookup file; null where the books do not keep it. */
  readonly keptFile: (sha256: string) => Promise<Buffer | null>;
  /** Which ledger it is, in all its copies. */
  readonly ledgerId: () => Promise<string>;
  readonly recordEvidence: (evidence: EvidenceRecord) => Promise<void>;
  /** The folders that were written and are not known to be gone, oldest first. */
  readonly writtenEvidence: () => Promise<readonly WrittenEvidenceRecord[]>;
  readonly recordEvidenceGone: (manifestSha256: string, at: Date) => Promise<void>;
}

export interface WrittenEvidenceRecord extends EvidenceRecord {
  /** Whether a shipment of its run is not finished: something is on its way, or customs has still to act. */
  readonly isOpen: boolean;
}

export interface RecordsOfKind {
  readonly kind: string;
  readonly records: Iterable<LedgerRecord>;
}

export type LedgerRecord = Readonly<Record<string, unknown>>;

interface EvidenceRecord {
  /** Null: about the newest state of everything. */
  readonly runId: string | null;
  /** Absolute. */
  readonly path: string;
  readonly writtenAt: Date;
  /** Shape: 64 hexadecimal digits. */
  readonly manifestSha256: string;
  readonly redacted: boolean;
}
