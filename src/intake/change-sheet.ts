// A spreadsheet of changes to declarations: one row a value (declaration id, path, value) or one row a declaration.
// Headers are forgiving; every fault is a finding at its cell, and a sheet with one is not used at all.
import { cellAddress, type Cell, type SheetRow, type Table } from "../core/cell.ts";
import type { FindingCode } from "../core/codes/finding-codes.ts";
import type { Finding } from "../core/finding.ts";
import { plural } from "../core/text/count-words.ts";
import { textOfNumberCell } from "../map/cells/read-code.ts";
import { fileFinding, unreadable } from "../parse/text/file-finding.ts";
import { openTable, type OpenTableOptions } from "../parse/open-table.ts";

export type ChangeColumn = "declaration" | "path" | "value" | "reason";

/** How the headers may be written, without blanks and signs, in small letters. */
const HEADERS: Readonly<Record<ChangeColumn, RegExp>> = {
  declaration: /^(?:cas)?declaration(?:id|no|number)?$|^id$/,
  path: /^(?:json|member|field)?path$|^(?:field|member)$/,
  value: /^(?:new)?value$/,
  reason: /^reason$/,
};
const SHOWN: Readonly<Record<ChangeColumn, string>> = {
  declaration: "Declaration id",
  path: "Path",
  value: "Value",
  reason: "Reason",
};
const HEADER_ROWS_MAX = 20;
/** More than a person can look at before it is sent; more in one command would be a mistake. */
const ROWS_MAX = 20_000;
export interface ChangeRow {
  readonly declarationId: string;
  /** Empty where the sheet has no such column, or the cell is blank. */
  readonly texts: Readonly<Record<Exclude<ChangeColumn, "declaration">, string>>;
  /** The start of a sentence: `values.xlsx › Sheet1 › C7: `. */
  readonly place: string;
}

export interface ChangeSheet {
  readonly rows: readonly ChangeRow[];
  readonly findings: readonly Finding[];
}

type Columns = ReadonlyMap<ChangeColumn, number>;

/**
 * @param needed the columns that must be there, with a value in every row
 * @throws UnreadableFileError
 */
export async function readChangeSheet(
  path: string,
  needed: readonly ChangeColumn[],
  options: OpenTableOptions,
): Promise<ChangeSheet> {
  const table = await openTable(path, options);
  try {
    const rows: ChangeRow[] = [];
    const findings: Finding[] = [...table.findings];
    const ignored: Ignored[] = [];
    let hasHeader = false;
    for (const { name: sheet } of table.sheets) {
      let columns: Columns | null = null;
      let rowsWithout = 0;
      let rowsHidden = 0;
      let lacking: readonly ChangeColumn[] = [];
      for await (const batch of table.rows(sheet)) {
        for (const row of batch) {
          if (columns === null) {
            if (row.rowNumber <= HEADER_ROWS_MAX) {
              columns = columnsOf(table, row, needed, findings);
              if (columns === null && lacking.length === 0) lacking = lackingIn(row, needed);
            }
            rowsWithout += 1;
            continue;
          }
          const read = readRow(table, row, columns, needed, findings);
          if (row.hidden === true) rowsHidden += 1;
          if (read !== null) rows.push(read);
          if (rows.length > ROWS_MAX) throw tooMany(table);
        }
      }
      if (rowsHidden > 0) findings.push(hiddenFinding(table, sheet, rowsHidden));
      hasHeader ||= columns !== null;
      if (columns === null && rowsWithout > 0) ignored.push({ sheet, rows: rowsWithout, lacking });
    }
    if (!hasHeader) throw noHeader(table, needed);
    findings.push(...ignored.map((one) => ignoredFinding(table, one)));
    return { rows, findings };
  } finally {
    await table.close();
  }
}

function tooMany({ file }: Table): Error {
  return unreadable(
    file.name,
    "file-too-large",
    `"${file.name}" has more than ${String(ROWS_MAX)} rows of changes`,
    { hint: "Split it into several files" },
  );
}

function noHeader({ file }: Table, needed: readonly ChangeColumn[]): Error {
  const names = needed.map((column) => `"${SHOWN[column]}"`).join(", ");
  return unreadable(
    file.name,
    "header-missing",
    `"${file.name}" has no row of headers with ${names} in the first ${String(HEADER_ROWS_MAX)} rows of a sheet`,
    { hint: `Give the first row the headers ${names}` },
  );
}

function hiddenFinding({ file }: Table, sheet: string, rows: number): Finding {
  const message = `The sheet "${sheet}" has ${plural(rows, "hidden row")}; they are used like the others`;
  return fileFinding(file.name, "rows-hidden", message, { sheet });
}

interface Ignored {
  readonly sheet: string;
  readonly rows: number;
  /** Of a row that names declarations: the columns that are not there. */
  readonly lacking: readonly ChangeColumn[];
}

