// The rows of a delimited text that must be corrected, as they stand: the same columns, the same
// bytes, the same line ends, and one column of reasons. Values are never parsed and written anew,
// because 007 and "1,50" would come back as something else. Only a blank reference or direction that
// would stand for something else without the rows that are not written is filled.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { reasonHeader } from "../../../core/reason-header.ts";
import type { SteadyFile } from "../../../core/steady-file.ts";
import { createCarryWatch, type CarryForm } from "./annotate-csv-carry.ts";
import { createMarkSurvey } from "./annotate-csv-decimal-mark.ts";
import { csvRecords, rawFields, type CsvMarks } from "./annotate-csv-records.ts";
import type { FileNotes } from "../annotate-notes.ts";
import { textBytes, type TextBytes } from "./annotate-csv-bytes.ts";
import { csvField } from "../../text/csv-field.ts";

const OUR_HEADER = /^["']?\s*cas-batch/i;
const LINE_END = /(?:\r\n|\n|\r)$/;

export interface CsvForm {
  /** The sheet that findings name; a text file has one. */
  readonly sheet: string;
  readonly headerRow: number;
  /** A label of the WHATWG Encoding Standard. */
  readonly encoding: string;
  /** One character. */
  readonly delimiter: string;
  /** One character; empty when the text has no quotation marks. */
  readonly quote: string;
  /** Undefined when nobody knows which columns name the shipment. */
  readonly carry?: CarryForm;
  /** Zero-based: of numbers that were read by the decimal mark of the file, which nobody named. */
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
  form: CsvForm,
): Promise<number> {
  const bytes = textBytes(form.encoding);
  const delimiter = bytes.encode(form.delimiter);
  const survey = await surveyRows(source, notes, form, bytes);
  if (survey.failedRows === 0) return 0;
  const target = createWriteStream(targetPath, { flags: "wx" });
  const written = finished(target);
  written.catch(() => undefined);
  try {
    let recordNumber = 0;
    let mark = survey.mark;
    const rowFields = createRowFields(notes, form, bytes);
    for await (const record of recordsOf(source, bytes, form)) {
      recordNumber += 1;
      const own = recordNumber === 1 ? record.slice(mark.length) : record;
      const isHeader = recordNumber === form.headerRow;
      // A profile may say in which row the headers stand, so what is above them stays.
      const isAbove = recordNumber < form.headerRow;
      const isFailed = isFailedRow(notes, form, recordNumber);
      const fields = rowFields(own, recordNumber, isFailed);
      if (!isAbove && !isHeader && !isFailed) continue;
      const reason = isHeader
        ? ourField(reasonHeader(survey.decimalMark, bytes.toTell), form)
        : reasonField(notes, form, recordNumber);
      const text = isAbove ? own : withReason(own, fields, survey, delimiter, bytes.encode(reason));
      if (!target.write(bytes.toBytes(mark + text))) {
        await Promise.race([once(target, "drain"), written]);
      }
      mark = "";
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
  form: CsvForm,
  bytes: TextBytes,
): (record: string, row: number, isWritten: boolean) => readonly string[] {
  const { sheet, headerRow, carry } = form;
  const marks = marksOf(form, bytes);
  const watch = carry === undefined ? null : createCarryWatch(carry, bytes, marks.quote);
  return (record, row, isWritten) => {
    const fields = rawFields(record.replace(LINE_END, ""), marks);
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
  /** The byte order mark, in units of the file; empty without one. */
  readonly mark: string;
  /** Columns of the original in the widest row that is written. */
  readonly columns: number;
  /** Columns of an earlier copy, which are left out. */
  readonly ours: ReadonlySet<number>;
  /** To be told with the failed rows, as they need it and do not tell it; null when not. */
  readonly decimalMark: "." | "," | null;
  /** What ends the header, for a last row that nothing ends. */
  readonly lineEnd: string;
}

async function surveyRows(
  source: SteadyFile,
  notes: FileNotes,
  form: CsvForm,
  bytes: TextBytes,
): Promise<CsvSurvey> {
  const signs = marksOf(form, bytes);
  let recordNumber = 0;
  let failedRows = 0;
  let columns = 0;
  let mark = "";
  let lineEnd = "";
  let ours: ReadonlySet<number> = new Set();
  const marks = createMarkSurvey(form.numberColumns ?? []);
  for await (const whole of recordsOf(source, bytes, form)) {
    recordNumber += 1;
    if (recordNumber === 1) mark = bytes.markOf(whole);
    const record = recordNumber === 1 ? whole.slice(mark.length) : whole;
    const isHeader = recordNumber === form.headerRow;
    if (isHeader) {
      lineEnd = LINE_END.exec(record)?.[0] ?? "\r\n";
      const fields = rawFields(record.replace(LINE_END, ""), signs);
      ours = new Set(fields.flatMap((field, index) => (OUR_HEADER.test(field) ? [index] : [])));
      marks.seeHeader(fields);
    }
    const isFailed = !isHeader && isFailedRow(notes, form, recordNumber);
    if (isFailed) failedRows += 1;
    const fields = rawFields(record.replace(LINE_END, ""), signs);
    if (recordNumber > form.headerRow) marks.seeRow(fields, isFailed);
    if (isHeader || isFailed) {
      columns = Math.max(columns, fields.filter((_, index) => !ours.has(index)).length);
    }
  }
  return { failedRows, mark, columns, ours, lineEnd, decimalMark: marks.toTell() };
}

function isFailedRow(notes: FileNotes, { sheet, headerRow }: CsvForm, row: number): boolean {
  return row > headerRow && notes.isFailed(sheet, row);
}

function recordsOf(source: SteadyFile, bytes: TextBytes, form: CsvForm): AsyncGenerator<string> {
  return csvRecords(source.chunks(), bytes, marksOf(form, bytes));
}

function marksOf({ delimiter, quote }: CsvForm, bytes: TextBytes): CsvMarks {
  return { delimiter: bytes.encode(delimiter), quote: bytes.encode(quote) };
}

function reasonField(notes: FileNotes, form: CsvForm, row: number): string {
  return ourField(notes.noteOf(form.sheet, row, "without")?.reason ?? "", form);
}

/** Between apostrophes always: that all headers stand between them is how such a file is known. */
function ourField(text: string, { delimiter, quote }: CsvForm): string {
  const field = csvField(text, delimiter, quote);
  // A field that begins with one stands between them already; a text that does would be quoted.
  return quote === "'" && !field.startsWith(quote) ? `${quote}${field}${quote}` : field;
}

function withReason(
  record: string,
  fields: readonly string[],
  survey: CsvSurvey,
  delimiter: string,
  reason: string,
): string {
  const lineEnd = LINE_END.exec(record)?.[0] ?? survey.lineEnd;
  const own = fields.filter((_, index) => !survey.ours.has(index));
  const padding = Array.from({ length: Math.max(0, survey.columns - own.length) }, () => "");
  return [...own, ...padding, reason].join(delimiter) + lineEnd;
}
