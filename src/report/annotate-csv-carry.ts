// Blank references and directions are those of the row above. Where that row is not written to the
// file of failed rows, another one would stand above, and goods would move to another shipment: so
// there the blank cells are filled with what they stood for, as it is written in the original.
import type { TextBytes } from "./annotate-csv-bytes.ts";

/** Where a text file says which shipment a row belongs to. Columns are zero-based. */
export interface CarryForm {
  readonly referenceColumn: number;
  /** Null when no column says it. */
  readonly directionColumn: number | null;
  /** Of rows that say none and carry none on. */
  readonly direction: string | null;
  /** Whether a profile leaves rows out, which then carry nothing on. */
  readonly leavesRowsOut: boolean;
}

/** A field as it stands in the file, quotes and all, and what it says. */
interface Written {
  readonly raw: string;
  readonly said: string;
}

/** What a blank below would stand for. */
interface Carried {
  readonly reference: Written;
  readonly direction: Written;
}

const blank: Written = { raw: "", said: "" };

/** Follows the original and the file that is written at once, row by row. */
export interface CarryWatch {
  /** A row that was read and is not written. */
  readonly pass: (fields: readonly string[]) => void;
  /** The fields of a row that is written, filled where a blank would stand for something else. */
  readonly fill: (fields: readonly string[]) => readonly string[];
}

export function createCarryWatch(form: CarryForm, bytes: TextBytes): CarryWatch {
  const { referenceColumn, directionColumn } = form;
  const quote = bytes.encode('"');
  const hardSpace = bytes.encode("\u00a0");
  const standard = form.direction === null ? blank : plain(bytes.encode(form.direction));
  let original: Carried = { reference: blank, direction: standard };
  let written = original;

  const fieldAt = (fields: readonly string[], column: number | null): Written => {
    const raw = (column === null ? undefined : fields[column]) ?? "";
    const isQuoted = raw.startsWith(quote) && raw.length > 1;
    const text = isQuoted ? raw.slice(1, -1).replaceAll(quote + quote, quote) : raw;
    return { raw, said: text.replaceAll(hardSpace, " ").replaceAll(OUTER_BLANKS, "") };
  };
  const after = (carried: Carried, fields: readonly string[]): Carried => {
    const reference = fieldAt(fields, referenceColumn);
    const direction = fieldAt(fields, directionColumn);
    const isSame = reference.said === "" || reference.said === carried.reference.said;
    return {
      reference: isSame ? carried.reference : reference,
      direction: direction.said !== "" ? direction : isSame ? carried.direction : standard,
    };
  };
  const isElsewhere = (fields: readonly string[], member: keyof Carried): boolean =>
    after(written, fields)[member].said !== original[member].said;

  return {
    pass: (fields) => {
      original = after(original, fields);
    },
    fill: (fields) => {
      original = after(original, fields);
      let filled = fields;
      if (isElsewhere(filled, "reference")) {
        filled = withField(filled, referenceColumn, original.reference.raw);
      }
      if (directionColumn !== null && isElsewhere(filled, "direction")) {
        filled = withField(filled, directionColumn, original.direction.raw);
      }
      written = after(written, filled);
      return filled;
    },
  };
}

const OUTER_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;

function plain(text: string): Written {
  return { raw: text, said: text };
}

function withField(fields: readonly string[], column: number, raw: string): readonly string[] {
  const padding = Array.from({ length: Math.max(0, column - fields.length + 1) }, () => "");
  return [...fields, ...padding].with(column, raw);
}
