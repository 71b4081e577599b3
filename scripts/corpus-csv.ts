// What Excel itself showed in the cells of a workbook: the CSV it wrote of a sheet holds displayed
// values. Only texts, truth values and errors are shown as they are; numbers pass through a format.
import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { cellAddress } from "../src/core/cell.ts";
import { isMoment, type CorpusCell } from "./corpus-cells.ts";

export interface CsvDifference {
  readonly address: string;
  readonly ours: CorpusCell | null;
  readonly shown: string;
}

interface CsvRule {
  readonly name: string;
  readonly explains: (difference: CsvDifference) => boolean;
}

/** Excel shows at most 11 digits under the format General, and less in a narrow column. */
function isShortened({ ours, shown }: CsvDifference): boolean {
  if (ours?.type !== "number" || !/^-?[\d.]+(?:E[+-]?\d+)?$/.test(shown)) return false;
  const exact = Number(ours.value);
  const fraction = /\.(\d+)/.exec(shown)?.[1]?.length ?? 0;
  const exponent = Number(/E([+-]?\d+)/.exec(shown)?.[1] ?? 0);
  const unit = 10 ** (exponent - fraction);
  return Math.abs(exact - Number(shown)) <= unit * 0.500_001;
}

export const csvRules: readonly CsvRule[] = [
  {
    name: "csv-number-in-a-format",
    explains: ({ ours }) =>
      (ours?.type === "number" || isMoment(ours)) && ours?.format !== "General",
  },
  { name: "csv-number-shortened", explains: isShortened },
  {
    name: "csv-text-in-a-format",
    // A fourth section of a number format is for texts, and `;;;` hides them.
    explains: ({ ours }) => ours?.type === "string" && /[;@]/.test(ours.format ?? ""),
  },
  {
    name: "csv-line-ends",
    explains: ({ ours, shown }) =>
      ours?.value.replace(/\s+/g, " ").trim() === shown.replace(/\s+/g, " ").trim(),
  },
  {
    name: "csv-formula-calculated-anew",
    // Excel calculates volatile formulas when it opens the file: the cached result is another.
    explains: ({ ours }) => ours === null || ours.isFormula === true,
  },
  {
    name: "csv-characters-of-the-code-page",
    // CSV of Excel for Mac and Windows is in a code page that lacks most characters.
    explains: ({ ours, shown }) =>
      /[^\0-\x7f]/.test(ours?.value ?? "") && /[^\0-\x7f]|[?_]/.test(shown),
  },
];

interface Place {
  readonly row: number;
  readonly column: number;
}

function placeOf(address: string): Place {
  const [, letters = "", digits = ""] = /^([A-Z]+)(\d+)$/.exec(address) ?? [];
  const column = Array.from(letters).reduce(
    (sum, letter) => sum * 26 + letter.charCodeAt(0) - 64,
    0,
  );
  return { row: Number(digits) - 1, column: column - 1 };
}

function firstOf(places: readonly Place[], axis: keyof Place): number {
  return places.reduce((least, place) => Math.min(least, place[axis]), Infinity);
}

/** Each cell of the CSV that shows something else than we read. */
export async function csvDifferences(
  path: string,
  ours: ReadonlyMap<string, CorpusCell>,
): Promise<readonly CsvDifference[]> {
  const text = (await readFile(path)).toString("utf8").replace(/^\uFEFF/, "");
  const records = parse(text, {
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  });
  // Excel writes from the first used row and column on, which may be a blank one with a format.
  const shownCells = records.flatMap((record, row) =>
    record.flatMap((shown, column) => (shown === "" ? [] : [{ row, column }])),
  );
  const ourPlaces = [...ours.keys()].map(placeOf);
  const rowShift = firstOf(ourPlaces, "row") - firstOf(shownCells, "row");
  const columnShift = firstOf(ourPlaces, "column") - firstOf(shownCells, "column");
  const found: CsvDifference[] = [];
  if (!Number.isFinite(rowShift) || !Number.isFinite(columnShift)) return found;
  for (const [rowIndex, record] of records.entries()) {
    for (const [column, shown] of record.entries()) {
      const address = cellAddress(column + columnShift, rowIndex + rowShift + 1);
      const cell = ours.get(address) ?? null;
      const value = cell?.type === "boolean" ? cell.value.toUpperCase() : (cell?.value ?? "");
      if (value !== shown) found.push({ address, ours: cell, shown });
    }
  }
  return found;
}

export function explainCsv(difference: CsvDifference): string | null {
  return csvRules.find((rule) => rule.explains(difference))?.name ?? null;
}
