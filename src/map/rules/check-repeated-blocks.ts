// A block of rows that was pasted twice: the rows of a shipment stand in several places of the file, and
// one place repeats another row for row. Adjacent rows may be twins on purpose and are not compared.
// Nothing is left out.
import type { MappingPlan, SheetPlan } from "../model/mapping-plan.ts";
import type { RowRecord } from "../model/row-record.ts";
import { nowhereIn, ruleFinding } from "./rule-finding.ts";
import type { DraftFinding, ShipmentDraft } from "../shipment/shipment-draft.ts";

export function checkRepeatedBlocks(
  plan: MappingPlan,
  { rows }: ShipmentDraft,
): readonly DraftFinding[] {
  if (standTogether(rows)) return [];
  const blocks = blocksOf(rows);
  const firsts = new Map<string, readonly RowRecord[]>();
  return blocks.flatMap((block) => {
    const [row] = block;
    const sheet = row === undefined ? undefined : plan.sheets[row.sheetIndex];
    if (row === undefined || sheet === undefined) return [];
    if (block.some((of) => of.values[sheet.itemNumberColumn] != null)) return [];
    const signature = signatureOf(sheet, block);
    const first = firsts.get(signature);
    if (first === undefined) {
      firsts.set(signature, block);
      return [];
    }
    const message = `Rows ${spanOf(block)} of sheet ${sheet.sheet} repeat rows ${spanOf(first)} of the same shipment; all of them are sent`;
    const column = sheet.columns[sheet.referenceColumn] ?? null;
    const place = nowhereIn(null);
    return [ruleFinding("rows-repeated-apart", row, column, place, null, message)];
  });
}

/** Most shipments end here. */
function standTogether(rows: readonly RowRecord[]): boolean {
  for (let at = 1; at < rows.length; at += 1) if (!goesOn(rows[at - 1], rows[at])) return false;
  return true;
}

function goesOn(before: RowRecord | undefined, row: RowRecord | undefined): boolean {
  if (before === undefined || row === undefined) return false;
  return before.sheetIndex === row.sheetIndex && before.rowNumber + 1 === row.rowNumber;
}

function blocksOf(rows: readonly RowRecord[]): readonly (readonly RowRecord[])[] {
  const blocks: RowRecord[][] = [];
  let before: RowRecord | undefined;
  for (const row of rows) {
    const last = blocks.at(-1);
    if (goesOn(before, row) && last !== undefined) last.push(row);
    else blocks.push([row]);
    before = row;
  }
  return blocks;
}

/** Reference and direction may be carried on, so what the shipment says counts for nothing. */
function signatureOf(sheet: SheetPlan, block: readonly RowRecord[]): string {
  const said = block.map(({ values }) =>
    values.map((value, index) => (sheet.columns[index]?.level === "shipment" ? null : value)),
  );
  return `${sheet.sheetIndex} ${JSON.stringify(said)}`;
}

function spanOf(block: readonly RowRecord[]): string {
  return `${block[0]?.rowNumber ?? 0} to ${block.at(-1)?.rowNumber ?? 0}`;
}
