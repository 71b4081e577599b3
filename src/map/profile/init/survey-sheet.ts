// Surveys the head of a real sheet for a first draft of its profile: where the headers are, which columns
// may be which, and what values stand below them.
import type { SheetRow } from "../../../core/cell.ts";
import { readHeaderRow, type HeaderCell, type HeaderRow } from "../../headers/header-cells.ts";
import { HEADER_SEARCH_ROWS } from "../../model/levels.ts";
import { suggestColumns, type Suggestion } from "./suggest-columns.ts";

export interface SheetSurvey {
  readonly name: string;
  /** One row number, or two where headers are spread over lines. */
  readonly headerRows: readonly number[];
  readonly columns: readonly SurveyedColumn[];
}

export interface SurveyedColumn {
  readonly cell: HeaderCell;
  /** Null when no name that we know is like its header. */
  readonly suggestion: Suggestion | null;
  /** Its values are those of the references on another sheet. */
  readonly joins?: true;
  /** Different values below the header, as they stand in the file. */
  readonly examples: readonly string[];
  /** All different texts seen below the header. */
  readonly texts: readonly string[];
}

const EXAMPLES_MAX = 3;
/** One word that we know may stand in a title. */
const SUGGESTIONS_MIN = 2;

/** Null when no row has headers that are like ours. @param rows The first rows of the sheet. */
export function surveySheet(name: string, rows: readonly SheetRow[]): SheetSurvey | null {
  const found = likeliestHeader(rows.slice(0, HEADER_SEARCH_ROWS));
  if (found === null) return null;
  const { header, headerRows, suggestions } = found;
  const below = rows.filter(({ rowNumber }) => rowNumber > header.rowNumber);
  const byCell = new Map(suggestions.map((suggestion) => [suggestion.cell, suggestion]));
  return {
    name,
    headerRows,
    columns: header.cells.map((cell) => {
      const texts = [
        ...new Set(
          below.flatMap((row) => {
            const text = row.cells[cell.columnIndex]?.value.trim() ?? "";
            return text === "" ? [] : [text];
          }),
        ),
      ];
      return {
        cell,
        suggestion: byCell.get(cell) ?? null,
        examples: texts.slice(0, EXAMPLES_MAX),
        texts,
      };
    }),
  };
}

interface FoundHeader {
  readonly header: HeaderRow;
  readonly headerRows: readonly number[];
  readonly suggestions: readonly Suggestion[];
}

/** Two lines count only when they say more than each of them alone. */
function likeliestHeader(rows: readonly SheetRow[]): FoundHeader | null {
  let best: FoundHeader | null = null;
  const weigh = (lines: readonly SheetRow[]): void => {
    const header = readHeaderRow(lines);
    const suggestions = suggestColumns(header.cells);
    if (suggestions.length < SUGGESTIONS_MIN) return;
    if (best !== null && weightOf(suggestions) <= weightOf(best.suggestions)) return;
    best = { header, headerRows: lines.map(({ rowNumber }) => rowNumber), suggestions };
  };
  for (const row of rows) weigh([row]);
  for (const [index, row] of rows.entries()) {
    const next = rows[index + 1];
    if (next?.rowNumber === row.rowNumber + 1 && isTextOnly(row) && isTextOnly(next)) {
      weigh([row, next]);
    }
  }
  return best;
}

function weightOf(suggestions: readonly Suggestion[]): number {
  return suggestions.reduce((sum, { score }) => sum + score, 0);
}

function isTextOnly(row: SheetRow): boolean {
  return row.cells.every(
    (cell) => cell === undefined || cell.type === "string" || cell.value === "",
  );
}
