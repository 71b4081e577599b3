// What is decided about a file from the head of its sheets: which sheets are read, where their columns
// are, and where each column's values go. Made once per file; every row is read and every shipment is
// built by it.
import type { Cell, SheetRow } from "../../core/cell.ts";
import type { DecimalMark } from "../../core/decimal-mark.ts";
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding } from "../../core/finding.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { Direction, MessageType } from "../../core/shipment.ts";
import type { FieldLevel, TextColumns } from "./levels.ts";
import type { MemberPath } from "./member-path.ts";
import type { ObjectNode } from "./member-tree.ts";
import type { KnownMember, MessageCatalogue, SheetRole, TotalKind } from "./message-catalogue.ts";
import type { Severities } from "./severity.ts";
import type { StoredValue, ValueRule } from "./value-rule.ts";

export type Layout = "flat" | "workbook";

export interface MappingPlan {
  /** What the messages of the file are. */
  readonly kind: MessageKind;
  readonly catalogue: Pick<MessageCatalogue, "schema" | "lists">;
  readonly fileName: string;
  /** Null when its rows cannot be read; the findings say why. */
  readonly layout: Layout | null;
  /** Nothing of the file is sent: an error stands among the findings. */
  readonly isRefused: boolean;
  /** In the order in which they are to be read: Shipments first. Empty when there is no layout. */
  readonly sheets: readonly SheetPlan[];
  readonly findings: readonly Finding[];
  /** The members that the columns fill, per level; a column names its slot by index. */
  readonly slots: Readonly<Record<FieldLevel, readonly MemberPath[]>>;
  readonly trees: Readonly<Record<FieldLevel, ObjectNode>>;
  readonly known: KnownSlots;
  /** Whether sources name the sheet: `Goods items!M8` instead of `M8`. */
  readonly namesSheetInSources: boolean;
  /** Of shipments that do not say one themselves. */
  readonly messageType: MessageType;
  /** Of rows that do not say one themselves; null when there is none. */
  readonly direction: Direction | null;
  /** Headers of the default template whose value is the same where no cell says one. */
  readonly constants: ReadonlyMap<string, StoredValue>;
  /**
   * Of a file that is refused for its headers: headers of the default template whose values a column at
   * fault may hold. Its rows are read all the same, so that one round shows their mistakes too, and nothing
   * is said of what the column may answer.
   */
  readonly hidden: ReadonlySet<string>;
  /** Whether a blank cell clears its member under message type Update. */
  readonly emptyCellDeletes: boolean;
  /** What the profile makes of findings; undefined without a profile. */
  readonly severities: Severities | undefined;
  /** The file wants its formulas to be calculated anew: their stored results may be wrong. */
  readonly formulasMaybeStale: boolean;
}

/** The slots of the members that rules speak of; -1 when no column fills them. */
export interface KnownSlots extends Readonly<Record<KnownMember, number>> {
  /** Members that say a sum of the goods items. */
  readonly totals: readonly TotalSlot[];
}

interface TotalSlot {
  readonly slot: number;
  readonly of: TotalKind;
}

/** Whether a value that no cell says may be said elsewhere: by a constant, or below a header at fault. */
export function isSaidElsewhere({ constants, hidden }: MappingPlan, header: string): boolean {
  return constants.has(header) || hidden.has(header);
}

export interface SheetPlan {
  /** As the file spells it. */
  readonly sheet: string;
  readonly role: SheetRole;
  /** Its place in `MappingPlan.sheets`. */
  readonly sheetIndex: number;
  /** One-based. */
  readonly headerRow: number;
  readonly columns: readonly PlanColumn[];
  /** Indexes into `columns` of those that fill members of a level. */
  readonly columnsOf: Readonly<Record<FieldLevel, readonly number[]>>;
  /** Indexes into `columns`; -1 when there is no such column. */
  readonly referenceColumn: number;
  readonly directionColumn: number;
  readonly itemNumberColumn: number;
  /** Indexes of the file's columns that have a header; null when the others are of no concern. */
  readonly withHeader: ReadonlySet<number> | null;
  /** Which columns a row of delimited text may fill; null in a workbook. */
  readonly textColumns: TextColumns | null;
  /** Of the file: the reasons in a copy of failed rows; null in other files. */
  readonly reasonColumn: number | null;
  /** Columns without a header that is known, and without values at the head of the sheet. */
  readonly unknownColumns: readonly UnknownColumn[];
  /** Null when rows are read as they stand. */
  readonly prepareRow: RowPreparation | null;
}

/** What a profile does to a row before its cells are read. */
export interface RowPreparation {
  /** Whether it is wanted; a line of totals belongs to no shipment. */
  readonly fateOf: (row: SheetRow) => "read" | "left out" | "total";
  /** The row with the cell that is made of others. */
  readonly compose: (row: SheetRow) => SheetRow;
}

export interface PlanColumn {
  /** A = 0. */
  readonly columnIndex: number;
  /** The columns of the file that it is put together from; null for one of the file itself. */
  readonly partIndexes: readonly number[] | null;
  /** Shape: `A`, `AB`. */
  readonly letters: string;
  /** As the file spells it. */
  readonly header: string;
  readonly level: FieldLevel;
  /** Null for the item number, which is no member of the message. */
  readonly path: MemberPath | null;
  /** Into the plan's slots of this level; -1 without a path. */
  readonly slot: number;
  readonly required: boolean;
  readonly kind: ValueRule["kind"];
  /** Null unless its numbers are read with the decimal mark found in the file. */
  readonly byFileMark: ByFileMark | null;
  readonly read: CellReader;
}

export interface ByFileMark {
  readonly mark: DecimalMark;
  /** The head of the file does not show it: a number that can be read in two ways is not read. */
  readonly isGuess: boolean;
  /** The text of a cell as it comes to be read as a number; null for a cell that is no text. */
  readonly textOf: (cell: Cell) => string | null;
}

/** What is wrong or remarkable about one cell; the place is added by the caller. */
export type Report = (code: FindingCode, message: string, hint?: string) => void;

/** Null for a blank cell, and for one whose fault was reported. */
export type CellReader = (cell: Cell, report: Report) => StoredValue | null;

/** A column that the head of the sheet does not decide: it is blank there, or has units of mass. */
export interface UnknownColumn {
  readonly columnIndex: number;
  /** Which of its values are of interest. */
  readonly keeps: (text: string) => boolean;
  /** The finding that the first of them justify beyond the one about its header; null for none. */
  readonly judge: (texts: readonly string[]) => Finding | null;
}
