// The result of a command, for people and for programs. Its JSON form is a contract (docs/json.md): exactly one
// document on standard output, whatever happens.
import { DEFAULT_KIND, kindNamed, nounsOf, type MessageKind } from "../../core/message-kind.ts";
import { fileBalances } from "../../core/balance.ts";
import type { NotTaken } from "../../core/codes/inbox-codes.ts";
import type { ContentChanges } from "../../core/content-changes.ts";
import type { SourceFile } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import type { BatchCounts, LineView } from "../../ledger/contract/views.ts";
import type { AnnotatedFile } from "../../report/annotate-file.ts";
import type { Gap } from "../../core/gap.ts";
import type { Environment, ShipmentKey } from "../../core/shipment.ts";
import type { CurrentHolder } from "../../ledger/contract/leases.ts";
import type { DeliverySummary } from "../../submit/deliver.ts";

/** What the messages of these files are called. */
export function nounsOfFiles(
  files: readonly Pick<FileResult, "detected">[],
): ReturnType<typeof nounsOf> {
  return nounsOf(files.map(kindOfFile));
}

/** As reading the file found out. */
export function kindOfFile({ detected }: Pick<FileResult, "detected">): MessageKind {
  return kindNamed(detected["messages"] ?? "") ?? DEFAULT_KIND;
}

export interface FileResult {
  readonly file: SourceFile;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
  readonly rejected: boolean;
  readonly counts: BatchCounts;
  /** Where a file of an inbox that is archived is after the run; absent where it was left. */
  readonly place?: FilePlace;
  /** Its path there. */
  readonly movedTo?: string;
}

/** `inbox`: it went back, to be read again; `processing`: it could not be moved, and the next run takes it first. */
export type FilePlace = "archive" | "rejected" | "inbox" | "processing";

/** Why a command ended before its work was done, and the next step. */
export interface CommandError {
  readonly code: string;
  readonly message: string;
  /** Each of the mistakes that the message holds, where it holds several. */
  readonly mistakes?: readonly string[];
  readonly hint: string;
}

export type Batches<Element> = AsyncIterable<readonly Element[]> | Iterable<readonly Element[]>;

export interface CommandResult {
  readonly exitCode: number;
  /** In place of the exit code's word. */
  readonly status?: string;
  readonly runId: string | null;
  readonly files: readonly FileResult[];
  readonly findings: Batches<Finding>;
  /** Shipments that need a person: refused, held or with unknown outcome. */
  readonly attention: Batches<LineView>;
  /** Of a dry run: every shipment of the files, with what would be done. */
  readonly planned?: Batches<PlannedLine>;
  /** A list of any length that only this command has, by the name of its member in the JSON document. */
  readonly list?: { readonly name: string; readonly elements: Batches<object> };
  /** What to do next. */
  readonly next: readonly NextStep[];
  /** What is shown to people after the files and findings. */
  readonly summary: readonly Fact[];
  /** Set when the run ended before its work was done. */
  readonly error: CommandError | null;
  /** Where files do not say it: of a command that reads none. */
  readonly totals?: { readonly counts: ResultCounts; readonly balanced: boolean };
  /** Whether CAS was the simulator; absent for a command that does not talk to CAS. */
  readonly simulated?: boolean;
  /** Members of the JSON document that only this command has. */
  readonly more: Readonly<Record<string, unknown>>;
}

export interface PlannedLine {
  /** As a real run would begin with it. */
  readonly line: LineView;
  /** How what would be sent differs from what was sent last; null for a first message. */
  readonly changes: ContentChanges | null;
}

/** What a command did. Each face words it; a string is in words already. */
export type Fact =
  | string
  | { readonly code: "shipments" | "balance"; readonly files: readonly FileResult[] }
  /** What does not add up in the books. */
  | { readonly code: "imbalances"; readonly imbalances: readonly string[] }
  /** Another process is sending: what is on its way is not lost. */
  | {
      readonly code: "sending";
      readonly sender: CurrentHolder;
      readonly buckets: Readonly<Record<"sending" | "unsent", number>>;
    }
  /** Everything that was sent, of whichever run. */
  | { readonly code: "delivery"; readonly delivery: DeliverySummary }
  | { readonly code: "sent-for-other-runs"; readonly accepted: number; readonly rejected: number }
  /** Of a dry run; `queuedBefore` would be sent too. */
  | {
      readonly code: "would-send";
      readonly files: readonly FileResult[];
      /** About which CAS would be asked first. */
      readonly asked: number;
      readonly queuedBefore: number;
    }
  | {
      readonly code: "dry-run";
      readonly ledger: string;
      readonly tenant: string;
      readonly isNew: boolean;
    }
  | { readonly code: "queued-for"; readonly count: number; readonly holder: CurrentHolder }
  | { readonly code: "files-not-read"; readonly names: readonly string[] }
  | {
      readonly code: "reconciled";
      readonly declarations: number;
      readonly changed: number;
      /** By the clock of CAS. Shape: ISO 8601; null while that cannot be said. */
      readonly completeUpTo: string | null;
      readonly byReference: { readonly asked: number; readonly waiting: number };
    }
  | { readonly code: "declaration-statuses"; readonly statuses: Readonly<Record<string, number>> }
  | { readonly code: "still-moving"; readonly shipments: number }
  | { readonly code: "gap"; readonly gap: Gap }
  | {
      readonly code: "stopped-early" | "not-written" | "not-moved" | "no-result-files";
      readonly message: string;
    }
  /** `moved`: one for each file that was taken away; `recovered`: those that an earlier run had left in work. */
  | {
      readonly code: "inbox";
      readonly folder: string;
      readonly recovered: number;
      readonly moved: readonly FilePlace[];
    }
  | { readonly code: "not-taken"; readonly notTaken: readonly NotTaken[] }
  | { readonly code: "report"; readonly path: string; readonly htmlPath: string | null }
  | {
      readonly code: "documents";
      readonly fetched: number;
      readonly skipped: number;
      readonly failed: number;
      /** Of those, fetched before to a file that is not there any more. */
      readonly missing: number;
      readonly folder: string;
    }
  /** `ofRun`: written again for that earlier run; null for the run's own. */
  | { readonly code: "result-files"; readonly folder: string; readonly ofRun: string | null }
  /** The newest run by a name that stays; `remark`: what could not be done. */
  | { readonly code: "latest"; readonly path: string | null; readonly remark: string | null }
  | { readonly code: "older-copies"; readonly remarks: readonly string[] }
  /** Of earlier runs whose shipments have moved on. */
  | { readonly code: "result-folders-missing"; readonly folders: readonly string[] }
  | { readonly code: "annotated"; readonly copy: AnnotatedFile };

