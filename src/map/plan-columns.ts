// The header row of one sheet to its columns: what each is read as and which member it fills.
// Everything that is odd about the headers is found here, before a row is read.
import { columnLetters, type SheetRow } from "../core/cell.ts";
import type { Finding } from "../core/finding.ts";
import { compileCellReader } from "./cell-reader.ts";
import { fieldCatalogue, type CatalogueField } from "./field-catalogue.ts";
import { makeFinding } from "./make-finding.ts";
import type { PlanColumn } from "./mapping-plan.ts";
import { matchHeader } from "./match-header.ts";
import { nowhere, pathText, startsAtKnownMember, type MemberPath } from "./member-path.ts";
import type { MemberSlots } from "./member-slots.ts";
import { headerUnit, nearestHeaders, normalizeHeader } from "./normalize-header.ts";
import type { ValueRule } from "./value-rule.ts";

export interface ColumnsInput {
  readonly fileName: string;
  readonly sheet: string;
  readonly decimalMark: "." | ",";
  readonly headerRow: SheetRow;
  /** Rows below the header, as far as they were read to plan. */
  readonly below: readonly SheetRow[];
  /** Headers that this sheet must have. */
  readonly required: readonly string[];
}

export interface PlannedColumns {
  readonly columns: readonly PlanColumn[];
  /** The catalogue's header of each column; null for a member named by its path. */
  readonly fields: readonly (CatalogueField | null)[];
  readonly findings: readonly Finding[];
}

interface HeaderCell {
  readonly columnIndex: number;
  readonly letters: string;
  /** Trimmed. */
  readonly text: string;
}

interface Target {
  readonly path: MemberPath | null;
  readonly rule: ValueRule;
  readonly field: CatalogueField | null;
}

export function planColumns(input: ColumnsInput, slots: MemberSlots): PlannedColumns {
  const columns: PlanColumn[] = [];
  const fields: (CatalogueField | null)[] = [];
  const findings: Finding[] = [];
  const unknown: HeaderCell[] = [];
  const seen = new Map<string, HeaderCell>();
  const find = (code: Finding["code"], cell: HeaderCell, message: string, hint?: string): void => {
    findings.push(headerFinding(input, code, cell, message, hint));
  };

  for (const cell of headerCells(input.headerRow)) {
    const match = matchHeader(cell.text);
    if (match.kind === "ours") continue;
    if (match.kind === "unknown") {
      unknown.push(cell);
      continue;
    }
    if (match.kind === "unusable-path") {
      find(
        "header-path-unusable",
        cell,
        `Column ${cell.letters} \`${cell.text}\` cannot be filled: ${match.reason}`,
      );
      continue;
    }
    const twin = seen.get(normalizeHeader(cell.text));
    if (twin !== undefined) {
      find(
        "header-doubled",
        cell,
        `Columns ${twin.letters} and ${cell.letters} have the same header \`${cell.text}\``,
      );
      continue;
    }
    seen.set(normalizeHeader(cell.text), cell);

    const target: Target =
      match.kind === "field"
        ? { path: match.path, rule: match.field.rule, field: match.field }
        : { path: match.path, rule: match.rule, field: null };
    const place = slots.take(target.path, target.field, { sheet: input.sheet, ...cell });
    if (place.kind === "conflict") {
      find(
        "path-conflict",
        cell,
        `Column ${cell.letters} \`${cell.text}\` cannot be filled: ${place.with} fills the same member of the message`,
      );
      continue;
    }
    const unit = headerUnit(cell.text);
    if (target.field?.units !== undefined && unit !== null && !target.field.units.includes(unit)) {
      find(
        "header-unit-differs",
        cell,
        `Column ${cell.letters} \`${cell.text}\` is read as ${target.field.header}, its unit "${unit}" is not converted`,
      );
    }
    if (match.kind === "member" && !startsAtKnownMember(match.path)) {
      find(
        "header-unchecked",
        cell,
        `Column ${cell.letters} \`${cell.text}\` is sent as it stands; no such member is known`,
      );
    }
    fields.push(target.field);
    columns.push({
      columnIndex: cell.columnIndex,
      letters: cell.letters,
      header: cell.text,
      level: target.path?.level ?? "item",
      path: target.path,
      slot: place.slot,
      required: target.field?.required ?? false,
      kind: target.rule.kind,
      read: compileCellReader(cell.text, target.rule, input.decimalMark),
    });
  }

  const present = new Set(fields.map((field) => field?.header));
  const missing = input.required.filter((header) => !present.has(header));
  findings.push(
    ...missing.map((header) => missingHeader(input, header, unknown)),
    ...unknown.map((cell) => unknownHeader(input, cell, present)),
    ...columnsWithoutHeader(input),
  );
  return { columns, fields, findings };
}

