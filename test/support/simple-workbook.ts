// Workbooks from plain values, for tests about what is in the cells.
import { makeZip, workbookParts } from "../parse/make-workbook.ts";
import { columnLetters } from "../../src/core/cell.ts";

/** Text, a number, or a cell's own markup without its `r`. */
export type SimpleCell = string | number | { readonly xml: string };
export type SheetCells = readonly (readonly SimpleCell[])[];

interface Options {
  readonly hiddenSheets?: readonly string[];
  /** One-based, of every sheet. */
  readonly hiddenRows?: readonly number[];
  /** Shape: `K2:K4`, of every sheet. */
  readonly mergedCells?: readonly string[];
  /** Attributes of `calcPr`. */
  readonly calculation?: string;
  /** Markup in front of every sheet's root. */
  readonly beforeSheet?: string;
  /** More relationships of the workbook. */
  readonly relations?: string;
}

/** A real date by its serial number: 46106 is 2026-03-25. */
export function dateCell(serial: number): SimpleCell {
  return { xml: `<c s="1"><v>${String(serial)}</v></c>` };
}

export function workbook(
  sheets: Readonly<Record<string, SheetCells>>,
  options: Options = {},
): Buffer {
  const markup = Object.entries(sheets).map(([name, rows]) => [name, sheetXml(rows, options)]);
  const parts = workbookParts({
    sheets: Object.fromEntries(markup) as Record<string, string>,
    formats: ["yyyy-mm-dd", "0%"],
    ...(options.hiddenSheets === undefined ? {} : { hiddenSheets: options.hiddenSheets }),
  });
  for (const [name, content] of Object.entries(parts)) {
    const text = String(content);
    if (name.startsWith("xl/worksheets/")) {
      const merged = (options.mergedCells ?? []).map((ref) => `<mergeCell ref="${ref}"/>`);
      const behind = merged.length === 0 ? "" : `<mergeCells>${merged.join("")}</mergeCells>`;
      parts[name] =
        (options.beforeSheet ?? "") + text.replace("</sheetData>", `</sheetData>${behind}`);
    }
    if (name === "xl/workbook.xml" && options.calculation !== undefined) {
      parts[name] = text.replace("</workbook>", `<calcPr ${options.calculation}/></workbook>`);
    }
    if (name === "xl/_rels/workbook.xml.rels" && options.relations !== undefined) {
      parts[name] = text.replace("</Relationships>", `${options.relations}</Relationships>`);
    }
  }
  return makeZip(parts);
}

function sheetXml(rows: SheetCells, { hiddenRows = [] }: Options): string {
  return rows
    .map((cells, at) => {
      const row = at + 1;
      const hidden = hiddenRows.includes(row) ? ' hidden="1"' : "";
      const xml = cells.map((cell, column) =>
        cellXml(cell, `${columnLetters(column)}${String(row)}`),
      );
      return `<row r="${String(row)}"${hidden}>${xml.join("")}</row>`;
    })
    .join("");
}

function cellXml(cell: SimpleCell, address: string): string {
  if (typeof cell === "object") return cell.xml.replace("<c", `<c r="${address}"`);
  if (typeof cell === "number") return `<c r="${address}"><v>${String(cell)}</v></c>`;
  return cell === "" ? "" : `<c r="${address}" t="inlineStr"><is><t>${cell}</t></is></c>`;
}
