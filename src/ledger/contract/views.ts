// What reports are made from; all in a stable order, in batches.
import type { FileCounts } from "../../core/balance.ts";
import type { Reason } from "../../core/reason.ts";
import type { SourceFile } from "../../core/cell.ts";
import type { DeclarationSummary } from "../../core/declaration.ts";
import type { Problem } from "../../core/errors.ts";
import type { FileForm } from "../../core/file-form.ts";
import type { Finding } from "../../core/finding.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { MessageType, RowRef, ShipmentKey } from "../../core/shipment.ts";
import type {
  AcceptedSources,
  TracedDeclarationError,
  RefusedField,
} from "../../trace/trace-error.ts";
import type { StoredFile } from "./attachments.ts";
import type { ListenerView } from "./notifications.ts";
import type { ReadBack } from "./read-back.ts";
import type { LineBucket } from "./staging.ts";

export interface ViewBooks {
  readonly batches: (filter: ViewFilter) => Promise<readonly BatchRecord[]>;
  /** Every shipment line, in the order of files and rows, as its message and declarations are now. */
  readonly lines: (filter: ViewFilter) => AsyncIterable<readonly LineView[]>;
  /**
   * Lines of other runs whose messages this run sent, or tried to: what earlier runs had left, and
   * what others queued while it was sending. None of its own files.
   */
  readonly leftovers: (runId: string) => AsyncIterable<readonly LineView[]>;
  readonly findings: (filter: ViewFilter) => AsyncIterable<readonly Finding[]>;
  /**
   * For a run, the declarations of the shipments in its files; for the latest state, all that are
   * linked to a shipment.
   */
  readonly declarations: (
    filter: ViewFilter,
    which?: "with-errors",
  ) => AsyncIterable<readonly DeclarationView[]>;
  /** How many of them have each status. */
  readonly declarationStatuses: (filter: ViewFilter) => Promise<ReadonlyMap<string, number>>;
  /**
   * The message of a line, when it was made from the very bytes that the line was read from; null when
   * the cells of the message are those of another file.
   */
  readonly sentFrom: (batchId: string, lineNumber: number) => Promise<AcceptedSources | null>;
  /** Declarations that no shipment of ours explains. */
  readonly unexplainedDeclarations: () => AsyncIterable<readonly DeclarationView[]>;
  /** The documents that CAS listed for the declarations of the view. */
  readonly documents: (filter: ViewFilter) => AsyncIterable<readonly DocumentView[]>;
  /** What became of all messages and declarations of the tenant since a time; minutes without anything are left out. */
  readonly flow: (since: Date) => Promise<readonly FlowMinute[]>;
  /** The newest lines under any of these references whose message CAS does not have, as far as is known. */
  readonly unsentLines: (references: readonly string[]) => Promise<readonly UnsentLine[]>;
  /** Where our books and what CAS tells and shows do not agree. */
  readonly discrepancies: (at: Date) => Promise<Discrepancies>;
  /**
   * What of the ledger contradicts itself; none in a ledger that tells the truth. For a run, of the files that it read
   * or sent messages of, and all that is known of their shipments; for the latest state, of the whole ledger, all its
   * books.
   */
  readonly damages: (filter: ViewFilter) => Promise<readonly LedgerDamage[]>;
}

/** How many messages CAS took and refused in a minute, and how many declarations came to their end. */
export interface FlowMinute {
  readonly at: Date;
  readonly accepted: number;
  readonly refused: number;
  readonly finished: number;
}

export interface DocumentView {
  readonly declarationId: string;
  readonly key: ShipmentKey;
  readonly attachmentId: string;
  readonly documentType: string | null;
  /** As CAS says it; never a path. */
  readonly fileName: string | null;
  readonly firstSeenAt: Date;
  /** Null while it was not fetched. */
  readonly file: StoredFile | null;
}

export type UnsentLine = Pick<LineView, "key" | "bucket" | "fileName">;

export interface LedgerDamage {
  readonly what: string;
  readonly count: number;
  /** The first of them. */
  readonly places: readonly string[];
}

export interface Discrepancies {
  /** Declarations of which a notification told something else than the search shows. */
  readonly differing: readonly ToldOtherwise[];
  /** Notifications of the last days whose id is that of another one which says something else. */
  readonly contradicting: Several | null;
  /** Statuses that notifications should have told and did not. */
  readonly untold: Untold | null;
  /** Files that were being read when their run died; nothing of them counts until they are read again. */
  readonly abandoned: readonly AbandonedFile[];
  /** Documents of our declarations, of types that were fetched before, without a file for more than a day. */
  readonly documents: Several | null;
}

export interface AbandonedFile {
  readonly runId: string;
  readonly fileName: string;
  readonly openedAt: Date;
}

interface Several {
  readonly count: number;
  readonly since: Date;
}

interface Untold extends Several {
  readonly statuses: readonly string[];
  /** When CAS last told anything; null when it never did. */
  readonly lastToldAt: Date | null;
  /** The receiver that lived last; null where none ever did. */
  readonly listener: ListenerView | null;
}

export interface ToldOtherwise {
  readonly declarationId: string;
  /** What a notification told, and when that was; what the search showed, and when. */
  readonly member: "currentStatus" | "lrn" | "mrn";
  readonly told: string;
  readonly toldAt: Date;
  readonly shown: string;
  readonly shownAt: Date;
}

/** Which lines a view shows: those of one run, or the newest line of every shipment. */
export type ViewFilter = { readonly runId: string } | { readonly latest: true };

export interface BatchRecord {
  readonly batchId: string;
  readonly runId: string;
  readonly file: SourceFile;
  readonly openedAt: Date;
  readonly rejected: boolean;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
  /** Null for a batch of an older version of the program. */
  readonly form: FileForm | null;
  readonly counts: BatchCounts;
}

export interface BatchCounts extends FileCounts {
  readonly buckets: Readonly<Record<LineBucket, number>>;
}

export interface LineView {
  readonly batchId: string;
  readonly fileName: string;
  readonly lineNumber: number;
  readonly key: ShipmentKey;
  readonly rows: readonly RowRef[];
  readonly bucket: LineBucket;
  /** Why it is held, unknown, unsent or refused; null when there is nothing to add. */
  readonly reason: Reason | null;
  readonly versionNumber: number | null;
  readonly messageKind: MessageKind | null;
  readonly messageType: MessageType | null;
  readonly referenceId: string | null;
  readonly attempts: number;
  readonly acceptedAt: Date | null;
  readonly problem: Problem | null;
  /** One for each of the errors of `problem`, in their order. */
  readonly refusedFields: readonly RefusedField[];
  readonly declarations: readonly DeclarationView[];
  /** What CAS said when the message was read there; null where it was not. */
  readonly readBack: ReadBackView | null;
}

export interface ReadBackView extends ReadBack {
  /** In words. Source: assumed, that they stand in a member `errors`. */
  readonly errors: readonly string[];
}

export interface DeclarationView {
  readonly declarationId: string;
  readonly shipmentId: string | null;
  readonly key: ShipmentKey | null;
  readonly summary: DeclarationSummary;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** Oldest first. */
  readonly history: readonly { readonly status: string; readonly observedAt: Date }[];
  readonly errors: readonly TracedDeclarationError[];
}
