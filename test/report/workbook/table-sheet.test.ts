import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CellValue } from "../../../src/report/model/sheet.ts";
import { createReportWorkbook } from "../../../src/report/workbook/report-workbook.ts";
import { startTable } from "../../../src/report/workbook/table-sheet.ts";
import {
  convertWithLibreOffice,
  hasLibreOffice,
  hasOpenpyxl,
  linksInOpenpyxl,
  OUTSIDE_TIMEOUT_MS,
  temporaryFolder,
} from "../outside-programs.ts";
import { openWorkbook, sheetTexts } from "../read-workbook.ts";
import { packageFaults } from "../../support/package-faults.ts";
import { AS_OF } from "../sample-books.ts";

/** Twice as wide as a page. */
async function wideTable(): Promise<string> {
  const path = join(temporaryFolder(), "wide.xlsx");
  const workbook = await createReportWorkbook(path, AS_OF);
  const texts = Array.from({ length: 20 }, (_, index) => `Column ${String(index)}`);
  const table = startTable<readonly string[]>(workbook, {
    name: "Wide",
    columns: texts.map((header, index) => ({
      header,
      width: 20,
      value: (row) => row[index] ?? null,
    })),
    frozenColumns: 2,
    tabTone: "quiet",
    emptyNote: "Nothing",
  });
  table.addRow(texts);
  table.end();
  await workbook.end();
  return path;
}