function headerCells(row: SheetRow): readonly HeaderCell[] {
  return row.cells.flatMap((cell, columnIndex) => {
    const text = cell?.value.trim() ?? "";
    return text === "" ? [] : [{ columnIndex, letters: columnLetters(columnIndex), text }];
  });
}

function headerFinding(
  input: ColumnsInput,
  code: Finding["code"],
  cell: HeaderCell | null,
  message: string,
  hint?: string,
): Finding {
  const match = cell === null ? null : matchHeader(cell.text);
  const path = match?.kind === "field" || match?.kind === "member" ? match.path : null;
  return makeFinding(
    code,
    {
      file: input.fileName,
      sheet: input.sheet,
      row: input.headerRow.rowNumber,
      path: path === null ? null : pathText(path, nowhere),
      ...(cell === null ? {} : { letters: cell.letters, header: cell.text }),
    },
    { message, value: cell?.text ?? null, ...(hint === undefined ? {} : { hint }) },
  );
}

function missingHeader(
  input: ColumnsInput,
  header: string,
  unknown: readonly HeaderCell[],
): Finding {
  const [nearest] = nearestHeaders(
    header,
    unknown.map(({ text }) => text),
  );
  const cell = unknown.find(({ text }) => text === nearest);
  return headerFinding(
    input,
    "header-required",
    null,
    `Column \`${header}\` is missing from the headers in row ${input.headerRow.rowNumber}`,
    cell === undefined
      ? `Add the column \`${header}\``
      : `Did you mean column ${cell.letters} \`${cell.text}\`? Rename it to \`${header}\``,
  );
}

function unknownHeader(
  input: ColumnsInput,
  cell: HeaderCell,
  present: ReadonlySet<string | undefined>,
): Finding {
  const nearest = nearestHeaders(
    cell.text,
    fieldCatalogue.map(({ header }) => header).filter((header) => !present.has(header)),
  );
  return headerFinding(
    input,
    "header-unknown",
    cell,
    `Column ${cell.letters} \`${cell.text}\` is not known, so its values are not sent`,
    nearest.length === 0
      ? undefined
      : `Did you mean ${nearest.map((header) => `\`${header}\``).join(" or ")}? Rename the column, or delete it`,
  );
}

/** Values below a blank header would be left out without a word. */
function columnsWithoutHeader(input: ColumnsInput): readonly Finding[] {
  const withHeader = new Set(headerCells(input.headerRow).map(({ columnIndex }) => columnIndex));
  const found = new Map<number, SheetRow>();
  for (const row of input.below) {
    for (const [columnIndex, cell] of row.cells.entries()) {
      if (cell === undefined || cell.type === "blank" || cell.value.trim() === "") continue;
      if (!withHeader.has(columnIndex) && !found.has(columnIndex)) found.set(columnIndex, row);
    }
  }
  return [...found].map(([columnIndex, row]) => {
    const letters = columnLetters(columnIndex);
    return headerFinding(
      input,
      "header-unknown",
      { columnIndex, letters, text: "" },
      `Column ${letters} holds values (such as ${letters}${row.rowNumber}) but has no header, so they are not sent`,
      "Give the column a header, or delete it",
    );
  });
}
