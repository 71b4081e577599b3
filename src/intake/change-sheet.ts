// A spreadsheet of changes to declarations: one row a value (declaration id, path, value) or one row a declaration.
// Headers are forgiving; every fault is a finding at its cell, and a sheet with one is not used at all.
import { cellAddress, type Cell, type SheetRow, type Table } from "../core/cell.ts";
import type { FindingCode } from "../core/codes/finding-codes.ts";
import type { Finding } from "../core/finding.ts";
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
/** What Excel keeps of a number. */
const DIGITS_MAX = 15;
const PLAIN_FORMATS = ["General", "@", "0", ""];

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
    let hasHeader = false;
    for (const { name: sheet } of table.sheets) {
      let columns: Columns | null = null;
      for await (const batch of table.rows(sheet)) {
        for (const row of batch) {
          if (columns === null) {
            if (row.rowNumber <= HEADER_ROWS_MAX) columns = columnsOf(row, needed);
            continue;
          }
          const read = readRow(table, row, columns, needed, findings);
          if (read !== null) rows.push(read);
          if (rows.length > ROWS_MAX) throw tooMany(table);
        }
      }
      hasHeader ||= columns !== null;
    }
    if (!hasHeader) throw noHeader(table, needed);
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

/** Null where the row is not the header. */
function columnsOf({ cells }: SheetRow, needed: readonly ChangeColumn[]): Columns | null {
  const columns = new Map<ChangeColumn, number>();
  for (const [index, cell] of cells.entries()) {
    const key = (cell?.value ?? "").toLowerCase().replace(/[^a-z0-9]/g, "");
    for (const column of Object.keys(HEADERS) as ChangeColumn[]) {
      if (HEADERS[column].test(key) && !columns.has(column)) columns.set(column, index);
    }
  }
  return needed.every((column) => columns.has(column)) ? columns : null;
}

function readRow(
  { file }: Table,
  { sheet, rowNumber, cells, flaw }: SheetRow,
  columns: Columns,
  needed: readonly ChangeColumn[],
  findings: Finding[],
): ChangeRow | null {
  const before = findings.length;
  const addressOf = (column: ChangeColumn): string =>
    cellAddress(columns.get(column) ?? 0, rowNumber);
  const tell = (column: ChangeColumn, code: FindingCode, message: string, cell?: Cell): void => {
    const place = { sheet, row: rowNumber, cell: addressOf(column) };
    const value = cell === undefined ? {} : { value: cell.raw };
    findings.push(fileFinding(file.name, code, message, { ...place, ...value }));
  };
  const cellOf = (column: ChangeColumn): Cell | undefined => cells[columns.get(column) ?? -1];
  const textOf = (column: ChangeColumn): string => {
    const cell = cellOf(column);
    if (cell?.type === "error") {
      tell(column, "formula-error", `${SHOWN[column]} shows ${cell.value}`, cell);
    } else if (cell?.formula === "missing") {
      tell(column, "formula-without-value", `${SHOWN[column]} is a formula without result`, cell);
    }
    const text = cell === undefined || cell.type === "blank" ? "" : cell.value;
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
  if (idCell?.type === "number" && declarationId.length > DIGITS_MAX) {
    tell("declaration", "code-lost-digits", `${declarationId} was stored as a number`, idCell);
  } else if (idCell?.type === "number" && !PLAIN_FORMATS.includes(idCell.format)) {
    const message = `${declarationId} is shown otherwise, by the number format ${idCell.format}`;
    tell("declaration", "code-shown-differently", message, idCell);
  }
  const texts = { path: textOf("path"), value: textOf("value"), reason: textOf("reason") };
  const placed: ChangeColumn = columns.has("value") ? "value" : "declaration";
  const place = `${file.name} › ${sheet} › ${addressOf(placed)}: `;
  return findings.length > before ? null : { declarationId, texts, place };
}

/** What cannot be one would lead to another resource, or nowhere. */
function isId(text: string): boolean {
  return /^[^\s/\\?#\p{Cc}\p{Cf}]+$/u.test(text) && !/^\.+$/.test(text);
}
