// One shipment's life, for a person who must account for a number years later.
import { contentChanges, type ContentChanges } from "../../core/content-changes.ts";
import type { Reason } from "../../core/reason.ts";
import type { Problem } from "../../core/errors.ts";
import type { Finding } from "../../core/finding.ts";
import type { ProfileLines } from "../../core/profile-line.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { MessageType, RowRef, ShipmentKey, SourceTree } from "../../core/shipment.ts";
import type { AttemptOutcome } from "./outbox.ts";
import type { MessageState } from "./staging.ts";
import type { Settlement } from "./unknown-messages.ts";
import type { DeclarationView, LineView, ReadBackView } from "./views.ts";

export interface HistoryBooks {
  /** Everything the books hold about an external reference: one history per direction. */
  readonly shipmentHistories: (externalReference: string) => Promise<readonly ShipmentHistory[]>;
  /** What the text names, to the letter; the first ones only. */
  readonly identify: (text: string, limit: number) => Promise<readonly Identified[]>;
  /** Every reference and number of declarations that identify() finds, in batches. */
  readonly identifiers: () => AsyncIterable<readonly string[]>;
  /** The newest line of one shipment; null when no file holds it. */
  readonly latestLine: (key: ShipmentKey) => Promise<LineView | null>;
  /** Null where the books do not know it. */
  readonly declaration: (declarationId: string) => Promise<DeclarationView | null>;
}

/** A shipment, or a declaration that no shipment of ours explains. */
export interface Identified {
  readonly by: "reference" | "declaration-id" | "reference-id" | "lrn" | "mrn";
  readonly value: string;
  readonly key: ShipmentKey | null;
  /** Of which declaration it is a number, or the one of a change made by hand. */
  readonly declarationId: string | null;
}

export interface ShipmentHistory {
  readonly key: ShipmentKey;
  /** Oldest first. */
  readonly versions: readonly VersionHistory[];
  /** Every file it stood in, oldest first. */
  readonly lines: readonly LineHistory[];
  readonly declarations: readonly DeclarationView[];
  /** What CAS said when the message was read there; null where it was not. */
  readonly readBack: ReadBackView | null;
}

export interface VersionHistory {
  readonly versionNumber: number;
  readonly state: MessageState;
  readonly messageKind: MessageKind;
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
  /** The lines of the profile that say values; null where it says none, or it is not known. */
  readonly profileLines: ProfileLines | null;
  readonly attempts: readonly AttemptHistory[];
}

/**
 * How a version differs from the one that CAS had, or was to have, before it; null when there was none, or its
 * content is no longer in the books.
 */
export function changesOf(
  version: VersionHistory,
  versions: readonly VersionHistory[],
): { readonly since: VersionHistory; readonly changes: ContentChanges } | null {
  const since = versions.findLast(
    ({ versionNumber, state }) =>
      versionNumber < version.versionNumber && state !== "rejected" && state !== "held",
  );
  if (since === undefined) return null;
  const changes = contentChanges(since.payload, version.payload, version.sources);
  return changes === null ? null : { since, changes };
}

export interface AttemptHistory {
  readonly attemptNumber: number;
  readonly runId: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** Null while no answer is recorded. */
  readonly outcome: AttemptOutcome["kind"] | null;
  readonly reason: Reason | null;
  /** When CAS was asked about it and did not know it. */
  readonly enquiries: readonly Date[];
  /** Since when a person is to find out what became of it; null when none is. */
  readonly leftToPersonAt: Date | null;
  readonly settlement: {
    readonly kind: Settlement["kind"];
    readonly at: Date;
    readonly reason: Reason;
    /** Why it was settled before that, newest first. */
    readonly reasonsBefore: readonly Reason[];
  } | null;
}

export interface LineHistory {
  readonly runId: string;
  readonly runStartedAt: Date;
  /** When the file was read. */
  readonly readAt: Date;
  /** Whether CAS was the simulator. */
  readonly simulated: boolean;
  readonly fileName: string;
  readonly rows: readonly RowRef[];
  /** Null when it follows its version. */
  readonly bucket: "invalid" | "unchanged" | "held" | "superseded" | "aborted" | null;
  readonly reason: Reason | null;
  readonly versionNumber:
    | number
    | null; /** What is wrong in its rows, where that kept it from being sent; the first ones. */
  readonly findings: readonly Finding[];
}
