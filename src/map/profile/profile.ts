// A profile as the program understands it: how the files of one source are read, decided once and
// never guessed per cell. Without a profile a file is read by the headers of the default template.
//
// A profile is plain data: it crosses to the reading thread.
import type { DecimalMark } from "../../core/decimal-mark.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { MessageType } from "../../core/shipment.ts";
import type { Layout } from "../model/mapping-plan.ts";
import type { DateOrder } from "../cells/read-date.ts";
import type { SheetRole } from "../model/message-catalogue.ts";
import type { Severities } from "../model/severity.ts";
import type { StoredValue } from "../model/value-rule.ts";

export interface Profile {
  /** What people see; the name of its file. */
  readonly name: string;
  readonly description: string | null;
  /** What the messages are; of all but the customs shipment the headers are JSON paths. */
  readonly kind: MessageKind;
  /** The member that identifies a message of such a kind; null: that of the kinds table. */
  readonly key: string | null;
  readonly layout: Layout;
  readonly messageType: MessageType;
  /** In the profile's file; null when it says none. */
  readonly messageTypeLine: number | null;
  readonly csv: {
    readonly encoding: string | null;
    readonly delimiter: string | null;
    readonly quote: string | null;
  };
  /** Null: found out from the file. */
  readonly decimalMark: DecimalMark | null;
  /** Null: dates that can be read in two ways are errors. */
  readonly dateOrder: DateOrder | null;
  /**
   * How file names state a day, such as `YYYYMMDD`: of two files the later day is the newer one. Null: the one
   * that was saved later.
   */
  readonly fileDate: string | null;
  /** Shape: a name of the IANA time zone database. */
  readonly timeZone: string | null;
  /** `delete`: under message type Update a blank cell is sent as null. */
  readonly emptyCell: "absent" | "delete";
  readonly sheets: Readonly<Partial<Record<SheetRole, SheetProfile>>>;
  readonly constants: readonly ProfileConstant[];
  /** Paths of columns and constants that are nearly known ones; sent as they stand. */
  readonly slips: readonly ProfileSlip[];
  readonly severities: Severities;
  /** The contents of lookup files, by `lookupKey`; intake/ reads them. */
  readonly lookups: ReadonlyMap<string, ValueTable>;
  /** The profile itself and its lookup files, as they were read; intake/ reads them. */
  readonly files: readonly ProfileFile[];
}

export interface ProfileFile {
  readonly name: string;
  /** Shape: 64 hexadecimal digits. */
  readonly sha256: string;
  readonly content: Uint8Array;
}

export interface SheetProfile {
  /** Names or patterns with `*`; null: the sheet that has the headers. */
  readonly names: readonly string[] | null;
  /** One-based, several when a header is spread over lines; null: the row that has the headers. */
  readonly headerRows: readonly number[] | null;
  /** Null: the headers of the default template. */
  readonly columns: readonly ColumnProfile[] | null;
  /** What becomes of columns that `columns` does not name; `match` reads the default template's. */
  readonly otherColumns: "report" | "ignore" | "match";
  readonly groupBy: GroupBy | null;
  /** Rows whose first value is one of these words are totals; in small letters. */
  readonly totals: readonly string[];
  readonly leaveOut: readonly RowCondition[];
  readonly keepOnly: readonly RowCondition[];
}

export interface ColumnProfile {
  /** As the file spells it; ` #2` at its end is the second column of that header. */
  readonly header: string;
  /** Empty when the column is known and not wanted. */
  readonly targets: readonly ColumnTarget[];
}

export interface ColumnTarget {
  /** A header of the default template, or a path into the message. */
  readonly to: string;
  readonly optional: boolean;
  /** A draft guessed it, and no person has said yet that it is right. */
  readonly guess: boolean;
  readonly transforms: readonly Transform[];
  readonly values: ValueTable | null;
  readonly lookup: Lookup | null;
  readonly otherValues: "refuse" | "keep";
  /** Of its table of values or its lookup in the profile's file; null when it has neither. */
  readonly tableLine: number | null;
  readonly decimalMark: DecimalMark | null;
  readonly dateOrder: DateOrder | null;
}

/** What stands in the file, to what it means. */
export type ValueTable = ReadonlyMap<string, string>;

export interface Lookup {
  /** Beside the profile. */
  readonly file: string;
  /** Headers of the file. */
  readonly from: string;
  readonly to: string;
}

export type NumberSample = "1.234,56" | "1,234.56" | "1 234,56" | "1 234.56" | "1'234.56";

export type Transform =
  | { readonly kind: "trim" }
  | { readonly kind: "upper" }
  | { readonly kind: "lower" }
  | { readonly kind: "digits" }
  | { readonly kind: "pad"; readonly length: number; readonly with: string }
  | { readonly kind: "split"; readonly by: string; readonly part: number }
  | { readonly kind: "replace"; readonly find: string; readonly with: string }
  | { readonly kind: "date"; readonly format: string }
  | { readonly kind: "number"; readonly like: NumberSample }
  | { readonly kind: "multiply"; readonly factor: string }
  | { readonly kind: "round"; readonly decimals: number };

/** The External reference put together from several columns. */
interface GroupBy {
  readonly columns: readonly string[];
  readonly join: string;
}

export interface RowCondition {
  readonly column: string;
  readonly test: "is" | "startsWith" | "contains" | "blank";
  /** In small letters; empty for `blank`. */
  readonly words: readonly string[];
}

export interface ProfileConstant {
  /** A header of the default template, or a path into the message. */
  readonly to: string;
  readonly value: StoredValue;
  /** In the profile's file. */
  readonly line: number;
}

export interface ProfileSlip {
  /** The path of a column or a constant. */
  readonly to: string;
  /** The member of it that is not known, and the known one in its place. */
  readonly written: string;
  readonly meant: string;
  /** Shape: `export.yaml line 3, column 7`. */
  readonly place: string;
}

export function lookupKey({ file, from, to }: Lookup): string {
  return JSON.stringify([file, from, to]);
}
