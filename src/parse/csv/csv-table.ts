// Opens a delimited text as a Table. `detected` shows how it is read; what cannot be found out is a finding,
// never a guess.
import { basename, extname } from "node:path";
import { visibleName } from "../../core/files/file-names.ts";
import type { SourceFile, Table } from "../../core/cell.ts";
import type { DecimalMark } from "../../core/decimal-mark.ts";
import { endOfText, endWithoutNuls } from "../../core/text/end-of-text.ts";
import type { Finding } from "../../core/finding.ts";
import type { SteadyFile } from "../../core/files/steady-file.ts";
import { markOfReasonHeader } from "../../core/reason-header.ts";
import {
  delimiterNames,
  detectDelimiter,
  detectLineEnd,
  detectQuote,
  rowLengths,
  sampleRecords,
  sepLine,
  usualColumns,
  usualQuote,
  type CsvDialect,
} from "./csv-dialect.ts";
import { csvRows } from "./csv-rows.ts";
import { noDelimiter } from "./csv-splitter.ts";
import { decideDecimalMark, decimalMarkName } from "../text/decimal-mark.ts";
import { fileFinding, unreadable } from "../text/file-finding.ts";
import type { ReadLimits } from "../text/read-limits.ts";
import { openDecoder } from "../../core/text/text-codec.ts";
import type { ByteCensus } from "../encoding/byte-evidence.ts";
import {
  decideEncoding,
  namedEncoding,
  type EncodingDoubt,
  type TextEncoding,
} from "../encoding/text-encoding.ts";

export const NO_QUOTE = "none";

/** What the user says about a text file; it wins over what the file shows. */
export interface CsvOptions {
  /** A name that `encodingLabel` knows: `windows-1252`, `utf-8`, `cp850` … */
  readonly encoding?: string;
  /** One character. */
  readonly delimiter?: string;
  /** One character, or `none` when quotation marks are characters like any other. */
  readonly quote?: string;
  readonly decimalMark?: DecimalMark;
}

async function findEncoding(
  file: SourceFile,
  head: Buffer,
  census: ByteCensus,
  named: string | undefined,
): Promise<{ readonly encoding: TextEncoding; readonly findings: readonly Finding[] }> {
  if (named !== undefined) return { encoding: namedEncoding(named, census), findings: [] };
  const { encoding, doubt } = await decideEncoding(head, census);
  if (doubt === null) return { encoding, findings: [] };
  const { why, spoilsTexts } = doubt;
  if (spoilsTexts) {
    throw unreadable(
      file.name,
      "encoding-undecidable",
      `"${file.name}" is not read, because ${why}${wordsOf(doubt)}`,
      hintOf(doubt),
    );
  }
  const finding = fileFinding(
    file.name,
    "encoding-undecidable",
    `"${file.name}" is read as ${encoding.name}, though ${why}`,
    { severity: "warning" },
  );
  return { encoding, findings: [finding] };
}

