// The sheets of the status report as data: what stands in them, not how it is drawn. The workbook
// writer draws them; so may others.

/** `bad` needs a person, `wait` moves by itself, `good` is at its end, `quiet` is nothing new. */
export type Tone = "bad" | "wait" | "good" | "quiet";

export type CellKind = "text" | "wrapped" | "integer" | "days" | "time";
/** A text is always shown as it is: it never becomes a formula or a link. A time is an instant; who draws it knows the zone. */
export type CellValue = string | number | Date | null;

/** A place in the report itself, never an address outside it. */
export interface SheetLink {
  readonly sheet: string;
  /** Of a table, from 1 on, counted over all its parts; the top of the sheet when left out. */
  readonly row?: number;
}

export interface Column<Row> {
  readonly header: string;
  /** Unit: characters. */
  readonly width: number;
  /** `text` when left out. */
  readonly kind?: CellKind;
  readonly value: (row: Row) => CellValue;
  /** The colour of the cell, which only repeats what its value says. */
  readonly tone?: (row: Row) => Tone;
  /** Where the cell leads to; null when it leads nowhere. */
  readonly link?: (row: Row) => SheetLink | null;
}

/** A table, of any length: its rows are read batch by batch, once. */
export interface TableSheet<Row> {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** How many columns stay in sight when scrolling sideways. */
  readonly frozenColumns: number;
  /** How many of the first columns are printed, on pages of their width; all of them on as many pages as it takes when left out. */
  readonly printedColumns?: number;
  readonly tabTone: Tone;
  /** Stands in a table without rows. */
  readonly emptyNote: string;
  /** The rows from top to bottom, by the list of the JSON twin that holds their records. */
  readonly lists: readonly {
    readonly name: string;
    readonly batches: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;
  }[];
  /** How many rows there are, where that is known before they are read. */
  readonly rowsInAll?: number;
  /** Whether something is still to come of a row, or it needs a person; absent where all rows are alike. */
  readonly isOpen?: (row: Row) => boolean;
  /** The row as the JSON twin has it; undefined when the record of an earlier row holds it. */
  readonly record: (row: Row) => unknown;
}

/** A sheet that is read from top to bottom: words and small tables. */
export interface PageSheet {
  readonly name: string;
  /** Unit: characters, one for each column. */
  readonly widths: readonly number[];
  /** The line that must be read; it stays in sight. */
  readonly headline: string;
  readonly headlineHeightPoints: number;
  readonly tone: Tone;
  /** Whether it is printed on one page. */
  readonly onePage: boolean;
  /** In which column the sections stand that stand beside others, from 0 on. */
  readonly besideColumn?: number;
  readonly sections: readonly PageSection[];
}

export interface PageSection {
  /** Without one, the rows follow on those above. */
  readonly title?: string;
  readonly headers?: readonly string[];
  readonly rows: readonly PageRow[];
  /** How many of the first rows show the number in their second column as a bar too. */
  readonly bars?: number;
  /** Whether nothing stands beside it. */
  readonly across?: boolean;
  /** Whether it stands at the right of those above, where there is room, and follows them elsewhere. */
  readonly beside?: boolean;
}

/** Cells, or words that run across the page. */
export type PageRow = readonly PageCell[] | { readonly line: string; readonly tone: Tone };

export interface PageCell {
  readonly value: CellValue;
  /** `text` when left out. */
  readonly kind?: CellKind;
  /** `plain` when left out. */
  readonly style?: CellStyle;
  /** How many columns it takes; the cells that it covers are not given. 1 when left out. */
  readonly span?: number;
  readonly link?: SheetLink;
}

/** A `note` may flow over the empty cells to its right, or wraps when it is a `wrapped` text; a `fact` belongs to the label on its left. */
export type CellStyle = Tone | "plain" | "strong" | "fact" | "indented" | "note";