describe("startTable()", () => {
  it("goes on with a second sheet where the first is full, and loses no row", async () => {
    const path = join(temporaryFolder(), "long.xlsx");
    const workbook = await createReportWorkbook(path, AS_OF);
    const form: Parameters<typeof startTable<number>>[1] = {
      name: "Shipments",
      columns: [{ header: "Number", width: 10, value: String }],
      frozenColumns: 1,
      tabTone: "quiet",
      emptyNote: "Nothing",
    };
    const table = startTable(workbook, form, 3);
    for (let row = 1; row <= 7; row += 1) table.addRow(row);
    table.end();
    await workbook.end();
    const read = await openWorkbook(path);
    expect(read.worksheets.map(({ name }) => name)).toEqual([
      "Shipments",
      "Shipments (2)",
      "Shipments (3)",
    ]);
    const rows = read.worksheets.flatMap(({ name }) => sheetTexts(read, name).slice(1));
    expect(rows.flat()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
  });

  it.skipIf(!hasOpenpyxl)(
    "leads to the part in which a row stands, and filters each part",
    async () => {
      const path = join(temporaryFolder(), "parts.xlsx");
      const workbook = await createReportWorkbook(path, AS_OF);
      const table = startTable<number>(
        workbook,
        {
          ...{ name: "Shipments", frozenColumns: 1, tabTone: "quiet", emptyNote: "Nothing" },
          columns: [
            {
              ...{ header: "Number", width: 10, value: String },
              link: (row) => (row === 4 ? null : { sheet: "Shipments", row }),
            },
          ],
        },
        3,
      );
      for (let row = 1; row <= 7; row += 1) table.addRow(row);
      table.end();
      await workbook.end();
      const links = linksInOpenpyxl(path).map(({ sheet, cell, location }) => [
        sheet,
        cell,
        location,
      ]);
      expect(links).toEqual([
        ["Shipments", "A2", "'Shipments'!A2"],
        ["Shipments", "A3", "'Shipments'!A3"],
        ["Shipments", "A4", "'Shipments'!A4"],
        ["Shipments (2)", "A3", "'Shipments (2)'!A3"],
        ["Shipments (2)", "A4", "'Shipments (2)'!A4"],
        ["Shipments (3)", "A2", "'Shipments (3)'!A2"],
      ]);
      const { worksheets } = await openWorkbook(path);
      expect(worksheets.map(({ autoFilter }) => autoFilter)).toEqual(["A1:A4", "A1:A4", "A1:A2"]);
    },
  );

  it("makes no more links than a sheet may have, and shows the other texts without one", async () => {
    const path = join(temporaryFolder(), "links.xlsx");
    const workbook = await createReportWorkbook(path, AS_OF);
    const table = startTable<number>(workbook, {
      ...{ name: "Links", frozenColumns: 1, tabTone: "quiet", emptyNote: "Nothing" },
      columns: [
        { header: "To", width: 10, value: String, link: (row) => ({ sheet: "Links", row }) },
      ],
    });
    for (let row = 1; row <= 65_535; row += 1) table.addRow(row);
    table.end();
    await workbook.end();
    expect(await packageFaults(path)).toEqual([]);
    const sheet = (await openWorkbook(path)).getWorksheet("Links");
    expect(sheet?.getCell("A65531").font.underline).toBe(true);
    expect(sheet?.getCell("A65532").font.underline).toBeUndefined();
    expect(sheet?.getCell("A65536").text).toBe("65535");
  });

  it("shows times in the zone of the workbook, and which of two hours it is", async () => {
    const path = join(temporaryFolder(), "zone.xlsx");
    const workbook = await createReportWorkbook(path, AS_OF, "Europe/Brussels");
    const table = startTable<Date>(workbook, {
      ...{ name: "Times", frozenColumns: 1, tabTone: "quiet", emptyNote: "Nothing" },
      columns: [{ header: "Time", width: 18, kind: "time", value: (time) => time }],
    });
    table.addRow(new Date("2026-10-25T00:30:00Z"));
    table.addRow(new Date("2026-10-25T01:30:00Z"));
    table.addRow(new Date("2026-11-20T19:00:00Z"));
    table.end();
    await workbook.end();
    const sheet = (await openWorkbook(path)).getWorksheet("Times");
    const cells = ["A2", "A3", "A4"].map((address) => sheet?.getCell(address));
    expect(cells.map((cell) => (cell?.value as Date).toISOString())).toEqual([
      "2026-10-25T02:30:00.000Z",
      "2026-10-25T02:30:00.000Z",
      "2026-11-20T20:00:00.000Z",
    ]);
    expect(cells.map((cell) => cell?.numFmt)).toEqual([
      'yyyy-mm-dd hh:mm" +02:00"',
      'yyyy-mm-dd hh:mm" +01:00"',
      "yyyy-mm-dd hh:mm",
    ]);
  });

  it("keeps codes text with their zeros, dates dates and numbers numbers", async () => {
    const path = join(temporaryFolder(), "types.xlsx");
    const workbook = await createReportWorkbook(path, AS_OF);
    const table = startTable<readonly CellValue[]>(workbook, {
      name: "Types",
      columns: [
        { header: "Code", width: 10, value: ([code = null]) => code },
        { header: "Count", width: 10, kind: "integer", value: ([, count = null]) => count },
        { header: "Time (UTC)", width: 10, kind: "time", value: ([, , time = null]) => time },
      ],
      frozenColumns: 1,
      tabTone: "quiet",
      emptyNote: "Nothing",
    });
    table.addRow(["00123", 4, AS_OF]);
    table.addRow(["  outer blanks  ", null, "2026-03-01T10:00:00"]);
    table.end();
    await workbook.end();
    const sheet = (await openWorkbook(path)).getWorksheet("Types");
    expect(sheet?.getCell("A2").value).toBe("00123");
    expect(sheet?.getCell("A2").numFmt).toBe("@");
    expect(sheet?.getCell("B2").value).toBe(4);
    expect(sheet?.getCell("C2").value).toEqual(AS_OF);
    expect(sheet?.getCell("A3").text).toBe("  outer blanks  ");
    expect(sheet?.getCell("C3").value).toBe("2026-03-01T10:00:00");
    expect(sheet?.autoFilter).toBe("A1:C3");
    expect(sheet?.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
  });

  it("prints letters of a size that can be read, and repeats what tells the rows apart", async () => {
    const sheet = (await openWorkbook(await wideTable())).getWorksheet("Wide");
    const { scale = 0, ...setup } = sheet?.pageSetup ?? {};
    expect(((sheet?.getCell("A2").font.size ?? 0) * scale) / 100).toBeGreaterThanOrEqual(6.5);
    expect(setup).toMatchObject({
      ...{ fitToPage: false, orientation: "landscape", paperSize: 9, pageOrder: "overThenDown" },
      ...{ printTitlesRow: "1:1", printTitlesColumn: "A:B" },
    });
  });

  it.skipIf(!hasLibreOffice)(
    "prints a wide table on pages side by side",
    { timeout: OUTSIDE_TIMEOUT_MS },
    async () => {
      const pdf = readFileSync(convertWithLibreOffice(await wideTable(), "pdf"), "latin1");
      expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
    },
  );
});