/** Line and page ends of other programs, and separators of lines, paragraphs and records. */
const UNKNOWN_LINE_ENDS = /[\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** One word of the file in each encoding, so that a person sees which is right. */
function wordsOf({ candidates }: EncodingDoubt): string {
  if (candidates.length === 0) return "";
  return `. One of its words is ${candidates.map(({ word, name }) => `"${word}" in ${name}`).join(", ")}`;
}

function hintOf({ candidates, isMixed }: EncodingDoubt): { readonly hint?: string } {
  if (isMixed) return { hint: "Write the whole file anew in one encoding, best in UTF-8" };
  if (candidates.length === 0) return {};
  const orders = candidates.map(({ label, word }) => `--encoding ${label} if "${word}" is right`);
  return {
    hint: `Add ${orders.join(", ")}. The same name works in a profile, as in \`csv: { encoding: ${candidates[0]?.label ?? ""} }\`. Or save the file as UTF-8`,
  };
}

function findDialect(
  file: SourceFile,
  sample: string,
  isWhole: boolean,
  named: CsvOptions,
): { readonly dialect: CsvDialect; readonly texts: readonly string[] } {
  const lineEnd = detectLineEnd(sample, usualQuote);
  const unknownEnd = lineEnd === "none" ? UNKNOWN_LINE_ENDS.exec(sample)?.[0] : undefined;
  if (unknownEnd !== undefined) {
    const code = unknownEnd.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw unreadable(
      file.name,
      "line-end-unknown",
      `"${file.name}" holds no line end but the character U+${code}, which does not end a line here`,
    );
  }
  const sep = sepLine(sample);
  const text = sep === null ? sample : sample.slice(sep.chars);
  const quote = named.quote === NO_QUOTE ? "" : (named.quote ?? detectQuote(text));
  const delimiter = named.delimiter ?? sep?.delimiter ?? detectDelimiter(text, quote, isWhole);
  if (delimiter === null) {
    throw unreadable(
      file.name,
      "delimiter-undecidable",
      `More than one delimiter splits "${file.name}" into the same number of columns`,
    );
  }
  const records = sampleRecords(text, { delimiter, quote }, isWhole);
  const { columns } = usualColumns(records);
  const isLastEnded = !isWhole || /[\r\n]$/.test(text);
  const dialect: CsvDialect = {
    delimiter,
    quote,
    hasSepLine: sep !== null,
    columns,
    lineEnd: detectLineEnd(sample, quote),
    lengths: rowLengths(records, columns, isLastEnded),
  };
  return { dialect, texts: records.flat() };
}

/** The text of a file's head; a character cut off at its end is left out, and what ends the whole text. */
function decodeHead(head: Buffer, encoding: TextEncoding, isWhole: boolean): string {
  const text = openDecoder(encoding.label).write(head);
  return isWhole ? text.slice(0, endOfText(text)) : text;
}

/** What a file of failed rows says of the file that they come from. */
function markOfFailedRows(texts: readonly string[]): DecimalMark | undefined {
  for (const text of texts) {
    const mark = markOfReasonHeader(text);
    if (mark !== null) return mark;
  }
  return undefined;
}

/**
 * Makes a Table of a text file. `head` are its first bytes, `census` speaks of all of them.
 * @throws UnreadableFileError when it holds only blanks or its encoding or delimiter cannot be found out
 */
export async function csvTable(
  file: SourceFile,
  bytes: SteadyFile,
  head: Buffer,
  census: ByteCensus,
  limits: ReadLimits,
  options: CsvOptions,
): Promise<Table> {
  const { encoding, findings } = await findEncoding(file, head, census, options.encoding);
  const isWhole = head.length === file.sizeBytes;
  const sample = decodeHead(head, encoding, isWhole);
  if (sample.slice(0, endWithoutNuls(sample)) === "" || (isWhole && sample.trim() === "")) {
    const what =
      head[0] === 0 ? `begins with ${head.length} NUL bytes` : "holds nothing but blanks";
    throw unreadable(file.name, "file-empty", `The file "${file.name}" ${what}`);
  }
  const { dialect, texts } = findDialect(file, sample, isWhole, options);
  const named = options.decimalMark ?? markOfFailedRows(texts);
  const mark = decideDecimalMark(texts, named, dialect.delimiter === ";" ? "," : ".");
  const sheetName = visibleName(basename(file.path, extname(file.path)));
  return {
    file,
    format: "csv",
    detected: {
      encoding: encoding.name,
      delimiter: delimiterNames[dialect.delimiter] ?? `"${dialect.delimiter}"`,
      ...(dialect.quote === usualQuote ? {} : { quote: dialect.quote || NO_QUOTE }),
      lineEnd: dialect.lineEnd,
      decimalMark: decimalMarkName(mark.decimalMark),
    },
    text: {
      encoding: encoding.label,
      delimiter: dialect.delimiter === noDelimiter ? null : dialect.delimiter,
      quote: dialect.quote,
    },
    ...mark,
    sheets: [{ name: sheetName, hidden: false }],
    findings,
    rows: (name) => {
      if (name !== sheetName) throw new RangeError(`"${file.name}" has no sheet "${name}"`);
      return csvRows({ file, bytes, sheetName, encoding, dialect, limits });
    },
    mergedRanges: () => [],
    close: () => bytes.close(),
  };
}
