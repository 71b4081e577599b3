// The rows of a shipment in a few words.
import type { RowRef } from "../../core/shipment.ts";

/** Shape: `Shipments 2; Goods items 2–4, 9`. */
export function rowsText(rows: readonly RowRef[]): string {
  const bySheet = new Map<string, { from: number; to: number }[]>();
  for (const { sheet, row } of rows) {
    const ranges = bySheet.get(sheet) ?? [];
    bySheet.set(sheet, ranges);
    const last = ranges.at(-1);
    if (last !== undefined && row === last.to + 1) last.to = row;
    else ranges.push({ from: row, to: row });
  }
  return [...bySheet]
    .map(([sheet, ranges]) => {
      const texts = ranges.map(({ from, to }) =>
        from === to ? String(from) : `${String(from)}–${String(to)}`,
      );
      return `${sheet} ${texts.join(", ")}`;
    })
    .join("; ");
}
