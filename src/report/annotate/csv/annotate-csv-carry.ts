// Fills blank references and directions in a file of failed rows. A blank reference means that of the row
// above; where that row is not written, another one would stand above, and goods would move to another
// shipment. The blank cells get what they stood for, as the original writes it.
import type { CarryForm } from "../../../core/file-form.ts";
import type { TextBytes } from "./annotate-csv-bytes.ts";

/** Fields as they stand in the file, quotes and all, and what they say. */
interface Written {
  readonly raw: readonly string[];
  /** Empty when all of them are blank. */
  readonly said: string;
}

/** What a blank below would stand for. */
interface Carried {
  readonly reference: Written;
  readonly direction: Written;
}

const blank: Written = { raw: [], said: "" };
/** Between the fields of a reference; no text of a cell holds it. */
const BETWEEN_FIELDS = "\u0000";

/** Follows the original and the file that is written at once, row by row. */
interface CarryWatch {
  /** A row that was read and is not written. */
  readonly pass: (fields: readonly string[]) => void;
  /** The fields of a row that is written, filled where a blank would stand for something else. */
  readonly fill: (fields: readonly string[]) => readonly string[];
}

/** @param quote In units of the file; empty when it has no quotation marks. */
export function createCarryWatch(form: CarryForm, bytes: TextBytes, quote: string): CarryWatch {
  const { referenceColumns } = form;
  const directionColumns = form.directionColumn === null ? [] : [form.directionColumn];
  const hardSpace = bytes.encode("\u00a0");
  const standard = form.direction === null ? blank : plain(bytes.encode(form.direction));
  let original: Carried = { reference: blank, direction: standard };
  let written = original;

  const textOf = (raw: string): string => {
    const isQuoted = quote !== "" && raw.startsWith(quote) && raw.length > 1;
    const text = isQuoted ? raw.slice(1, -1).replaceAll(quote + quote, quote) : raw;
    return text.replaceAll(hardSpace, " ").replaceAll(OUTER_BLANKS, "");
  };
  const fieldsAt = (fields: readonly string[], columns: readonly number[]): Written => {
    const raw = columns.map((column) => fields[column] ?? "");
    const texts = raw.map(textOf);
    return { raw, said: texts.every((text) => text === "") ? "" : texts.join(BETWEEN_FIELDS) };
  };
  const after = (carried: Carried, fields: readonly string[]): Carried => {
    const reference = fieldsAt(fields, referenceColumns);
    const direction = fieldsAt(fields, directionColumns);
    const isCarriedOn = reference.said === "";
    return {
      reference: isCarriedOn ? carried.reference : reference,
      direction: direction.said !== "" ? direction : isCarriedOn ? carried.direction : standard,
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
      if (isElsewhere(filled, "reference") || isElsewhere(filled, "direction")) {
        filled = withFields(filled, referenceColumns, original.reference.raw);
      }
      // Beside a reference that is stated, a blank direction is carried on no longer.
      if (isElsewhere(filled, "direction")) {
        filled = withFields(filled, directionColumns, original.direction.raw);
      }
      written = after(written, filled);
      return filled;
    },
  };
}

const OUTER_BLANKS = /^[ \t\r\n]+|(?<![ \t\r\n])[ \t\r\n]+$/g;

function plain(text: string): Written {
  return { raw: [text], said: text };
}

function withFields(
  fields: readonly string[],
  columns: readonly number[],
  raw: readonly string[],
): readonly string[] {
  const width = Math.max(fields.length, ...columns.map((column) => column + 1));
  const filled = Array.from({ length: width }, (_blank, index) => fields[index] ?? "");
  for (const [index, column] of columns.entries()) filled[column] = raw[index] ?? "";
  return filled;
}
