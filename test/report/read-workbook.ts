// Workbooks as plain values, written and read, for tests that need no other program.
import ExcelJS from "exceljs";

export async function openWorkbook(path: string): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(path);
  return workbook;
}

/** A workbook of one sheet with these texts. */
export async function writeTexts(
  path: string,
  name: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  workbook.addWorksheet(name).addRows(rows.map((row) => [...row]));
  await workbook.xlsx.writeFile(path);
}

/** The rows of a sheet as shown texts, without outer blanks at the right. */
export function sheetTexts(workbook: ExcelJS.Workbook, name: string): string[][] {
  const sheet = workbook.getWorksheet(name);
  if (sheet === undefined) throw new Error(`There is no sheet ${name}`);
  const rows: string[][] = [];
  sheet.eachRow({ includeEmpty: true }, (row) => {
    const texts: string[] = [];
    row.eachCell({ includeEmpty: true }, (cell) => texts.push(cell.text));
    rows.push(texts);
  });
  return rows;
}

/** The cell to the right of the one that holds `label`, on the sheet Summary. */
export function summaryValue(workbook: ExcelJS.Workbook, label: string): string | undefined {
  for (const texts of sheetTexts(workbook, "Summary")) {
    const column = texts.indexOf(label);
    if (column >= 0) return texts[column + 1];
  }
  return undefined;
}

/** The rows of a table by its headers. */
export function tableRows(workbook: ExcelJS.Workbook, name: string): Record<string, string>[] {
  const [headers = [], ...rows] = sheetTexts(workbook, name);
  return rows.map((row) =>
    Object.fromEntries(headers.map((header, index) => [header, row[index] ?? ""])),
  );
}
