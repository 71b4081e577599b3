// Writes the failed rows of a delimited text as they stand: the same columns, bytes and line ends, and a
// column of reasons. Values are never parsed and written anew, because 007 and "1,50" would come back as
// something else. Only a blank reference or direction that would mean another shipment without the rows left
// out is filled.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { TextForm } from "../../../core/cell.ts";
import type { DecimalMark } from "../../../core/decimal-mark.ts";
import { reasonHeader } from "../../../core/reason-header.ts";
import type { SteadyFile } from "../../../core/files/steady-file.ts";
import { createCarryWatch } from "./annotate-csv-carry.ts";
import type { CarryForm } from "../../../core/file-form.ts";
import { createMarkSurvey } from "./annotate-csv-decimal-mark.ts";
import {
  csvRecords,
  decodedText,
  noDelimiter,
  type CsvMarks,
  type CsvRecord,
} from "../../../parse/csv/csv-splitter.ts";
import type { FileNotes } from "../annotate-notes.ts";
import { markOf, openBytes, textBytes, type TextBytes } from "./annotate-csv-bytes.ts";
import { csvField } from "../../text/csv-field.ts";

const OUR_HEADER = /^["']?\s*cas-batch/i;

export interface FailedRowsForm extends TextForm {
  /** The sheet that findings name; a text file has one. */
  readonly sheet: string;
  readonly headerRow: number;
  /** Left out when it is not known which columns name the shipment. */
  readonly carry?: CarryForm;
  /** Zero-based: columns of numbers that were read by the decimal mark found in the file. */
  readonly numberColumns?: readonly number[];
}

/**
 * Writes the failed rows of `source` to `targetPath`, where there is no file.
 * Returns how many rows that were; without any nothing is written.
 */
export async function writeFailedCsv(
  source: SteadyFile,
  targetPath: string,
  notes: FileNotes,
  form: FailedRowsForm,
): Promise<number> {
  const bytes = textBytes(form.encoding);
  // The reasons make a second column of a file of one.
  const delimiter = form.delimiter ?? "\t";
  const mark = await markOf(source, bytes);
  const survey = await surveyRows(recordsOf(source, bytes, form, mark), notes, form);
  if (survey.failedRows === 0) return 0;
  const target = createWriteStream(targetPath, { flags: "wx" });
  const written = finished(target);
  written.catch(() => undefined);
  try {
    let row = 0;
    let start = mark;
    const rowFields = createRowFields(notes, form, bytes);
    for await (const record of recordsOf(source, bytes, form, mark)) {
      row += 1;
      const isHeader = row === form.headerRow;
      // A profile may say in which row the headers stand, so what is above them stays.
      const isAbove = row < form.headerRow;
      const isFailed = isFailedRow(notes, form, row);
      const fields = rowFields(record.fields, row, isFailed);
      if (!isAbove && !isHeader && !isFailed) continue;
      const reason = isHeader
        ? ourField(reasonHeader(survey.decimalMark, bytes.toTell), form)
        : reasonField(notes, form, row);
      const shown = isAbove ? fields : withReason(fields, survey, bytes.encode(reason));
      const lineEnd = isAbove ? record.lineEnd : record.lineEnd || survey.lineEnd;
      if (!target.write(bytes.toBytes(start + shown.join(bytes.encode(delimiter)) + lineEnd))) {
        await Promise.race([once(target, "drain"), written]);
      }
      start = "";
    }
    target.end();
    await written;
    return survey.failedRows;
  } finally {
    target.destroy();
  }
}

/** The fields of a record, with what its blanks stood for where they would stand for something else. */
function createRowFields(
  notes: FileNotes,
  form: FailedRowsForm,
  bytes: TextBytes,
): (fields: readonly string[], row: number, isWritten: boolean) => readonly string[] {
  const { sheet, headerRow, carry } = form;
  const watch =
    carry === undefined ? null : createCarryWatch(carry, bytes, bytes.encode(form.quote));
  return (fields, row, isWritten) => {
    // A row that nothing is known of is blank, or a profile leaves it out.
    const isRead = notes.isRead(sheet, row) ?? carry?.leavesRowsOut === false;
    if (watch === null || row <= headerRow || !isRead) return fields;
    if (isWritten) return watch.fill(fields);
    watch.pass(fields);
    return fields;
  };
}

interface CsvSurvey {
  readonly failedRows: number;
  /** Columns of the original in the widest row that is written. */
  readonly columns: number;
  /** Columns of an earlier copy, which are left out. */
  readonly ours: ReadonlySet<number>;
  /** The decimal mark that the failed rows need and do not show; null when they need none. */
  readonly decimalMark: DecimalMark | null;
  /** What ends the header, for a last row that nothing ends. */
  readonly lineEnd: string;
}

async function surveyRows(
  records: AsyncIterable<CsvRecord>,
  notes: FileNotes,
  form: FailedRowsForm,
): Promise<CsvSurvey> {
  let row = 0;
  let failedRows = 0;
  let columns = 0;
  let headerEnd = "";
  let ours: ReadonlySet<number> = new Set();
  const marks = createMarkSurvey(form.numberColumns ?? []);
  for await (const { fields, lineEnd } of records) {
    row += 1;
    const isHeader = row === form.headerRow;
    if (isHeader) {
      headerEnd = lineEnd || "\r\n";
      ours = new Set(fields.flatMap((field, index) => (OUR_HEADER.test(field) ? [index] : [])));
      marks.seeHeader(fields);
    }
    const isFailed = isFailedRow(notes, form, row);
    if (isFailed) failedRows += 1;
    if (row > form.headerRow) marks.seeRow(fields, isFailed);
    if (isHeader || isFailed) {
      columns = Math.max(columns, fields.filter((_, index) => !ours.has(index)).length);
    }
  }
  return { failedRows, columns, ours, lineEnd: headerEnd, decimalMark: marks.toTell() };
}

function isFailedRow(notes: FileNotes, { sheet, headerRow }: FailedRowsForm, row: number): boolean {
  return row > headerRow && notes.isFailed(sheet, row);
}

/** Together with the byte order mark and what ends the text, they are the file. */
async function* recordsOf(
  source: SteadyFile,
  bytes: TextBytes,
  form: FailedRowsForm,
  mark: string,
): AsyncGenerator<CsvRecord> {
  const marks: CsvMarks = {
    delimiter: bytes.encode(form.delimiter ?? noDelimiter),
    quote: bytes.encode(form.quote),
  };
  const text = decodedText(source.chunks(), openBytes(bytes, mark), { padding: 0 });
  // Reading has kept the bound on a record.
  for await (const records of csvRecords(text, marks, Infinity, "as written")) yield* records;
}

function reasonField(notes: FileNotes, form: FailedRowsForm, row: number): string {
  return ourField(notes.noteOf(form.sheet, row, "without")?.reason ?? "", form);
}

/** Between apostrophes always: that all headers stand between them is how such a file is known. */
function ourField(text: string, { delimiter, quote }: FailedRowsForm): string {
  const field = csvField(text, delimiter ?? "\t", quote);
  // A field that begins with one stands between them already; a text that does would be quoted.
  return quote === "'" && !field.startsWith(quote) ? `${quote}${field}${quote}` : field;
}

function withReason(
  fields: readonly string[],
  { ours, columns }: CsvSurvey,
  reason: string,
): readonly string[] {
  const own = fields.filter((_, index) => !ours.has(index));
  const padding = Array.from({ length: Math.max(0, columns - own.length) }, () => "");
  return [...own, ...padding, reason];
}
