// Columns whose headers are not known and that are not settled at the head of their sheet: the first of
// their values that count are kept until there are enough to be judged by, as those of the others were before a row was read.
import type { SheetRow } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import { textOfCell } from "../headers/header-evidence.ts";
import type { UnknownColumn } from "../model/mapping-plan.ts";

const VALUES_KEPT_MAX = 25;

export interface UnknownColumnsWatch {
  readonly see: (row: SheetRow) => void;
  readonly atEnd: () => readonly Finding[];
}

/** Null when there is nothing to watch. */
export function watchUnknownColumns(columns: readonly UnknownColumn[]): UnknownColumnsWatch | null {
  if (columns.length === 0) return null;
  const kept = columns.map((column) => ({ column, texts: [] as string[] }));
  return {
    see: ({ cells }) => {
      for (const { column, texts } of kept) {
        if (texts.length >= VALUES_KEPT_MAX) continue;
        const text = textOfCell(cells[column.columnIndex]);
        if (text !== null && column.keeps(text)) texts.push(text);
      }
    },
    atEnd: () =>
      kept.flatMap(({ column, texts }) => (texts.length === 0 ? [] : (column.judge(texts) ?? []))),
  };
}
