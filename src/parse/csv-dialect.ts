// How a delimited text is written, told from its beginning: by which character, with which line
// ends. The right delimiter is the one that gives every record the same number of columns.

export interface CsvDialect {
  /** One character, or `noDelimiter`. */
  readonly delimiter: string;
  /** Whether the first line is Excel's `sep=;`, which is not data. */
  readonly hasSepLine: boolean;
  readonly lineEnd: "CRLF" | "LF" | "CR" | "none";
}

/**
 * For a file of one column: the unit separator, a character that no text holds, so that splitting
 * by it splits nothing.
 */
const noDelimiter = "\u001f";

export const delimiterNames: Readonly<Record<string, string>> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "vertical bar",
  [noDelimiter]: "none",
};
const CANDIDATES: readonly string[] = [",", ";", "\t", "|"];

/** The first records of a text with quotes respected; an unfinished last one is left out. */
export function sampleRecords(
  text: string,
  delimiter: string,
  isWhole: boolean,
): readonly (readonly string[])[] {
  const records: string[][] = [];
  let record: string[] = [];
  let field = "";
  let quoted = false;
  let wasQuoted = false;
  const endField = (): void => {
    record.push(field);
    field = "";
    wasQuoted = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quoted) {
      if (char !== '"') field += char;
      else if (text.charAt(at + 1) === '"') {
        field += char;
        at += 1;
      } else quoted = false;
    } else if (char === '"' && field === "" && !wasQuoted) {
      quoted = true;
      wasQuoted = true;
    } else if (char === delimiter) endField();
    else if (char === "\n" || char === "\r") {
      if (char === "\r" && text.charAt(at + 1) === "\n") at += 1;
      endField();
      records.push(record);
      record = [];
    } else field += char;
  }
  if (isWhole && (field !== "" || record.length > 0)) {
    endField();
    records.push(record);
  }
  return records;
}

interface Split {
  readonly delimiter: string;
  /** How many columns most records have. */
  readonly columns: number;
  /** Which share of the records has that many. */
  readonly share: number;
}

function splitBy(text: string, delimiter: string, isWhole: boolean): Split {
  const counts = new Map<number, number>();
  let total = 0;
  for (const record of sampleRecords(text, delimiter, isWhole)) {
    if (record.every((cell) => cell.trim() === "")) continue;
    counts.set(record.length, (counts.get(record.length) ?? 0) + 1);
    total += 1;
  }
  let columns = 1;
  let most = 0;
  for (const [count, records] of counts) {
    if (records > most || (records === most && count > columns)) {
      columns = count;
      most = records;
    }
  }
  return { delimiter, columns, share: total === 0 ? 0 : most / total };
}

/**
 * The delimiter of a text, `noDelimiter` for one column, or null when two fit equally well.
 * Where two split consistently, the one that makes more columns wins, but for one case: n columns
 * of decimal commas (`1,5;2,5`) are n + 1 columns to the comma.
 */
export function detectDelimiter(text: string, isWhole: boolean): string | null {
  const splits = CANDIDATES.map((delimiter) => splitBy(text, delimiter, isWhole)).filter(
    ({ columns }) => columns > 1,
  );
  const share = Math.max(...splits.map((split) => split.share));
  const [most, next] = splits
    .filter((split) => split.share === share)
    .sort((left, right) => right.columns - left.columns);
  if (most === undefined) return noDelimiter;
  if (next === undefined) return most.delimiter;
  if (most.columns === next.columns) return null;
  const areDecimalCommas = most.delimiter === "," && most.columns === next.columns + 1;
  return areDecimalCommas ? next.delimiter : most.delimiter;
}

const SEP_LINE = /^sep=(.)(\r\n|\n|\r|$)/i;

/** The delimiter that a first line `sep=;` names. Source: Excel reads and hides such a line. */
export function sepLine(
  text: string,
): { readonly delimiter: string; readonly chars: number } | null {
  const match = SEP_LINE.exec(text);
  return match?.[1] === undefined ? null : { delimiter: match[1], chars: match[0].length };
}

/** The line end that the text uses first, outside quotes. */
export function detectLineEnd(text: string): CsvDialect["lineEnd"] {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === "\n") return "LF";
    else if (char === "\r") return text.charAt(at + 1) === "\n" ? "CRLF" : "CR";
  }
  return "none";
}
