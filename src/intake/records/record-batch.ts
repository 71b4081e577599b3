// What reading a file hands on: its rows as records, many in one text. Texts cross from the reading
// thread to this one at the cost of a copy; a million small objects would cost more than reading them.
import type { SourceFile, TextForm } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import type { MappingPlan } from "../../map/model/mapping-plan.ts";
import type { MergedFault } from "../../map/rows/merged-cells.ts";
import { RECORD_END } from "../../map/model/row-record.ts";

/** What is known of a file before its rows are read. */
export interface FileFacts {
  readonly file: SourceFile;
  readonly detected: Readonly<Record<string, string>>;
  readonly text?: TextForm;
  /** About the file as a whole. */
  readonly findings: readonly Finding[];
}

export interface OpenedFile extends FileFacts {
  /** Made once; every reading of the rows goes by it. */
  readonly plan: MappingPlan;
}

/** Consecutive rows of one sheet. */
export interface RecordBatch {
  /** Into `MappingPlan.sheets`. */
  readonly sheetIndex: number;
  /** Rows that hold something in the columns that are read. */
  readonly rowsWithContent: number;
  /** The last of them, or of those left out. One-based; 0 when there is none. */
  readonly lastRowNumber: number;
  /** Shape: key, record, key, record …, as `joinRecords` puts them together. */
  readonly records: string;
  /** The rows that belong to no shipment. One-based. */
  readonly invalidRows: readonly number[];
  /** The rows that the profile leaves out. One-based. */
  readonly leftOutRows: readonly number[];
  readonly findings: readonly Finding[];
  /** At the end of a sheet: its merged cells at fault. Rows that were handed on may lie below them. */
  readonly merged?: readonly MergedFault[];
}

/** An open file. Its rows can be read several times, always from the state that was hashed. */
export interface RecordSource {
  readonly opened: OpenedFile;
  /**
   * All rows below the headers, sheet after sheet as planned. A new reading ends the one before.
   * @param merged The merged cells at fault, when an earlier reading has found them; else null.
   * @throws UnreadableFileError when the file turns out to be damaged further down
   */
  readonly batches: (merged: readonly MergedFault[] | null) => AsyncIterable<RecordBatch>;
  /** The same file read in a thread, where the limits are wider; left out when it is read in one. */
  readonly inThread?: () => Promise<RecordSource>;
  /** May be called more than once. */
  readonly close: () => Promise<void>;
}

/** One row as it goes to the row stage. */
export interface KeyedRecord {
  readonly groupKey: string;
  readonly content: string;
}

/** The rows of one shipment. */
export interface RowGroup {
  readonly groupKey: string;
  /** In reading order. */
  readonly contents: readonly string[];
}

/**
 * Is given how many characters the rows of one shipment have so far: they are held together.
 * @throws when they are too many
 */
export type GroupBound = (chars: number) => void;

/** Keys may hold anything; the rare one with a control character is written as JSON. */
const CONTROL = /[\0-\x1f]/;
const JSON_MARK = "\u0003";

export function joinRecords(records: readonly KeyedRecord[]): string {
  const parts: string[] = [];
  for (const { groupKey, content } of records) {
    parts.push(CONTROL.test(groupKey) ? JSON_MARK + JSON.stringify(groupKey) : groupKey, content);
  }
  return parts.join(RECORD_END);
}

/** The inverse of `joinRecords`. */
export function splitRecords(text: string): readonly KeyedRecord[] {
  if (text === "") return [];
  const parts = text.split(RECORD_END);
  const records: KeyedRecord[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const key = parts[at] ?? "";
    const groupKey = key.startsWith(JSON_MARK)
      ? (JSON.parse(key.slice(JSON_MARK.length)) as string)
      : key;
    records.push({ groupKey, content: parts[at + 1] ?? "" });
  }
  return records;
}
