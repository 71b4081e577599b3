// The sheet `cas-batch notes`, for notes that cannot stand at their cell. Reading ignores a sheet of that name.
import { cellAddress } from "../../../core/cell.ts";
import type { Fault } from "../annotate-notes.ts";
import { textCell } from "./annotate-row.ts";

export const NOTES_SHEET = "cas-batch notes";

const headers = ["Severity", "Sheet", "Row", "Cell", "What is wrong", "What to do", "Code"];
/** Unit: characters. */
const widths = [10, 22, 8, 8, 70, 60, 26];

/** @param remarks about the copy as a whole, first */
export function notesSheet(
  namespace: string,
  remarks: readonly string[],
  faults: readonly Fault[],
): string {
  const rows = [
    ...remarks.map((remark) => [remark]),
    headers,
    ...faults.map(({ severity, sheet, row, cell, message, hint, code }) => [
      severity,
      sheet ?? "",
      row === null ? "" : String(row),
      cell ?? "",
      message,
      hint ?? "",
      code,
    ]),
  ];
  const cols = widths
    .map((width, index) => {
      const number = String(index + 1);
      return `<col min="${number}" max="${number}" width="${String(width)}" customWidth="1"/>`;
    })
    .join("");
  const data = rows.map((texts, index) => rowXml(texts, index + 1)).join("");
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="${namespace}"><cols>${cols}</cols><sheetData>${data}</sheetData></worksheet>`;
}

function rowXml(texts: readonly string[], rowNumber: number): string {
  const cells = texts.map((text, column) =>
    text === "" ? "" : textCell("", cellAddress(column, rowNumber), null, text),
  );
  return `<row r="${String(rowNumber)}">${cells.join("")}</row>`;
}
