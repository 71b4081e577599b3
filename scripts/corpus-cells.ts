// The cells of a workbook as our reader and two independent ones see them, brought to one form:
// by sheet and address, a type and a value. Nothing is smoothed over here beyond the form.
import { readFile } from "node:fs/promises";
import ExcelJS from "exceljs";
import { readXlsx } from "hucre/xlsx";
import { cellAddress, type CellType } from "../src/core/cell.ts";
import { decimalFromDouble } from "../src/core/decimal.ts";
import { openTable } from "../src/parse/open-table.ts";

export interface CorpusCell {
  readonly type: Exclude<CellType, "blank"> | "formula-without-value";
  readonly value: string;
  /** Ours only. */
  readonly raw?: string;
  readonly format?: string;
  readonly isFormula?: boolean;
}

/** Whether our reader sees more in a number or text than that. */
export function isMoment(cell: CorpusCell | null): boolean {
  return cell?.type === "date" || cell?.type === "time" || cell?.type === "duration";
}

/** Cells by address, by sheet; blank cells are not there. */
export type CorpusSheets = ReadonlyMap<string, ReadonlyMap<string, CorpusCell>>;

export async function ourCells(path: string): Promise<CorpusSheets> {
  const table = await openTable(path, { allowMacroWorkbooks: true });
  const sheets = new Map<string, Map<string, CorpusCell>>();
  try {
    for (const { name } of table.sheets) {
      const cells = new Map<string, CorpusCell>();
      for await (const rows of table.rows(name)) {
        for (const row of rows) {
          for (const [column, cell] of row.cells.entries()) {
            if (cell === undefined) continue;
            cells.set(cellAddress(column, row.rowNumber), {
              type: cell.type === "blank" ? "formula-without-value" : cell.type,
              value: cell.value,
              raw: cell.raw,
              format: cell.format,
              isFormula: cell.formula !== undefined,
            });
          }
        }
      }
      sheets.set(name, cells);
    }
  } finally {
    await table.close();
  }
  return sheets;
}

/** Of a plain JavaScript value, as both libraries give them; null for a blank. */
function plainCell(value: unknown): CorpusCell | null {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "string") return { type: "string", value };
  if (typeof value === "boolean") return { type: "boolean", value: String(value) };
  if (typeof value === "number") {
    return { type: "number", value: decimalFromDouble(value) ?? String(value) };
  }
  if (value instanceof Date) return { type: "date", value: isoText(value) };
  throw new TypeError(`No plain value: ${JSON.stringify(value)}`);
}

function isoText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "no date";
  return date
    .toISOString()
    .replace(/\.000Z$|Z$/, "")
    .replace(/T00:00:00$/, "");
}

function exceljsCell(value: ExcelJS.CellValue): CorpusCell | null {
  if (typeof value !== "object" || value === null || value instanceof Date) return plainCell(value);
  if ("error" in value) return { type: "error", value: value.error };
  if ("richText" in value) return plainCell(value.richText.map(({ text }) => text).join(""));
  if ("hyperlink" in value) {
    const { text } = value as { readonly text: ExcelJS.CellValue };
    return exceljsCell(text);
  }
  if ("formula" in value || "sharedFormula" in value) {
    if (value.result === undefined) return { type: "formula-without-value", value: "" };
    return exceljsCell(value.result);
  }
  return null;
}

export async function exceljsCells(path: string): Promise<CorpusSheets> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(path);
  const sheets = new Map<string, Map<string, CorpusCell>>();
  for (const sheet of workbook.worksheets) {
    const cells = new Map<string, CorpusCell>();
    sheet.eachRow((row) => {
      row.eachCell((cell) => {
        // A merged cell repeats its master, which is not what the file says of it.
        if (cell.type === ExcelJS.ValueType.Merge) return;
        const read = exceljsCell(cell.value);
        if (read !== null) cells.set(cell.address, read);
      });
    });
    sheets.set(sheet.name, cells);
  }
  return sheets;
}

export async function hucreCells(path: string): Promise<CorpusSheets> {
  const workbook = await readXlsx(await readFile(path), { readStyles: true });
  const sheets = new Map<string, Map<string, CorpusCell>>();
  for (const sheet of workbook.sheets) {
    const cells = new Map<string, CorpusCell>();
    for (const [rowIndex, row] of sheet.rows.entries()) {
      for (const [column, value] of row.entries()) {
        const cell = sheet.cells?.get(`${rowIndex},${column}`);
        const address = cellAddress(column, rowIndex + 1);
        if (cell?.type === "error") cells.set(address, { type: "error", value: String(value) });
        else {
          const read = plainCell(value);
          if (read !== null) cells.set(address, read);
          else if (cell?.formula !== undefined) {
            cells.set(address, { type: "formula-without-value", value: "" });
          }
        }
      }
    }
    sheets.set(sheet.name, cells);
  }
  return sheets;
}
