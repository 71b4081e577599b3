// The header row of a sheet as its columns: one line, or several lines joined.
import { columnLetters, type SheetRow } from "../../core/cell.ts";

export interface HeaderCell {
  readonly columnIndex: number;
  readonly letters: string;
  /** Trimmed; the lines of a header joined by a blank. */
  readonly text: string;
  /**
   * The same with the upper lines carried to the right, as merged cells show them: `Weight` over
   * `Gross` and `Net` makes `Weight Gross` and `Weight Net`.
   */
  readonly spanned: string;
}

export interface HeaderRow {
  /** The last line. One-based. */
  readonly rowNumber: number;
  readonly cells: readonly HeaderCell[];
}

/** @param lines At least one row, from top to bottom. */
export function readHeaderRow(lines: readonly SheetRow[]): HeaderRow {
  const last = lines.at(-1);
  const width = Math.max(0, ...lines.map(({ cells }) => cells.length));
  const carried = lines.map(() => "");
  const cells: HeaderCell[] = [];
  for (let columnIndex = 0; columnIndex < width; columnIndex += 1) {
    const parts = lines.map((line) => line.cells[columnIndex]?.value.trim() ?? "");
    const text = joined(parts);
    parts.forEach((part, line) => {
      if (part === "") return;
      carried[line] = part;
      // What is below begins anew under another heading.
      carried.fill("", line + 1);
    });
    if (text === "") continue;
    const upper = parts.map((part, line) =>
      part === "" && line < lines.length - 1 ? (carried[line] ?? "") : part,
    );
    cells.push({
      columnIndex,
      letters: columnLetters(columnIndex),
      text,
      spanned: joined(upper),
    });
  }
  return { rowNumber: last?.rowNumber ?? 0, cells };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
