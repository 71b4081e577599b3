// One form of the report, such as the workbook or the page, while it is written. All forms are given the same
// sheets and rows in one pass, so they never say different things.
import type { PageSheet, TableSheet } from "./sheet.ts";

export interface Table<Row> {
  /** The rows that follow are of that list of the twin. */
  readonly startList?: (name: string) => void;
  readonly endList?: () => void;
  readonly addRow: (row: Row) => void;
  /** Whether it shows no further row, so that none needs to be given; never when absent. */
  readonly isFull?: () => boolean;
  /**
   * Ends the table; an empty one says so in words.
   * @param rowsInAll how many rows there are, where not all were given
   */
  readonly end: (rowsInAll?: number) => void;
}

export interface ReportForm {
  readonly page: (sheet: PageSheet) => void;
  /** Starts a table; it ends before anything else is added. */
  readonly table: <Row>(sheet: TableSheet<Row>) => Table<Row>;
  /** Lets what was added reach the disk. Once per batch. @throws what the disk answered */
  readonly drain: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** Gives up; safe to call after `end`. */
  readonly abandon: () => Promise<void>;
}
