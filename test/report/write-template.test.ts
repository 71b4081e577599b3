import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Worksheet } from "exceljs";
import { describe, expect, it } from "vitest";
import { templateModel } from "../../src/map/template-model.ts";
import { writeTemplateCsv, writeTemplateWorkbook } from "../../src/report/write-template.ts";
import {
  convertWithLibreOffice,
  hasLibreOffice,
  OUTSIDE_TIMEOUT_MS,
  temporaryFolder,
} from "./outside-programs.ts";
import { openWorkbook, sheetTexts } from "./read-workbook.ts";
import { column, flatTemplate, sampleTemplate } from "./sample-template.ts";

const patiently = { timeout: OUTSIDE_TIMEOUT_MS };

async function template(): Promise<string> {
  const path = join(temporaryFolder(), "template.xlsx");
  await writeTemplateWorkbook(path, sampleTemplate);
  return path;
}

describe("writeTemplateWorkbook()", () => {
  it("puts the instructions first and the lists last", async () => {
    const workbook = await openWorkbook(await template());
    expect(workbook.worksheets.map(({ name }) => name)).toEqual([
      "Read me",
      "Shipments",
      "Goods items",
      "Lists",
    ]);
  });

  it("holds no row that could be sent: examples stand on the sheet Read me only", async () => {
    const workbook = await openWorkbook(await template());
    for (const name of ["Shipments", "Goods items"]) {
      expect(sheetTexts(workbook, name)).toHaveLength(1);
    }
    const readMe = sheetTexts(workbook, "Read me").flat();
    expect(readMe).toContain("Example row");
    expect(readMe).toContain("EXAMPLE-1");
    expect(readMe).toContain(
      "The examples stand on this sheet only. Every row below the headers of the other sheets is real: it belongs to a shipment and is sent.",
    );
  });

  it("shows a further example row in full when it says more than the first", async () => {
    const path = join(temporaryFolder(), "template.xlsx");
    const columns = [column("External reference", { example: "A-1" }), column("Item number")];
    const examples = [{ "External reference": "A-1" }, { "Item number": "2" }];
    const model = { ...sampleTemplate, sheets: [{ name: "Shipments", columns, examples }] };
    await writeTemplateWorkbook(path, model);
    const texts = sheetTexts(await openWorkbook(path), "Read me").flat();
    expect(texts.filter((text) => text.startsWith("Example row "))).toEqual([
      "Example row 2 for the sheet Shipments",
    ]);
  });

  it("marks required headers, explains each one, and keeps the header row in sight", async () => {
    const sheet = (await openWorkbook(await template())).getWorksheet("Goods items");
    expect(sheet?.getCell("A1").text).toBe("External reference *");
    expect(sheet?.getCell("D1").text).toBe("Commodity code");
    expect(JSON.stringify(sheet?.getCell("A1").note)).toContain("CAS knows the shipment by it");
    expect(sheet?.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
  });

  it("formats whole columns, so that codes keep their zeros in every row", async () => {
    const sheet = (await openWorkbook(await template())).getWorksheet("Goods items");
    const formats = [1, 4, 5, 6, 8].map((number) => sheet?.getColumn(number).numFmt);
    expect(formats).toEqual(["@", "@", "0.00##", "0", "yyyy-mm-dd"]);
  });

  it("gives the same bytes a moment later", async () => {
    const first = readFileSync(await template());
    await delay(2_100); // A zip archive counts its times in steps of two seconds.
    expect(readFileSync(await template()).equals(first)).toBe(true);
  });
});

describe.skipIf(!hasLibreOffice)("a template saved again by LibreOffice", patiently, () => {
  it("keeps its drop-downs, lists and text formats", async () => {
    const workbook = await openWorkbook(convertWithLibreOffice(await template(), "xlsx"));
    const goods = workbook.getWorksheet("Goods items");
    expect(goods?.getCell("B2").dataValidation).toMatchObject({ type: "list" });
    const list = String(goods?.getCell("G2").dataValidation.formulae[0]);
    const [range = ""] = workbook.definedNames.getRanges(list).ranges;
    expect(range.replaceAll("'", "")).toBe("Lists!$B$2:$B$61");
    expect(goods?.getColumn(4).numFmt).toBe("@");
    expect(goods?.getColumn(5).numFmt).toBe("0.00##");
    expect(sheetTexts(workbook, "Lists")[60]?.[1]).toBe("P59, kind 59");
  });
});

describe.skipIf(!hasLibreOffice)("the mark of a missing cell", patiently, () => {
  /** A rule of the first row below the headers, for another row. */
  const ruleOf = (sheet: Worksheet, column: string, row: number): string => {
    const marks = (sheet as unknown as { readonly conditionalFormattings: readonly Mark[] })
      .conditionalFormattings;
    const formula = marks.find(({ ref }) => ref.startsWith(`${column}2:`))?.rules[0]?.formulae[0];
    return (formula ?? "").replace(
      /(\$[A-Z]+)(\d+)/g,
      (_whole, letters: string, number) => letters + String(Number(number) + row - 2),
    );
  };
  interface Mark {
    readonly ref: string;
    readonly rules: readonly { readonly formulae: readonly string[] }[];
  }

  it("leaves out a blank reference or direction that other rows give", async () => {
    const path = await template();
    const workbook = await openWorkbook(path);
    const sheet = workbook.getWorksheet("Goods items");
    if (sheet === undefined) throw new Error("There is no sheet Goods items");
    const rows = [
      { texts: ["", "", "nothing above"], marked: ["A", "B"] },
      { texts: ["A-1", "IN", "bolts"], marked: [] },
      { texts: ["", "", "as in the row above"], marked: [] },
      { texts: ["A-1", "", "direction as its reference has it"], marked: [] },
      { texts: ["B-1", "", "no direction anywhere"], marked: ["B"] },
      { texts: ["", "", "of B-1"], marked: [] },
      { texts: ["", "", ""], marked: [] },
      { texts: ["C-1", "OUT", ""], marked: ["C"] },
      { texts: ["D-1", "", "direction below"], marked: [] },
      { texts: ["D-1", "IN", "bolts"], marked: [] },
    ];
    rows.forEach(({ texts }, index) => {
      const row = index + 2;
      texts.forEach((text, column) => {
        if (text !== "") sheet.getCell(row, column + 1).value = text;
      });
      for (const [column, shown] of [
        ["A", "P"],
        ["B", "Q"],
        ["C", "R"],
      ] as const) {
        sheet.getCell(`${shown}${String(row)}`).value = { formula: ruleOf(sheet, column, row) };
      }
    });
    const filled = join(temporaryFolder(), "filled.xlsx");
    await workbook.xlsx.writeFile(filled);
    const seen = (await openWorkbook(convertWithLibreOffice(filled, "xlsx"))).getWorksheet(
      "Goods items",
    );
    const marked = rows.map((_row, index) =>
      (["P", "Q", "R"] as const).flatMap((shown, column) =>
        seen?.getCell(`${shown}${String(index + 2)}`).text === "true" ? ["ABC"[column]] : [],
      ),
    );
    expect(marked).toEqual(rows.map((row) => row.marked));
  });

  it("leaves out a blank description in a further row of a goods item, as the Read me teaches it", async () => {
    const path = join(temporaryFolder(), "flat.xlsx");
    await writeTemplateWorkbook(path, templateModel("flat"));
    const workbook = await openWorkbook(path);
    const sheet = workbook.getWorksheet("Shipments");
    if (sheet === undefined) throw new Error("There is no sheet Shipments");
    const letters = new Map<string, string>();
    sheet.getRow(1).eachCell((cell) => {
      letters.set(cell.text.replace(" *", ""), cell.address.replace(/\d+/, ""));
    });
    const [reference, direction] = ["External reference", "Direction"];
    const [number, goods, code] = ["Item number", "Goods description", "Commodity code"];
    const [packages, paper] = ["Package type", "Document reference"];
    const rows: readonly (readonly [Readonly<Record<string, string | number>>, boolean])[] = [
      [
        { [reference]: "S1", [direction]: "IN", [number]: 1, [goods]: "Chips", [code]: "854231" },
        false,
      ],
      [{ [number]: 1, [packages]: "BX" }, false],
      [{ [reference]: "S1", [number]: 1, [packages]: "CT" }, false],
      [{ [reference]: "S1", [direction]: "IN", [number]: 1, [paper]: "INV-1" }, false],
      [{ [number]: 2, [goods]: "Bolts", [code]: "731815" }, false],
      [{ [reference]: "S1", [number]: 2, [packages]: "CT", [paper]: "INV-1" }, false],
      [{ [packages]: "CT" }, false],
      [{ [reference]: "S1", [paper]: "INV-2" }, false],
      [{ [number]: 3, [code]: "731815" }, true],
      [{ [reference]: "S2", [direction]: "OUT" }, true],
      [{ [reference]: "S2", [number]: 1, [code]: "731815" }, true],
      [{ [reference]: "S3", [number]: 9, [packages]: "CT" }, true],
      [{ [reference]: "S4", [paper]: "INV-3" }, true],
    ];
    const column = letters.get(goods) ?? "";
    rows.forEach(([cells, _isMarked], index) => {
      const row = index + 2;
      for (const [header, value] of Object.entries(cells)) {
        sheet.getCell(`${letters.get(header) ?? ""}${String(row)}`).value = value;
      }
      sheet.getCell(`AZ${String(row)}`).value = { formula: ruleOf(sheet, column, row) };
    });
    await workbook.xlsx.writeFile(path);
    const calculated = (await openWorkbook(convertWithLibreOffice(path, "xlsx"))).getWorksheet(
      "Shipments",
    );
    expect(rows.map((_row, index) => calculated?.getCell(`AZ${String(index + 2)}`).result)).toEqual(
      rows.map(([, isMarked]) => isMarked),
    );
  });
});

describe("writeTemplateCsv()", () => {
  it("writes the headers and an example that no check lets through", async () => {
    const path = join(temporaryFolder(), "template.csv");
    await writeTemplateCsv(path, flatTemplate);
    const text = readFileSync(path, "utf8");
    expect(text.startsWith("\ufeffExternal reference;Direction;")).toBe(true);
    const [, example] = text.split("\r\n");
    expect(example).toBe("EXAMPLE-1;IN or OUT;Steel bolts, M8;0101210000;12.5;4;;2026-03-01");
  });

  it("writes no example row where none could be made harmless", async () => {
    const path = join(temporaryFolder(), "template.csv");
    const columns = [column("External reference", { required: true, example: "A;1" })];
    const model = { ...flatTemplate, sheets: [{ name: "Shipments", columns, examples: [] }] };
    await writeTemplateCsv(path, model);
    expect(readFileSync(path, "utf8")).toBe("\ufeffExternal reference\r\n");
  });
});
