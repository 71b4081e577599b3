// Brings together the rows of a shipment that do not stand together in the file, without holding
// the file in memory: rows go in as they are read and come out grouped. What is staged is scratch,
// gone with the process; nothing in it is a promise.

export interface RowStage {
  /** Rows in reading order. */
  readonly add: (rows: readonly StagedRow[]) => Promise<void>;
  /** All rows, grouped, groups in the order of their first rows, in batches of whole groups. */
  readonly groups: () => AsyncIterable<readonly RowGroup[]>;
  readonly close: () => Promise<void>;
}

export interface StagedRow {
  readonly groupKey: string;
  readonly content: string;
}

export interface RowGroup {
  readonly groupKey: string;
  /** In reading order. */
  readonly contents: readonly string[];
}
