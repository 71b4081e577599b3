// Sheets and the whole way through map/ as the pipeline goes it, for tests: rows are written as plain
// values, a row stage in memory groups the records.
import type { Cell, SheetRow } from "../../src/core/cell.ts";
import type { Finding } from "../../src/core/finding.ts";
import type { RowRef } from "../../src/core/shipment.ts";
import { buildShipments, type ShipmentReading } from "../../src/map/build-shipment.ts";
import { HEADER_SEARCH_ROWS } from "../../src/map/model/levels.ts";
import type { MappingPlan } from "../../src/map/model/mapping-plan.ts";
import { planMapping } from "../../src/map/plan-mapping.ts";
import type { Profile } from "../../src/map/profile/profile.ts";
import { createRowReader } from "../../src/map/read-row.ts";

/** Text is a text cell, `{ n }` a number cell; a whole cell for everything else. */
export type CellText = string | { readonly n: string; readonly format?: string } | Cell | null;

export interface TestSheet {
  readonly name: string;
  readonly rows: readonly (readonly CellText[])[];
}

function cellOf(content: CellText): Cell | undefined {
  if (content === null || content === "") return undefined;
  if (typeof content === "string") {
    return { type: "string", value: content, raw: content, format: "" };
  }
  if ("n" in content) {
    return {
      type: "number",
      value: content.n,
      raw: content.n,
      format: content.format ?? "General",
    };
  }
  return content;
}

export function sheetRows({ name, rows }: TestSheet): readonly SheetRow[] {
  return rows
    .map((cells, index) => ({ sheet: name, rowNumber: index + 1, cells: cells.map(cellOf) }))
    .filter(({ cells }) => cells.some((cell) => cell !== undefined));
}

export function planOf(
  sheets: readonly TestSheet[],
  decimalMark: "." | "," = ".",
  profile: Profile | null = null,
): MappingPlan {
  return planMapping({
    profile,
    fileName: "night.xlsx",
    decimalMark,
    sheets: sheets.map((sheet) => ({
      name: sheet.name,
      head: sheetRows(sheet).slice(0, HEADER_SEARCH_ROWS),
    })),
  });
}

export interface Mapped {
  readonly plan: MappingPlan;
  readonly shipments: readonly ShipmentReading[];
  readonly invalidRows: readonly RowRef[];
  /** Headers once more, and sums. */
  readonly noDataRows: readonly RowRef[];
  /** Of the plan, of invalid rows and of shipments, in this order. */
  readonly findings: readonly Finding[];
}

export function mapSheets(
  sheets: readonly TestSheet[],
  decimalMark: "." | "," = ".",
  profile: Profile | null = null,
): Mapped {
  const plan = planOf(sheets, decimalMark, profile);
  const groups = new Map<string, string[]>();
  const invalidRows: RowRef[] = [];
  const noDataRows: RowRef[] = [];
  const findings: Finding[] = [...plan.findings];
  for (const sheetPlan of plan.sheets) {
    const sheet = sheets.find(({ name }) => name === sheetPlan.sheet);
    const readRow = createRowReader(plan, sheetPlan);
    for (const row of sheet === undefined ? [] : sheetRows(sheet)) {
      if (row.rowNumber <= sheetPlan.headerRow) continue;
      const reading = readRow(row);
      if (reading.kind === "invalid" || reading.kind === "no-data") {
        const told = reading.kind === "invalid" ? invalidRows : noDataRows;
        told.push({ sheet: row.sheet, row: row.rowNumber });
        findings.push(...reading.findings);
      }
      const keyed =
        reading.kind === "record" ? reading : reading.kind === "left-out" ? reading.shipment : null;
      if (keyed === null) continue;
      const group = groups.get(keyed.groupKey) ?? [];
      group.push(keyed.content);
      groups.set(keyed.groupKey, group);
    }
  }
  const shipments = [...groups.values()].flatMap((contents) => buildShipments(plan, contents));
  findings.push(...shipments.flatMap((shipment) => shipment.findings));
  return { plan, shipments, invalidRows, noDataRows, findings };
}

/** One flat sheet named Shipments. */
export function mapFlat(
  header: readonly string[],
  rows: readonly (readonly CellText[])[],
  decimalMark: "." | "," = ".",
): Mapped {
  return mapSheets([{ name: "Shipments", rows: [header, ...rows] }], decimalMark);
}

/** The one row of a valid shipment with one more column. */
export function mapCell(header: string, cell: CellText, decimalMark: "." | "," = "."): Mapped {
  return mapFlat(
    ["External reference", "Direction", "Goods description", header],
    [["PO-1", "IN", "Bolts", cell]],
    decimalMark,
  );
}

/** Shape: `code cell`, errors and warnings and infos alike. */
export function codesAndCells(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, cell }) => (cell === null ? code : `${code} ${cell}`));
}

/** The body of the only message, as plain JSON. */
export function bodyOf(mapped: Mapped): unknown {
  const messages = mapped.shipments.flatMap(({ message }) => (message === null ? [] : [message]));
  const [message, second] = messages;
  if (message === undefined || second !== undefined) {
    throw new Error(`${messages.length} messages: ${JSON.stringify(mapped.findings, null, 1)}`);
  }
  return JSON.parse(JSON.stringify(message.body));
}
