// Taking in one file: nothing of a batch can be sent, or is reported, before it is sealed.
import type { Reason } from "../../core/reason.ts";
import type { SourceFile } from "../../core/cell.ts";
import type { FileForm } from "../../core/file-form.ts";
import type { Finding } from "../../core/finding.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { MessageType, RowRef, ShipmentKey, SourceTree } from "../../core/shipment.ts";

export interface StagingBooks {
  readonly openBatch: (batch: BatchStart) => Promise<void>;
  readonly addRows: (batchId: string, rows: readonly BatchRow[]) => Promise<void>;
  readonly addFindings: (batchId: string, findings: readonly Finding[]) => Promise<void>;
  /**
   * Adds shipments. `decide` is given what is known of each, and which other files say otherwise, and
   * says what to do with it; reading and writing are one transaction. Returns one bucket for each line,
   * in their order.
   */
  readonly addLines: (
    batchId: string,
    lines: readonly LineDraft[],
    decide: (
      draft: MessageDraft,
      known: KnownShipment | null,
      files: FilesOfShipment,
    ) => LineDecision,
  ) => Promise<readonly LineBucket[]>;
  /** Makes the batch and everything queued in it count. */
  readonly sealBatch: (batchId: string, end: BatchEnd) => Promise<void>;
  /**
   * Drops the unsealed batches of crashed runs and of this process; those of another living process
   * stay. For a process that cannot be seen from here (it ran in another container) it waits for a
   * sign of life, half a minute at the most. Returns how many were dropped.
   */
  readonly dropUnsealedBatches: () => Promise<number>;
}

/** Kept in the books once, however many batches name it. */
interface KeptFile {
  readonly name: string;
  /** Shape: 64 hexadecimal digits. */
  readonly sha256: string;
  readonly content: Uint8Array;
}

interface BatchStart {
  readonly batchId: string;
  readonly runId: string;
  readonly file: SourceFile;
  readonly openedAt: Date;
  /** When the file was last saved; when omitted, it counts as saved when it was opened. */
  readonly fileTime?: Date;
  /** The day that the file's name states; it says which file is newer before `fileTime` does. ISO 8601. */
  readonly fileDate?: string | null;
  /** The profile that it is read by, with its lookup files; empty without one. */
  readonly profile?: readonly KeptFile[];
  /** The place of the file among those of its run, in the order in which they are shown. */
  readonly position?: number;
}

export interface BatchEnd {
  readonly sealedAt: Date;
  /** Set when the file as a whole was rejected (unreadable, or invalid under `--on-invalid abort`). */
  readonly rejected: boolean;
  /** Rows read below the header, the blank ones among them. */
  readonly rowsRead: number;
  readonly rowsBlank: number;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
  /** For an annotated copy that is made later. */
  readonly form?: FileForm;
}

/** A row that is not part of a shipment line. Blank rows are only counted. */
export interface BatchRow extends RowRef {
  readonly bucket: "invalid" | "duplicate";
}

export interface LineDraft {
  /** One-based, in the order of the shipments' first rows. */
  readonly lineNumber: number;
  readonly key: ShipmentKey;
  readonly rows: readonly RowRef[];
  /** Null when the shipment is invalid; its findings are added with `addFindings`. */
  readonly message: MessageDraft | null;
  /** Nothing is wrong with it alone, and its file is rejected, so that it has no message. */
  readonly isAborted?: true;
}

export interface MessageDraft {
  readonly messageKind: MessageKind;
  readonly messageType: MessageType;
  /** The exact JSON text to send. */
  readonly payload: string;
  /** Shape: 64 hexadecimal digits, of `contentHash`. */
  readonly contentHash: string;
  readonly sources: SourceTree;
}

/** What is known of a shipment when new content for it comes in. */
export interface KnownShipment {
  readonly shipmentId: string;
  /** Of the draft's message kind, newest first. */
  readonly versions: readonly {
    readonly versionId: string;
    readonly versionNumber: number;
    readonly contentHash: string;
    readonly state: MessageState;
    /** Queued, and CAS certainly never took it, so that it can be withdrawn; false when omitted. */
    readonly isWithdrawable?: boolean;
  }[];
  /** The last known statuses of all its declarations. */
  readonly declarationStatuses: readonly string[];
  /** Whether this ledger never began to send any version of it; false when omitted. */
  readonly neverSent?: boolean;
}

/** Which files say what of a shipment; each question is asked only where two contents differ. */
export interface FilesOfShipment {
  readonly key: ShipmentKey;
  /** What the draft's own file says. */
  readonly own: () => Statement;
  /** Another file of this run that says something else of it, or something invalid. */
  readonly inRun: () => OtherFile | null;
  /** The newest other file, of any run, that says what this version does. */
  readonly saying: (versionId: string) => OtherFile | null;
}

/** A file's content for a shipment. */
export interface Statement {
  readonly fileName: string;
  /** The file's time when it first said this, as text that sorts by age: a file that is saved again says it no later. */
  readonly time: string;
  /** Whether an earlier run has read it there, and did not hold it as `older-than-known`. */
  readonly isKnown: boolean;
}

export interface OtherFile extends Statement {
  /** Null where the content is invalid. */
  readonly contentHash: string | null;
  /** The message that this run has queued for it; null when there is none, or it may be sent already. */
  readonly queuedVersionId: string | null;
}

/** A message of this run that is taken out of the queue, because another file says otherwise. */
interface Withdrawal {
  readonly versionId: string;
  readonly reason: Reason;
}

export type LineDecision = LineVerdict & { readonly withdraw?: Withdrawal };

export type LineVerdict =
  | {
      readonly kind: "queue";
      /** Whether it may change what customs has accepted; false when omitted. */
      readonly amendAllowed?: boolean;
      /**
       * Whether CAS is asked first about a shipment that this ledger has never sent; false when
       * omitted. It is asked in any case when a declaration is known that may be of the shipment.
       */
      readonly askFirst?: boolean;
    }
  /** The content is that of an existing version: the line follows that version's fate. */
  | { readonly kind: "unchanged"; readonly versionId: string }
  /** The content was refused before: the line shows that version's refusal, nothing is sent. */
  | { readonly kind: "refused-before"; readonly versionId: string }
  | {
      /** `superseded`: a newer file says otherwise, so this content decides nothing. */
      readonly kind: "held" | "superseded";
      readonly reason: Reason;
      /** The version that the reason compares the content with; its differences are kept with the reason. */
      readonly against?: string;
    };

/** The life of a message. A `held` one was taken out of the queue and is never sent. */
export type MessageState = "queued" | "sending" | "accepted" | "rejected" | "unknown" | "held";

/** What a shipment line counts as, in every view; exactly one at any time. */
export type LineBucket =
  | "invalid"
  | "unchanged"
  | "held"
  /** A newer file says something else of the shipment, so this content decides nothing. */
  | "superseded"
  | "accepted"
  | "rejected"
  | "unknown"
  /** Taken from the queue by a process that is sending at this moment; no answer so far. */
  | "sending"
  /** Queued, and not sent so far. */
  | "unsent"
  /** The file was rejected as a whole, so nothing of it is sent. */
  | "aborted";
