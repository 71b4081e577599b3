// All limits of reading. A packed spreadsheet may unpack to a thousand times its size, and what it says of
// its own size is not believed: bytes are counted as they come.
import { STUCK_MS_MAX } from "../../core/files/regular-file.ts";

export interface ReadLimits {
  /** Of a workbook; CSV is a stream from end to end and needs none. */
  readonly workbookBytesMax: number;
  readonly zipEntriesMax: number;
  readonly entryBytesMax: number;
  /** Unpacked, of all parts that are read. */
  readonly packageBytesMax: number;
  /** Unpacked by packed size, checked above `ratioFreeBytes`. */
  readonly ratioMax: number;
  readonly ratioFreeBytes: number;
  /** Unpacked, parts that are read again each time. */
  readonly workBytesMax: number;
  /** Elements in each other, in one part of a workbook; Excel's own stay below twenty. */
  readonly nestingMax: number;
  readonly sheetsMax: number;
  /** Filled in one row; every header is compared with all names that are known. */
  readonly columnsMax: number;
  /** Texts of all rows of one sheet; a shared text counts wherever it is used. */
  readonly sheetCharsMax: number;
  /** All rows of one shipment together, as they are handed on. */
  readonly shipmentCharsMax: number;
  /** One record of a CSV file, or one row of a sheet: an unclosed quote must not swallow the rest of a file. */
  readonly recordCharsMax: number;
  /** One tag or one run of text in a workbook's parts; a cell holds at most 32,767 characters. */
  readonly xmlTokenCharsMax: number;
  /** Of one sheet: they are held while the sheet is read. One for every row of a sheet must be possible. */
  readonly mergedRangesMax: number;
  /** Spent on reading one part of a workbook, without what its rows are used for meanwhile. */
  readonly partReadMsMax: number;
  /** Waiting for the thread that reads a file. */
  readonly fileReadMsMax: number;
  /** The thread that reads a file. Unit: MiB. */
  readonly memoryMibMax: number;
  /** One call to the drive on which the file lies. */
  readonly stuckMsMax: number;
}

const MIB = 1024 * 1024;

export const defaultReadLimits: ReadLimits = {
  workbookBytesMax: 50 * MIB,
  zipEntriesMax: 1_000,
  entryBytesMax: 500 * MIB,
  packageBytesMax: 1024 * MIB,
  ratioMax: 200,
  ratioFreeBytes: MIB,
  workBytesMax: 64 * 1024 * MIB,
  nestingMax: 256,
  sheetsMax: 500,
  columnsMax: 4_096,
  sheetCharsMax: 4 * 1024 * MIB,
  shipmentCharsMax: 64 * MIB,
  recordCharsMax: 2 * MIB,
  xmlTokenCharsMax: 4 * MIB,
  mergedRangesMax: 2_000_000,
  partReadMsMax: 300_000,
  fileReadMsMax: 1_800_000,
  memoryMibMax: 1_024,
  stuckMsMax: STUCK_MS_MAX,
};

/** Rows handed on at once. */
export const batchRows = 256;
