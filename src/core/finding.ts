// A finding is a fault in the user's data, kept as a value: all of a row's findings come at once,
// and none of them stops the run. Text for people is made where the place is known.
import type { FindingCode } from "./codes/finding-codes.ts";

export type Severity = "error" | "warning" | "info";

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly file: string;
  readonly sheet: string | null;
  /** One-based, as a spreadsheet program shows it. */
  readonly row: number | null;
  /** Shape: `M8`. */
  readonly cell: string | null;
  /** The column's header as the user wrote it. */
  readonly header: string | null;
  /** The member of the message, `singleAdministrativeDocument.declType`. */
  readonly path: string | null;
  readonly value: string | null;
  readonly message: string;
  readonly hint: string | null;
}