/** What to do next. Each face words it; a string is in words already, with commands that can be pasted. */
export type NextStep =
  | string
  | {
      readonly code: "resume" | "run-again" | "correct-input" | "submit-for-real" | "verify-ledger";
    }
  | {
      readonly code: "reconcile";
      readonly because: "sent" | "sent-by-other" | "sending" | "incomplete";
    }
  | { readonly code: "settle"; readonly environment: Environment; readonly key: ShipmentKey }
  | { readonly code: "settle-more"; readonly shown: number; readonly total: number }
  | { readonly code: "open-report"; readonly actions: number }
  /** Changes that wait for a decision; the first of `total`. */
  | {
      readonly code: "allow-amend";
      readonly keys: readonly ShipmentKey[];
      readonly total: number;
      readonly archived?: ArchivedFiles;
    }
  | {
      readonly code: "retry-refused";
      readonly shipments: number;
      readonly archived?: ArchivedFiles;
    };

/** The files of an inbox that a step is about: the same command would not find them again. */
export interface ArchivedFiles {
  readonly environment: Environment;
  readonly paths: readonly string[];
}

/** Unit: rows and shipments. Every row and every shipment stands in exactly one bucket. */
export interface ResultCounts {
  readonly rows: number;
  readonly blank: number;
  readonly invalidRows: number;
  readonly duplicate: number;
  readonly shipmentRows: number;
  readonly shipments: number;
  readonly invalid: number;
  readonly unchanged: number;
  readonly held: number;
  readonly superseded: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
  readonly sending: number;
  readonly unsent: number;
  readonly aborted: number;
}

export function sumCounts(files: readonly FileResult[]): ResultCounts {
  const sum = (pick: (counts: BatchCounts) => number): number =>
    files.reduce((total, { counts }) => total + pick(counts), 0);
  return {
    rows: sum((counts) => counts.rowsRead),
    blank: sum((counts) => counts.rowsBlank),
    invalidRows: sum((counts) => counts.rowsInvalid),
    duplicate: sum((counts) => counts.rowsDuplicate),
    shipmentRows: sum((counts) => counts.rowsInShipments),
    shipments: sum((counts) => counts.shipments),
    invalid: sum((counts) => counts.buckets.invalid),
    unchanged: sum((counts) => counts.buckets.unchanged),
    held: sum((counts) => counts.buckets.held),
    superseded: sum((counts) => counts.buckets.superseded),
    accepted: sum((counts) => counts.buckets.accepted),
    rejected: sum((counts) => counts.buckets.rejected),
    unknown: sum((counts) => counts.buckets.unknown),
    sending: sum((counts) => counts.buckets.sending),
    unsent: sum((counts) => counts.buckets.unsent),
    aborted: sum((counts) => counts.buckets.aborted),
  };
}

export function isBalanced(files: readonly FileResult[]): boolean {
  return files.every(({ counts }) => fileBalances(counts));
}

/** Whether some row or shipment needs a person. A file that was rejected as a whole counts, too. */
export function hasFailures(files: readonly FileResult[]): boolean {
  const counts = sumCounts(files);
  return (
    files.some((file) => file.rejected) ||
    counts.invalidRows + counts.invalid + counts.rejected + counts.held > 0
  );
}

/** Adds to a result where the annotated copies are, and what they do not show. */
export function withAnnotated(
  result: CommandResult,
  annotated: readonly AnnotatedFile[],
): CommandResult {
  if (annotated.length === 0) return result;
  const facts = annotated.map((copy) => ({ code: "annotated", copy }) as const);
  return {
    ...result,
    summary: [...result.summary, ...facts],
    more: { ...result.more, annotated },
  };
}
