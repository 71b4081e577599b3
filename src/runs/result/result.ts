// What a command has to say at its end, once for people and once for programs. The JSON form is a
// contract (docs/json.md): exactly one document on standard output, whatever happens.
import type { SourceFile } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import type { BatchCounts, LineView } from "../../ledger/ledger.ts";
import type { AnnotatedFile } from "../../report/annotate-file.ts";

export interface FileResult {
  readonly file: SourceFile;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
  readonly rejected: boolean;
  readonly counts: BatchCounts;
}

/** Why a command ended before its work was done, and the next step. */
export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Many of something, in batches. */
export type Batches<Element> = AsyncIterable<readonly Element[]> | Iterable<readonly Element[]>;

export interface CommandResult {
  readonly exitCode: number;
  /** Where one word says more than that of the exit code. */
  readonly status?: string;
  readonly runId: string | null;
  readonly files: readonly FileResult[];
  readonly findings: Batches<Finding>;
  /** Shipments that need a person: refused, held or with unknown outcome. */
  readonly attention: Batches<LineView>;
  /** What to do next, orders with commands that can be pasted. */
  readonly next: readonly string[];
  /** Lines for people, after the files and findings. */
  readonly summary: readonly string[];
  /** Set when the run ended before its work was done, though its books can be shown. */
  readonly error: ToldError | null;
  /** Members of the JSON document that only this command has. */
  readonly more: Readonly<Record<string, unknown>>;
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
  readonly accepted: number;
  readonly rejected: number;
  readonly unknown: number;
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
    accepted: sum((counts) => counts.buckets.accepted),
    rejected: sum((counts) => counts.buckets.rejected),
    unknown: sum((counts) => counts.buckets.unknown),
    unsent: sum((counts) => counts.buckets.unsent),
    aborted: sum((counts) => counts.buckets.aborted),
  };
}

/** Whether every row and every shipment of these files is in exactly one bucket. */
export function isBalanced(counts: ResultCounts): boolean {
  const rows = counts.blank + counts.invalidRows + counts.duplicate + counts.shipmentRows;
  const shipments =
    counts.invalid +
    counts.unchanged +
    counts.held +
    counts.accepted +
    counts.rejected +
    counts.unknown +
    counts.unsent +
    counts.aborted;
  return counts.rows === rows && counts.shipments === shipments;
}

/** Whether some row or shipment needs a person. A file that was rejected whole counts as well. */
export function hasFailures(files: readonly FileResult[]): boolean {
  const counts = sumCounts(files);
  return (
    files.some((file) => file.rejected) ||
    counts.invalidRows + counts.invalid + counts.rejected + counts.held > 0
  );
}

/** Adds to a result where the annotated copies are, and what could not be said in them. */
export function withAnnotated(
  result: CommandResult,
  annotated: readonly AnnotatedFile[],
): CommandResult {
  if (annotated.length === 0) return result;
  const lines = annotated.flatMap(({ name, path, remarks }) => [
    ...(path === null ? [] : [`${name}, annotated: ${path}`]),
    ...remarks.map((remark) => (path === null ? remark : `  ${remark}`)),
  ]);
  return {
    ...result,
    summary: [...result.summary, ...lines],
    more: { ...result.more, annotated },
  };
}
