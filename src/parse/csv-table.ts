// A delimited text as a Table. What was found out about it is shown in `detected`; what could not be
// found out is a finding, never a guess.
import { basename, extname } from "node:path";
import type { SourceFile, Table } from "../core/cell.ts";
import type { Finding } from "../core/finding.ts";
import type { SteadyFile } from "../core/steady-file.ts";
import { markOfReasonHeader } from "../core/reason-header.ts";
import {
  delimiterNames,
  detectDelimiter,
  detectLineEnd,
  detectQuote,
  sampleRecords,
  sepLine,
  usualColumns,
  usualQuote,
  type CsvDialect,
} from "./csv-dialect.ts";
import { csvRows } from "./csv-rows.ts";
import {
  addDecimalVotes,
  decideDecimalMark,
  decimalMarkName,
  isDecimalMarkGuess,
  noDecimalVotes,
  type DecimalMark,
} from "./decimal-mark.ts";
import { fileFinding, unreadable } from "./file-finding.ts";
import type { ReadLimits } from "./read-limits.ts";
import {
  decideEncoding,
  namedEncoding,
  type ByteCensus,
  type TextEncoding,
} from "./text-encoding.ts";

export const NO_QUOTE = "none";

/** What the user says about a text file; each wins over what the file looks like. */
export interface CsvOptions {
  /** A label of the WHATWG Encoding Standard: `windows-1252`, `utf-8`, `iso-8859-15` … */
  readonly encoding?: string;
  /** One character. */
  readonly delimiter?: string;
  /** One character, or `none` when quotation marks are characters like any other. */
  readonly quote?: string;
  readonly decimalMark?: DecimalMark;
}

function findEncoding(
  file: SourceFile,
  head: Buffer,
  census: ByteCensus,
  named: string | undefined,
): { readonly encoding: TextEncoding; readonly findings: readonly Finding[] } {
  if (named !== undefined) return { encoding: namedEncoding(named), findings: [] };
  const { encoding, doubt } = decideEncoding(head, census);
  if (doubt === null) return { encoding, findings: [] };
  const { why, spoilsTexts } = doubt;
  if (spoilsTexts) {
    throw unreadable(
      file.name,
      "encoding-undecidable",
      `"${file.name}" is not read as ${encoding.name}, because ${why}`,
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

function findDialect(
  file: SourceFile,
  sample: string,
  isWhole: boolean,
  named: CsvOptions,
): CsvDialect {
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
  return {
    ...{ delimiter, quote, hasSepLine: sep !== null },
    columns: usualColumns(text, { delimiter, quote }, isWhole),
    lineEnd: detectLineEnd(sample, quote),
  };
}

/** The text of a file's head; a character cut off at its end is left out. */
function decodeHead(head: Buffer, encoding: TextEncoding): string {
  return new TextDecoder(encoding.label).decode(head, { stream: true });
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
 * @throws UnreadableFileError when it holds only blanks or its encoding or delimiter cannot be told
 */
export function csvTable(
  file: SourceFile,
  bytes: SteadyFile,
  head: Buffer,
  census: ByteCensus,
  limits: ReadLimits,
  options: CsvOptions,
): Table {
  const { encoding, findings } = findEncoding(file, head, census, options.encoding);
  const isWhole = head.length === file.sizeBytes;
  const sample = decodeHead(head, encoding);
  if (isWhole && sample.trim() === "") {
    throw unreadable(file.name, "file-empty", `The file "${file.name}" holds nothing but blanks`);
  }
  const dialect = findDialect(file, sample, isWhole, options);
  const byDelimiter = dialect.delimiter === ";" ? "," : ".";
  const texts = sampleRecords(sample, dialect, isWhole).flat();
  const votes = addDecimalVotes(noDecimalVotes, texts);
  const named = options.decimalMark ?? markOfFailedRows(texts);
  const decimalMark = named ?? decideDecimalMark(votes, byDelimiter);
  const sheetName = basename(file.path, extname(file.path));
  return {
    file,
    format: "csv",
    detected: {
      encoding: encoding.name,
      delimiter: delimiterNames[dialect.delimiter] ?? `"${dialect.delimiter}"`,
      ...(dialect.quote === usualQuote ? {} : { quote: dialect.quote || NO_QUOTE }),
      lineEnd: dialect.lineEnd,
      decimalMark: decimalMarkName(decimalMark),
    },
    decimalMark,
    ...(named === undefined ? {} : { decimalMarkIsNamed: true }),
    ...(isDecimalMarkGuess(votes, named) ? { decimalMarkIsGuess: true } : {}),
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
