// A blank direction on a sheet of parts: that of the row above only where the reference is carried too.
import { expect, test } from "vitest";
import { findingsOf } from "../support/check-files.ts";
import { workbook, type SheetCells } from "../support/simple-workbook.ts";

const SHIPMENTS: SheetCells = [
  ["External reference", "Direction"],
  ["PO-1", "IN"],
  ["PO-1", "OUT"],
];

async function codesWith(...items: SheetCells): Promise<readonly string[]> {
  const header = ["External reference", "Direction", "Item number", "Goods description"];
  const content = workbook({ Shipments: SHIPMENTS, "Goods items": [header, ...items] });
  const findings = await findingsOf([{ name: "a.xlsx", content }]);
  return findings.map(({ code, sheet, cell }) => `${code} ${sheet ?? ""} ${cell ?? ""}`);
}

test("a blank direction beside a stated reference is not that of the row above", async () => {
  const codes = await codesWith(["PO-1", "OUT", "1", "Bolts"], ["PO-1", "", "2", "Nuts"]);
  expect(codes).toContain("value-missing Goods items B3");
});

test("a blank direction beside a blank reference is that of the row above", async () => {
  const codes = await codesWith(["PO-1", "OUT", "1", "Bolts"], ["", "", "2", "Nuts"]);
  expect(codes).not.toContain("value-missing Goods items B3");
});
