// Markup of which programs make different things: it is refused, with its place, whichever way it is read.
import { describe, expect, test } from "vitest";
import { makeZip, workbookParts, type WorkbookMarkup } from "./make-workbook.ts";
import {
  openWorkbook,
  readCell,
  readRows,
  unreadableFinding,
  writeTestFile,
} from "./read-table.ts";

const SLOW = "<!-- the slow way -->";

/** What both ways say of it; fails when they do not say the same. */
async function refusalOf(markup: WorkbookMarkup): Promise<string> {
  const [fast, slow] = await Promise.all(
    ["", SLOW].map(async (comment) => {
      const sheets = Object.fromEntries(
        Object.entries(markup.sheets).map(([name, rows]) => [name, comment + rows]),
      );
      const sharedStrings = comment + (markup.sharedStrings ?? "");
      const zip = makeZip(workbookParts({ ...markup, sheets, sharedStrings }));
      const finding = await unreadableFinding(await writeTestFile("a.xlsx", zip));
      expect(finding.code).toBe("file-damaged");
      return finding.message;
    }),
  );
  expect(fast).toBe(slow);
  return fast ?? "";
}

const row = (attributes: string, ...addresses: readonly string[]): string =>
  `<row${attributes}>${addresses.map((address) => `<c r="${address}"><v>1</v></c>`).join("")}</row>`;

describe("rows and cells", () => {
  test.each([
    ["Row 5 is there twice", row(' r="5"', "A5") + row(' r="5"', "B5")],
    ["Row 5 is there twice", '<row r="5"/>' + row(' r="5"', "A5")],
    ["Row 3 stands behind row 4", row(' r="4"', "A4") + row(' r="3"', "A3")],
    ["Row 3 stands behind row 4", row(' r="4"', "A4") + row("", "A3")],
    ['"1048577" is no row number', row(' r="1048576"', "A1048576") + "<row><c><v>1</v></c></row>"],
    ['"1048577" is no row number', row(' r="1048577"', "A1048577")],
    ["The cell C5 is there twice", row(' r="5"', "C5", "C5")],
    ["The cell B5 stands behind C5", row(' r="5"', "A5", "C5", "B5")],
    ["The cell A6 stands in row 5", row(' r="5"', "A6")],
    ["The cell B7 stands in row 5", row(" ", "A5", "B7")],
    ['"XFE5" is no cell address', row(' r="5"', "A5", "XFE5")],
    ["Row 5 holds more cells than", '<row r="5"><c r="XFD5"><v>1</v></c><c><v>2</v></c></row>'],
    ["The cell A5 holds two values", '<row r="5"><c r="A5"><v>1</v><v>2</v></c></row>'],
    [
      "The cell A5 holds two values",
      '<row r="5"><c r="A5" t="inlineStr"><is><t>1</t></is><is><t>2</t></is></c></row>',
    ],
    ["There is a <c> inside the cell A5", '<row r="5"><c r="A5"><c r="B5"/></c></row>'],
    ["There is a cell outside of the rows", '<c r="A5"><v>1</v></c>'],
    ["There is a row inside row 5", '<row r="5"><row r="6"/></row>'],
  ])("are refused: %s", async (message, rows) => {
    expect(await refusalOf({ sheets: { S: rows } })).toContain(message);
  });

  test("without a number are where the first cell is, or next to the one before", async () => {
    const rows = `${row("", "B4", "C4")}<row><c><v>1</v></c><c><v>2</v></c></row>${row("", "A9")}`;
    const table = await openWorkbook({ sheets: { S: rows } });
    expect((await readRows(table)).map(({ rowNumber }) => rowNumber)).toEqual([4, 5, 9]);
  });
});

