// The ledger is the truth and the outbox: a message is in it, durably, before its first byte goes
// out, and every other view (report, status, result files) can be made again from it.
//
// This interface speaks of what happened, never of how it is stored; an implementation on another
// database passes the same contract tests. Every method that returns has made its change durable.
// Every method may throw CannotNowError `ledger-write-failed`; after that nothing may be sent.
import type { DeclarationSummary } from "../core/declaration.ts";
import type { Problem } from "../core/errors.ts";
import type { FieldPlace } from "../trace/field-locator.ts";
import type { AcceptedSources, TracedDeclarationError } from "../trace/trace-error.ts";
import type { Finding } from "../core/finding.ts";
import type { Reason } from "../core/reason.ts";
import type {
  Environment,
  MessageType,
  RowRef,
  ShipmentKey,
  SourceTree,
} from "../core/shipment.ts";
import type { SourceFile } from "../core/cell.ts";

export interface Ledger {
  /** Where it is, for messages to people. */
  readonly location: string;
  /** The books of one tenant in one environment; no other books can be reached through it. */
  readonly books: (environment: Environment, tenant: string) => LedgerBooks;
  /** The tenants that have books in an environment, by name. */
  readonly tenants: (environment: Environment) => Promise<readonly string[]>;
  /** What speaks against the place where it is, for the log. */
  readonly warnings: readonly string[];
  /**
   * Looks whether this is the ledger that may be sent from, and not a copy of it. Staging a file and
   * taking the right to send look by themselves.
   * @throws CasBatchError `ledger-moved`
   */
  readonly assertAtHome: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface LedgerBooks {
  readonly environment: Environment;
  readonly tenant: string;

  // ---- runs and the right to send

  readonly startRun: (run: RunStart) => Promise<void>;
  /** Where the run is going to write its result files: an absolute path. */
  readonly recordResultFolder: (runId: string, folder: string) => Promise<void>;
  readonly finishRun: (runId: string, end: RunEnd) => Promise<void>;
  /** Null when there is no such run. */
  readonly run: (runId: string) => Promise<RunRecord | null>;
  /**
   * Takes the sole right to send. A lease whose holder is gone (expired, or dead on this machine)
   * is taken over.
   * @throws CasBatchError `lock-held` naming the holder, `ledger-moved` when this is a copy
   */
  readonly acquireLease: (holder: LeaseHolder, durationMs: number) => Promise<void>;
  /** Who may be sending at this moment; null when nobody is. */
  readonly currentHolder: () => Promise<CurrentHolder | null>;
  /** Prolongs the lease. @throws CasBatchError `lock-held` when it was lost. */
  readonly renewLease: (holder: LeaseHolder, durationMs: number) => Promise<void>;
  readonly releaseLease: (holder: LeaseHolder) => Promise<void>;
  /**
   * Gives the lease back unless `claim` would find a message at `now`, or CAS is to be asked about one. The look and the release are
   * one transaction: whoever seals a batch finds that nobody sends, or has it seen by the sender.
   * Returns false when the lease was kept; one that is lost needs no release.
   */
  readonly releaseLeaseWhenIdle: (holder: LeaseHolder, now: Date) => Promise<boolean>;

  // ---- staging one file: nothing of a batch can be sent, or is reported, before it is sealed

  /** Opens a batch for one file. @throws CasBatchError `ledger-moved` when this is a copy */
  readonly openBatch: (batch: BatchStart) => Promise<void>;
  readonly addRows: (batchId: string, rows: readonly BatchRow[]) => Promise<void>;
  readonly addFindings: (batchId: string, findings: readonly Finding[]) => Promise<void>;
  /**
   * Adds shipments. For each, `decide` sees what is known of its key and says what to do with it;
   * the look and the write are one transaction. Lines come back in the order given.
   */
  readonly addLines: (
    batchId: string,
    lines: readonly LineDraft[],
    decide: (draft: MessageDraft, known: KnownShipment | null) => LineDecision,
  ) => Promise<readonly LineBucket[]>;
  /** Makes the batch and everything queued in it count. */
  readonly sealBatch: (batchId: string, end: BatchEnd) => Promise<void>;
  /**
   * Drops the unsealed batches that a crashed run left behind, or this process; those of another
   * process that lives stay. Of one that cannot be seen from here (it ran in another container) it
   * waits for a sign of life, half a minute at the most. Returns how many.
   */
  readonly dropUnsealedBatches: () => Promise<number>;

  // ---- asking CAS first, where this ledger may not know what was sent

  /**
   * Since when this ledger may lack what was sent for the tenant: since it first sent itself, or was
   * adopted from a copy. Null while it never sent.
   */
  readonly newSince: () => Promise<Date | null>;
  /** Messages that CAS is to be asked about before they are sent, oldest first. */
  readonly messagesToAskAbout: (limit: number) => Promise<readonly MessageToAskAbout[]>;
  readonly countToAskAbout: () => Promise<number>;
  /**
   * Records what CAS showed, and lets the messages go, or ends them. One that went meanwhile stays, and
   * one whose declaration stands with another shipment is held. Returns how many are held.
   */
  readonly recordAnswers: (answers: readonly ReferenceAnswer[]) => Promise<number>;

  // ---- the outbox

  /** How many messages are queued, sending or unknown. */
  readonly outboxCounts: () => Promise<OutboxCounts>;
  /** The same for the messages that the files of one run stand for. */
  readonly outboxCountsOfRun: (runId: string) => Promise<OutboxCounts>;
  /** The runs with messages that are not sent or settled yet, oldest first. */
  readonly unfinishedRuns: () => Promise<readonly UnfinishedRun[]>;
  /**
   * Takes up to `limit` queued messages, oldest first, and records durably that they are being
   * sent. One that CAS is to be asked about first is not taken before `recordAnswers` had its answer. At most one version of a shipment is ever sending or unknown, and a version is not taken
   * while an older one of its key is not settled. Messages put back with `notBefore` in the future
   * stay where they are. One that `holdReason` gives a reason for is not taken: it leaves the queue
   * for good and is held; or, when it may have arrived by an earlier attempt, it is unknown again.
   * @throws CasBatchError `lock-held` when the holder does not hold the lease
   */
  readonly claim: (options: {
    readonly limit: number;
    readonly runId: string;
    readonly holder: LeaseHolder;
    readonly now: Date;
    /** When an answer must have come; a `sending` older than this is unknown. */
    readonly deadlineAt: Date;
    /** Asked for every message whose shipment has declarations; null lets it go. */
    readonly holdReason: (message: QueuedMessage) => Reason | null;
  }) => Promise<readonly OutboxMessage[]>;
  /**
   * Records what became of attempts, many in one durable write. A receipt counts also for an
   * attempt that was given up meanwhile, as long as no later one follows it. Returns the ids of the
   * attempts that are over, for which nothing was recorded.
   */
  readonly recordOutcomes: (outcomes: readonly AttemptOutcome[]) => Promise<readonly string[]>;
  /** Turns what a dead holder left `sending` into `unknown`. Returns how many. */
  readonly recoverInterrupted: (now: Date) => Promise<number>;
  /** Messages whose outcome is unknown, oldest first. */
  readonly unknownMessages: (limit: number, after?: string) => Promise<readonly UnknownMessage[]>;
  // The three that follow are about one attempt that ended without an answer. Since it was listed,
  // somebody else may have settled it: a person, another run, a receipt that came late. Then they
  // change nothing and return false: what was found out about one attempt says nothing of the next.
  // They throw when there is no such attempt in these books, or its outcome never was unknown.

  /** Records that CAS was asked about an unknown message and did not know it (yet). */
  readonly recordEnquiry: (attemptId: string, askedAt: Date) => Promise<boolean>;
  /** Records that an unknown message waits for a person, who is told `reason`. It stays unknown. */
  readonly leaveToPerson: (attemptId: string, reason: Reason, at: Date) => Promise<boolean>;
  /**
   * Settles an unknown message: it arrived after all, or it goes back into the queue. `arrived` also
   * takes one out of the queue that is to be sent again and is not yet: what is there is not sent
   * twice.
   */
  readonly settleUnknown: (
    attemptId: string,
    settlement: {
      readonly kind: "arrived" | "resend";
      readonly reason: Reason;
      readonly at: Date;
    },
  ) => Promise<boolean>;

  // ---- waiting, when CAS asks for it

  /** Until when CAS asked to be sent nothing, may be past; null when it never did. */
  readonly waitAskedUntil: () => Promise<Date | null>;
  /** A later time that is recorded already stays. */
  readonly recordWait: (until: Date) => Promise<void>;
  /** Forgets it, and lets go at once what is queued and waits for its time. */
  readonly forgetWait: () => Promise<void>;

  // ---- declarations

  /** The shipments known under any of these external references, with their accepted versions. */
  readonly findShipments: (references: readonly string[]) => Promise<readonly ShipmentRef[]>;
  /**
   * Records looks at declarations; a status unlike the last one is added to the history. An older
   * look (by `lastUpdated`, else by `observedAt`) never overwrites a newer one.
   * Returns the ids of those that are new or changed.
   */
  readonly recordDeclarations: (
    observations: readonly DeclarationObservation[],
  ) => Promise<readonly string[]>;
  /** Declarations in one of `statuses` whose errors have not been fetched since they last changed. */
  readonly declarationsWithoutErrors: (
    statuses: readonly string[],
    limit: number,
  ) => Promise<readonly DeclarationRef[]>;
  readonly recordDeclarationErrors: (
    declarationId: string,
    errors: readonly TracedDeclarationError[],
    observedAt: Date,
  ) => Promise<void>;
  /**
   * Shipments accepted by CAS whose declarations are not all at rest: none seen yet, or one whose
   * status is not in `restingStatuses`, or a change accepted since `changedSince`, and none of the
   * declarations updated since that. Oldest first, keyset-paged.
   */
  readonly openShipments: (options: {
    readonly restingStatuses: readonly string[];
    readonly changedSince: Date;
    readonly limit: number;
    readonly after?: string;
  }) => Promise<readonly ShipmentRef[]>;
  /** The sources of the version that CAS last accepted; null when none was. */
  readonly acceptedSources: (shipmentId: string) => Promise<AcceptedSources | null>;
  /** Until when the declaration search has been read completely. ISO 8601; null before the first. */
  readonly searchedUntil: () => Promise<string | null>;
  readonly recordSearchedUntil: (time: string) => Promise<void>;

  // ---- views for reports; all in a stable order, in batches

  readonly batches: (filter: ViewFilter) => Promise<readonly BatchRecord[]>;
  /** Every shipment line, in the order of files and rows, as its message and declarations stand now. */
  readonly lines: (filter: ViewFilter) => AsyncIterable<readonly LineView[]>;
  /**
   * Lines of other runs whose messages this run sent, or tried to: what earlier ones had left, and
   * what others queued while it was sending. None of its own files.
   */
  readonly leftovers: (runId: string) => AsyncIterable<readonly LineView[]>;
  readonly findings: (filter: ViewFilter) => AsyncIterable<readonly Finding[]>;
  readonly declarations: (filter: ViewFilter) => AsyncIterable<readonly DeclarationView[]>;
  /** Declarations that no shipment of ours explains. */
  readonly unexplainedDeclarations: () => AsyncIterable<readonly DeclarationView[]>;
  /** Everything the books hold about an external reference: one history per direction. */
  readonly shipmentHistories: (externalReference: string) => Promise<readonly ShipmentHistory[]>;
}

/** Which lines a view shows: those of one run, or the newest line of every shipment. */
export type ViewFilter = { readonly runId: string } | { readonly latest: true };

export interface LeaseHolder {
  readonly holderId: string;
  readonly processId: number;
  readonly hostName: string;
  /** What it is doing, for the message to the one who must wait. */
  readonly command: string;
}

export interface CurrentHolder extends LeaseHolder {
  readonly since: Date;
}

export interface RunStart {
  /** Sorts by time: `20261120T184128Z-3f2a`. */
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
  /** The version of cas-batch. */
  readonly programVersion: string;
}

export interface RunEnd {
  readonly finishedAt: Date;
  readonly exitCode: number;
}

export interface RunRecord extends RunStart {
  readonly finishedAt: Date | null;
  readonly exitCode: number | null;
}

/** A run that left something to another one. */
export interface UnfinishedRun {
  readonly runId: string;
  /** Where its result files are; null when it did not say. */
  readonly resultFolder: string | null;
}

export interface BatchStart {
  readonly batchId: string;
  readonly runId: string;
  readonly file: SourceFile;
  readonly openedAt: Date;
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
}

export interface MessageDraft {
  readonly messageType: MessageType;
  /** The exact JSON text to send. */
  readonly payload: string;
  /** Shape: 64 hexadecimal digits, of `contentHash`. */
  readonly contentHash: string;
  readonly sources: SourceTree;
}

/** What is known of a key when new content for it comes in. */
export interface KnownShipment {
  readonly shipmentId: string;
  /** Newest first. */
  readonly versions: readonly {
    readonly versionId: string;
    readonly versionNumber: number;
    readonly contentHash: string;
    readonly state: MessageState;
    /** Another file of the same run that holds this content; null when there is none. */
    readonly otherFileOfRun: string | null;
  }[];
  /** The statuses of all its declarations that we have seen. */
  readonly declarationStatuses: readonly string[];
  /** Whether this ledger never began to send any version of it; false unless told. */
  readonly neverSent?: boolean;
}

export type LineDecision =
  /**
   * `amendAllowed`, false unless told: whether it may change what customs has accepted. `askFirst`,
   * false unless told: whether CAS is asked about a shipment that this ledger has never sent. It is in
   * any case when a declaration was seen that may be of the shipment.
   */
  | { readonly kind: "queue"; readonly amendAllowed?: boolean; readonly askFirst?: boolean }
  /** The content is that of an existing version: the line follows that version's fate. */
  | { readonly kind: "unchanged"; readonly versionId: string }
  /** The content was refused before: the line shows that version's refusal, nothing is sent. */
  | { readonly kind: "refused-before"; readonly versionId: string }
  | { readonly kind: "held"; readonly reason: Reason };

/**
 * The life of a message. `unsent` is what `queued` is called once its run has ended; `held` is one
 * that was taken out of the queue and is never sent.
 */
export type MessageState = "queued" | "sending" | "accepted" | "rejected" | "unknown" | "held";

/** What a shipment line counts as, in every view; exactly one at any time. */
export type LineBucket =
  | "invalid"
  | "unchanged"
  | "held"
  | "accepted"
  | "rejected"
  | "unknown"
  /** Queued, and not sent so far. */
  | "unsent"
  /** The file was rejected as a whole, so nothing of it is sent. */
  | "aborted";

export interface OutboxCounts {
  readonly queued: number;
  readonly sending: number;
  readonly unknown: number;
}

/** What is known of a queued message before it is sent. */
export interface QueuedMessage {
  readonly messageType: MessageType;
  /** Whether it may change what customs has accepted; said when it was queued. */
  readonly amendAllowed: boolean;
  /** The statuses of all declarations of its shipment that we have seen. */
  readonly declarationStatuses: readonly string[];
  /**
   * Told of one that was sent before, or held, with the same content. It may have arrived when an
   * attempt stayed without an answer and a declaration has had news since that was last decided:
   * what must not be sent is then not held but unknown again, and asked about.
   */
  readonly before?: "may-have-arrived" | "decided";
  /** Whether its declarations did not come of a message of this ledger; false unless told. */
  readonly isFromElsewhere?: boolean;
}

export interface MessageToAskAbout {
  readonly versionId: string;
  readonly key: ShipmentKey;
  readonly payload: string;
}

/** What CAS showed when it was asked about a reference. */
export interface ReferenceAnswer {
  readonly versionId: string;
  readonly askedAt: Date;
  /** Of the shipment. */
  readonly declarations: readonly DeclarationSummary[];
  readonly verdict:
    /** Nothing was found that is the message's own; the claim holds what must not be changed. */
    | { readonly kind: "may-go" }
    /** CAS has this very content, so nothing is sent. */
    | { readonly kind: "unchanged"; readonly reason: Reason }
    | { readonly kind: "held"; readonly reason: Reason };
}

export interface OutboxMessage {
  readonly attemptId: string;
  /** One-based, counted over the version's whole life. */
  readonly attemptNumber: number;
  readonly versionId: string;
  readonly versionNumber: number;
  readonly key: ShipmentKey;
  readonly messageType: MessageType;
  readonly payload: string;
}

export type AttemptOutcome = { readonly attemptId: string; readonly at: Date } & (
  | { readonly kind: "accepted"; readonly referenceId: string }
  | { readonly kind: "rejected"; readonly problem: Problem }
  | { readonly kind: "unknown"; readonly reason: Reason }
  /** Certainly not taken by CAS: back into the queue, not to be tried before `notBefore`. */
  | { readonly kind: "returned"; readonly reason: Reason; readonly notBefore: Date }
);

export interface UnknownMessage {
  /** The last attempt, the one that is to be settled. */
  readonly attemptId: string;
  readonly versionId: string;
  readonly versionNumber: number;
  readonly shipmentId: string;
  readonly key: ShipmentKey;
  readonly messageType: MessageType;
  /** Whether it may change what customs has accepted. */
  readonly amendAllowed: boolean;
  readonly payload: string;
  /** When the attempt began: what CAS shows from before is no evidence. */
  readonly attemptedAt: Date;
  /** How often CAS has been asked, and when last. */
  readonly enquiries: number;
  readonly lastEnquiryAt: Date | null;
  /** When it was left to a person; null while it is asked about. */
  readonly leftToPersonAt: Date | null;
  /**
   * The payloads of the earlier versions that CAS accepted, or may have got before they were held,
   * newest first, no more than the newest twenty: a declaration may exist because of one of them.
   */
  readonly earlierPayloads: readonly string[];
  /** Whether retention has removed the payload of such an earlier version. */
  readonly earlierPruned: boolean;
}

export interface ShipmentRef {
  readonly shipmentId: string;
  readonly key: ShipmentKey;
  /** When CAS last accepted a version; null when it never did. */
  readonly acceptedAt: Date | null;
  readonly referenceId: string | null;
  readonly declarationIds: readonly string[];
}

export interface DeclarationObservation {
  readonly summary: DeclarationSummary;
  /** Null when no shipment of ours explains it. */
  readonly shipmentId: string | null;
  readonly observedAt: Date;
  readonly source: "search" | "declaration" | "notification";
}

export interface DeclarationRef {
  readonly declarationId: string;
  readonly currentStatus: string;
  readonly shipmentId: string | null;
}

/** A field that CAS named when it refused a message, walked back to the user's cell. */
export interface RefusedField extends FieldPlace {
  readonly message: string;
}

export interface BatchRecord {
  readonly batchId: string;
  readonly runId: string;
  readonly file: SourceFile;
  readonly openedAt: Date;
  readonly rejected: boolean;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
  readonly counts: BatchCounts;
}

/** Balanced when rowsRead = rowsBlank + rowsInvalid + rowsDuplicate + rowsInShipments. */
export interface BatchCounts {
  readonly rowsRead: number;
  readonly rowsBlank: number;
  readonly rowsInvalid: number;
  readonly rowsDuplicate: number;
  readonly rowsInShipments: number;
  readonly shipments: number;
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
  readonly messageType: MessageType | null;
  readonly referenceId: string | null;
  readonly attempts: number;
  readonly acceptedAt: Date | null;
  readonly problem: Problem | null;
  /** One for each of the errors of `problem`, in their order. */
  readonly refusedFields: readonly RefusedField[];
  readonly declarations: readonly DeclarationView[];
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

/** One shipment's life. */
export interface ShipmentHistory {
  readonly key: ShipmentKey;
  /** Oldest first. */
  readonly versions: readonly VersionHistory[];
  /** Every file it stood in, oldest first. */
  readonly lines: readonly LineHistory[];
  readonly declarations: readonly DeclarationView[];
}

export interface VersionHistory {
  readonly versionNumber: number;
  readonly state: MessageState;
  readonly messageType: MessageType;
  readonly contentHash: string;
  readonly fileName: string;
  readonly fileSha256: string;
  readonly stagedAt: Date;
  readonly acceptedAt: Date | null;
  readonly referenceId: string | null;
  readonly reason: Reason | null;
  readonly problem: Problem | null;
  readonly payload: string;
  readonly sources: SourceTree;
  readonly attempts: readonly AttemptHistory[];
}

export interface AttemptHistory {
  readonly attemptNumber: number;
  readonly runId: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Null while no answer is recorded. */
  readonly outcome: "accepted" | "rejected" | "unknown" | "returned" | null;
  readonly reason: Reason | null;
  /** When CAS was asked about it and did not know it. */
  readonly enquiries: readonly Date[];
  /** Since when a person is to find out what became of it; null when none is. */
  readonly leftToPersonAt: Date | null;
  readonly settlement: {
    readonly kind: "arrived" | "resend";
    readonly at: Date;
    readonly reason: Reason;
    /** Why it was settled before that, newest first. */
    readonly reasonsBefore: readonly Reason[];
  } | null;
}

export interface LineHistory {
  readonly runId: string;
  readonly runStartedAt: Date;
  readonly fileName: string;
  readonly rows: readonly RowRef[];
  /** Null when it follows its version. */
  readonly bucket: "invalid" | "unchanged" | "held" | "aborted" | null;
  readonly reason: Reason | null;
  readonly versionNumber: number | null;
}
