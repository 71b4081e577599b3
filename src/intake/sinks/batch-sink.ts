// What a file's contents go to: the ledger, or a tally when nothing is to be kept.
import type { SourceFile } from "../../core/cell.ts";
import type { FileForm } from "../../core/file-form.ts";
import type { Finding } from "../../core/finding.ts";
import type { OnProgress } from "../../core/progress.ts";
import type { RowRef, ShipmentKey, ShipmentMessage } from "../../core/shipment.ts";
import type { BatchRow, LineBucket } from "../../ledger/contract/staging.ts";
import type { Profile } from "../../map/profile/profile.ts";
import type { OpenTableOptions } from "../../parse/open-table.ts";

/** Where a file's contents go. */
export interface BatchSink {
  /** Opened again for the same file, a sink forgets what it has of it. */
  readonly open: (file: SourceFile) => Promise<void>;
  readonly addRows: (rows: readonly BatchRow[]) => Promise<void>;
  readonly addFindings: (findings: readonly Finding[]) => Promise<void>;
  /** Reads all `lines`; each is built when it is read, and need not be kept. */
  readonly addLines: (lines: Iterable<ShipmentLine>) => Promise<readonly LineBucket[]>;
  readonly seal: (end: FileEnd) => Promise<void>;
}

/** One shipment of a file. */
export interface ShipmentLine {
  /** One-based, in the order of the shipments' first rows. */
  readonly lineNumber: number;
  readonly key: ShipmentKey;
  readonly rows: readonly RowRef[];
  /** Null when something is wrong with it, or with the headers of its file. */
  readonly message: ShipmentMessage | null;
  /** Only the headers of its file are at fault. */
  readonly isAborted?: true;
}

export interface FileEnd extends FileForm {
  readonly rejected: boolean;
  readonly rowsRead: number;
  readonly rowsBlank: number;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
}

export interface StageOptions {
  readonly name: string;
  readonly reading: OpenTableOptions;
  /** How the file's sheets and columns are read; null: by the default template. */
  readonly profile: Profile | null;
  /** `abort`: one error anywhere in the file, and nothing of it is sent. */
  readonly onInvalid: "skip" | "abort";
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}
