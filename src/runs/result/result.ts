// The result of a command, for people and for programs. Its JSON form is a contract (docs/json.md): exactly one
// document on standard output, whatever happens.
import { fileBalances } from "../../core/balance.ts";
import type { SourceFile } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import type { BatchCounts, LineView } from "../../ledger/ledger.ts";

export interface FileResult {
  readonly file: SourceFile;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
  readonly rejected: boolean;
  readonly counts: BatchCounts;
}

/** Why a command ended before its work was done, and the next step. */
export interface CommandError {
  readonly code: string;
  readonly message: string;
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
  /** What to do next, orders with commands that can be pasted. */
  readonly next: readonly string[];
  /** Lines for people, after the files and findings. */
  readonly summary: readonly string[];
  /** Set when the run ended before its work was done. */
  readonly error: CommandError | null;
  /** Members of the JSON document that only this command has. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** Unit: rows and shipments. Every row and every shipment stands in exactly one bucket. */
interface ResultCounts {
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