/** A sheet of notes is left alone; one that names declarations was meant, and its rows would be missed. */
function ignoredFinding({ file }: Table, { sheet, rows, lacking }: Ignored): Finding {
  if (lacking.length === 0) {
    const message = `The sheet "${sheet}" has no headers of changes: ${plural(rows, "row")} not used`;
    return fileFinding(file.name, "sheet-ignored", message, { sheet });
  }
  const names = lacking.map((column) => `"${SHOWN[column]}"`).join(" and ");
  const message = `The sheet "${sheet}" has the header "${SHOWN.declaration}", and not ${names}`;
  const hint = "Give the column its header, or take the sheet out of the file";
  return fileFinding(file.name, "header-missing", message, { sheet, hint });
}

/** Empty where the row names no declarations. */
function lackingIn({ cells }: SheetRow, needed: readonly ChangeColumn[]): readonly ChangeColumn[] {
  const keys = cells.map(headerKey);
  const has = (column: ChangeColumn): boolean => keys.some((key) => HEADERS[column].test(key));
  const isOurs = keys.some((key) => key !== "id" && HEADERS.declaration.test(key));
  return isOurs ? needed.filter((column) => !has(column)) : [];
}

function headerKey(cell: Cell | undefined): string {
  return (cell?.value ?? "").toLowerCase().replace(/[^a-z0-9]/g, "");
}

/**
 * Null where the row is not the header. A header that stands over two columns is a mistake: a list of old and new
 * values has both.
 */
function columnsOf(
  { file }: Table,
  { sheet, rowNumber, cells }: SheetRow,
  needed: readonly ChangeColumn[],
  findings: Finding[],
): Columns | null {
  const columns = new Map<ChangeColumn, number>();
  const doubled: { readonly column: ChangeColumn; readonly index: number }[] = [];
  for (const [index, cell] of cells.entries()) {
    const key = headerKey(cell);
    for (const column of Object.keys(HEADERS) as ChangeColumn[]) {
      if (!HEADERS[column].test(key)) continue;
      if (columns.has(column)) doubled.push({ column, index });
      else columns.set(column, index);
    }
  }
  if (!needed.every((column) => columns.has(column))) return null;
  for (const { column, index } of doubled) {
    const first = cellAddress(columns.get(column) ?? 0, rowNumber);
    const message = `"${cells[index]?.value ?? ""}" and "${cells[columns.get(column) ?? 0]?.value ?? ""}" in ${first} can both be the column ${SHOWN[column]}`;
    const place = { sheet, row: rowNumber, cell: cellAddress(index, rowNumber) };
    findings.push(fileFinding(file.name, "header-doubled", message, place));
  }
  return columns;
}

function readRow(
  { file }: Table,
  { sheet, rowNumber, cells, flaw }: SheetRow,
  columns: Columns,
  needed: readonly ChangeColumn[],
  findings: Finding[],
): ChangeRow | null {
  const own: Finding[] = [];
  const addressOf = (column: ChangeColumn): string =>
    cellAddress(columns.get(column) ?? 0, rowNumber);
  const tell = (column: ChangeColumn, code: FindingCode, message: string, cell?: Cell): void => {
    const place = { sheet, row: rowNumber, cell: addressOf(column) };
    const value = cell === undefined ? {} : { value: cell.raw };
    own.push(fileFinding(file.name, code, message, { ...place, ...value }));
  };
  const cellOf = (column: ChangeColumn): Cell | undefined => cells[columns.get(column) ?? -1];
  const textOf = (column: ChangeColumn): string => {
    const cell = cellOf(column);
    if (cell?.type === "error") {
      tell(column, "formula-error", `${SHOWN[column]} shows ${cell.value}`, cell);
    } else if (cell?.formula === "missing") {
      tell(column, "formula-without-value", `${SHOWN[column]} is a formula without result`, cell);
    }
    const text =
      cell === undefined || cell.type === "blank"
        ? ""
        : cell.type === "number"
          ? (textOfNumberCell(cell, SHOWN[column], (code, message) => {
              tell(column, code, message, cell);
            }) ?? cell.value)
          : cell.value;
    if (text.trim() === "" && needed.includes(column)) {
      tell(column, "value-missing", `${SHOWN[column]} is blank`);
    }
    return column === "value" ? text : text.trim();
  };
  if (flaw !== undefined) tell("declaration", flaw.code, flaw.message);
  const declarationId = textOf("declaration");
  const idCell = cellOf("declaration");
  if (declarationId !== "" && !isId(declarationId)) {
    tell(
      "declaration",
      "code-format",
      `"${declarationId}" cannot be the id of a declaration`,
      idCell,
    );
  }
  const texts = { path: textOf("path"), value: textOf("value"), reason: textOf("reason") };
  const placed: ChangeColumn = columns.has("value") ? "value" : "declaration";
  const place = `${file.name} › ${sheet} › ${addressOf(placed)}: `;
  findings.push(...own);
  const isWrong = own.some(({ severity }) => severity === "error");
  return isWrong ? null : { declarationId, texts, place };
}

/** What cannot be one would lead to another resource, or nowhere. */
function isId(text: string): boolean {
  return /^[^\s/\\?#\p{Cc}\p{Cf}]+$/u.test(text) && !/^\.+$/.test(text);
}
