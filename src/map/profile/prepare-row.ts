// Applies a profile to rows before their cells are read: some are left out, some get a cell composed of
// others. Compiled once per sheet.
import type { Cell, SheetRow } from "../../core/cell.ts";
import type { RowPreparation } from "../model/mapping-plan.ts";
import type { RowCondition } from "./profile.ts";

interface RowRules {
  /** In small letters. */
  readonly totals: readonly string[];
  readonly leaveOut: readonly PlacedCondition[];
  readonly keepOnly: readonly PlacedCondition[];
  readonly composed: ComposedCell | null;
}

export interface PlacedCondition extends RowCondition {
  readonly columnIndex: number;
}

/** A cell made of others: where it goes, and whence it comes. */
interface ComposedCell {
  readonly columnIndex: number;
  readonly parts: readonly { readonly columnIndex: number; readonly header: string }[];
  readonly join: string;
}

/** The format of a composed cell that lacks a part; its value names the columns that are blank. */
export const INCOMPLETE_FORMAT = "incomplete";

type Cells = SheetRow["cells"];

/** Null when rows are read as they are. */
export function compileRowPreparation(rules: RowRules): RowPreparation | null {
  const { totals, leaveOut, keepOnly, composed } = rules;
  if (totals.length + leaveOut.length + keepOnly.length === 0 && composed === null) return null;
  const totalWords = new Set(totals);
  return {
    fateOf: ({ cells }) => {
      if (totalWords.size > 0 && totalWords.has(firstWord(cells))) return "total";
      if (leaveOut.some((condition) => isMet(condition, cells))) return "left out";
      return keepOnly.every((condition) => isMet(condition, cells)) ? "read" : "left out";
    },
    compose: (row) =>
      composed === null ? row : { ...row, cells: withComposed(row.cells, composed) },
  };
}

function isMet({ columnIndex, test, words }: PlacedCondition, cells: Cells): boolean {
  const text = textAt(cells, columnIndex);
  switch (test) {
    case "is":
      return words.includes(text);
    case "startsWith":
      return words.some((word) => text.startsWith(word));
    case "contains":
      return words.some((word) => text.includes(word));
    case "blank":
      return text === "";
  }
}

/** The first value of a row; a colon or stars around make no difference. */
function firstWord(cells: Cells): string {
  const first = cells.findIndex((_cell, index) => textAt(cells, index) !== "");
  return textAt(cells, first).replace(/^[*\s]+|(?<![*:\s])[*:\s]+$/g, "");
}

function textAt(cells: Cells, columnIndex: number): string {
  return cells[columnIndex]?.value.trim().toLowerCase() ?? "";
}

/** All parts blank make a blank: the row carries on what stands above it. */
function withComposed(cells: Cells, { columnIndex, parts, join }: ComposedCell): Cells {
  const texts = parts.map((part) => cells[part.columnIndex]?.value.trim() ?? "");
  const blank = parts.filter((_part, index) => texts[index] === "");
  // Beyond the headers, so that no column that is read is covered.
  const wider: (Cell | undefined)[] = cells.slice(0, columnIndex);
  if (blank.length === parts.length) return wider;
  const value = texts.join(join);
  wider[columnIndex] =
    blank.length === 0
      ? { type: "string", value, raw: value, format: "" }
      : {
          type: "string",
          value: blank.map(({ header }) => header).join(", "),
          raw: value,
          format: INCOMPLETE_FORMAT,
        };
  return wider;
}