describe("inline text", () => {
  test("counts in a cell of that type, whatever else the cell says", async () => {
    for (const inside of ["<v>PO-0</v><is><t>PO-1</t></is>", "<is><t>PO-1</t></is><v>PO-0</v>"]) {
      const cell = await readCell(`<c t="inlineStr">${inside}</c>`);
      expect(cell).toMatchObject({ type: "string", value: "PO-1", raw: "PO-1" });
    }
    for (const inside of ["<v>PO-0</v><is/>", "<v>PO-0</v><is><t></t></is>"]) {
      expect(await readCell(`<c t="inlineStr">${inside}</c>`)).toBeUndefined();
    }
    expect(await readCell('<c t="inlineStr"><v>PO-1</v></c>')).toMatchObject({ value: "PO-1" });
  });

  test.each([
    '<c r="A5" t="s"><v>0</v><is><t>b</t></is></c>',
    '<c r="A5" t="str"><v>a</v><is><t>b</t></is></c>',
    '<c r="A5"><v>1</v><is><t>2</t></is></c>',
    '<c r="A5"><is><t>2</t></is></c>',
  ])("is refused in a cell of another type: %s", async (cell) => {
    const message = await refusalOf({
      sheets: { S: `<row r="5">${cell}</row>` },
      sharedStrings: "<si><t>a</t></si>",
    });
    expect(message).toMatch(/A5: The inline text "[b2]" stands in a cell of another type/);
  });

  test("may repeat the value of a cell of another type", async () => {
    const cell = await readCell('<c t="str"><v>a</v><is><t>a</t></is></c>');
    expect(cell).toMatchObject({ type: "string", value: "a" });
  });
});

const BAD_REFERENCES = [
  "&#0;",
  "&#x1F;",
  "&#xD800;",
  "&#xFFFE;",
  "&#x110000;",
  "&#99999999999999999999;",
  "&nbsp;",
  "&constructor;",
  "&;",
  "& nuts and many more things than a name can have; really",
  "&",
  "&#x;",
  "&amp",
] as const;

describe("a reference that no XML may hold is refused", () => {
  test.each(BAD_REFERENCES)("with its cell: %s", async (reference) => {
    for (const cell of [
      `<c r="B5" t="str"><v>Bolts${reference}</v></c>`,
      `<c r="B5" t="inlineStr"><is><t>Bolts${reference}</t></is></c>`,
      `<c r="B5"><f>A1${reference}</f><v>1</v></c>`,
    ]) {
      const rows = `<row r="4"><c r="A4"><v>1</v></c></row><row r="5">${cell}</row>`;
      expect(await refusalOf({ sheets: { S: rows } })).toMatch(/in cell B5 of the sheet "S"$/);
    }
  });

  test.each(BAD_REFERENCES)("with its shared text: %s", async (reference) => {
    const sharedStrings = `<si><t>a</t></si><si><t>Bolts${reference}</t></si>`;
    const message = await refusalOf({ sheets: { S: row(' r="1"', "A1") }, sharedStrings });
    expect(message).toMatch(/in the shared text number 1, counted from 0$/);
  });

  test("also in attributes that are of no concern", async () => {
    for (const rows of [
      '<row r="5" spans="&#0;"><c r="A5"><v>1</v></c></row>',
      '<row r="5"><c r="A5" ph="&#0;"><v>1</v></c></row>',
      '<row r="5"><c r="A5"><f ref="&#0;">A1</f><v>1</v></c></row>',
    ]) {
      expect(await refusalOf({ sheets: { S: rows } })).toContain('"&#0;" is no character');
    }
  });

  test("and those that it may hold are read", async () => {
    const cell = await readCell(
      '<c t="str"><v>&lt;&amp;&gt;&quot;&apos;&#9;&#xE9;&#x1F600;&#xFFFD;</v></c>',
    );
    expect(cell?.value).toBe("<&>\"'\té😀\ufffd");
  });

  test("while a character that Excel writes as _x0001_ or _xD83D_ is passed on", async () => {
    const sharedStrings = "<si><t>a_x0001_b_xD83D_</t></si><si><t>_x005F_x0001_</t></si>";
    const read = (index: number) => readCell(`<c t="s"><v>${index}</v></c>`, { sharedStrings });
    expect((await read(0))?.value).toBe("a\u0001b\ud83d");
    expect((await read(1))?.value).toBe("_x0001_");
  });
});
