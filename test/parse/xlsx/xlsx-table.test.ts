import { describe, expect, test } from "vitest";
import { makeZip, workbookParts } from "../make-workbook.ts";
import {
  openWorkbook,
  readCell,
  readRows,
  rowValues,
  unreadableFinding,
  writeTestFile,
} from "../read-table.ts";

const general = "General";

describe("a cell of a workbook is read as", () => {
  test.each([
    [
      "a number as Excel shows it",
      "<c><v>0.30000000000000004</v></c>",
      "number",
      "0.3",
      "0.30000000000000004",
    ],
    ["a number without exponent", "<c><v>1E3</v></c>", "number", "1000", "1E3"],
    ["a negative fraction", "<c><v>-12.50</v></c>", "number", "-12.5", "-12.50"],
    ["true", '<c t="b"><v>1</v></c>', "boolean", "true", "1"],
    ["false", '<c t="b"><v>0</v></c>', "boolean", "false", "0"],
    ["an error", '<c t="e"><v>#N/A</v></c>', "error", "#N/A", "#N/A"],
    ["other ISO text", '<c t="d"><v>2026-W10</v></c>', "string", "2026-W10", "2026-W10"],
    [
      "its value without that of an extension",
      "<c><v>7</v><extLst><ext><v>8</v><c><v>9</v></c></ext></extLst></c>",
      "number",
      "7",
      "7",
    ],
    [
      "the fallback of alternate content",
      "<c><mc:AlternateContent><mc:Choice><v>8</v></mc:Choice><mc:Fallback><v>7</v></mc:Fallback></mc:AlternateContent></c>",
      "number",
      "7",
      "7",
    ],
    [
      "an ISO date",
      '<c t="d"><v>2026-03-01T00:00:00</v></c>',
      "date",
      "2026-03-01",
      "2026-03-01T00:00:00",
    ],
    [
      "text with its blanks kept",
      '<c t="inlineStr"><is><t> a </t></is></c>',
      "string",
      " a ",
      " a ",
    ],
    [
      "all runs of rich text",
      '<c t="inlineStr"><is><r><t>A</t></r><r><t>B</t></r></is></c>',
      "string",
      "AB",
      "AB",
    ],
    [
      "text without its phonetic run",
      '<c t="inlineStr"><is><t>東</t><rPh><t>ヒガシ</t></rPh></is></c>',
      "string",
      "東",
      "東",
    ],
    [
      "text with entities decoded once",
      '<c t="str"><v>&amp;lt; &#x20AC;</v></c>',
      "string",
      "&lt; €",
      "&lt; €",
    ],
    ["text from a CDATA section", '<c t="str"><v><![CDATA[a<b]]></v></c>', "string", "a<b", "a<b"],
    ["text with an escaped character", '<c t="str"><v>a_x000D_b</v></c>', "string", "a\rb", "a\rb"],
  ])("%s", async (_what, markup, type, value, raw) => {
    const cell = await readCell(markup);
    expect(cell).toMatchObject({ type, value, format: general });
    expect(cell?.raw.replace("_x000D_", "\r")).toBe(raw);
  });

  test("a shared text, also a rich one", async () => {
    const sharedStrings =
      "<si><t>x</t></si>\n<si>\n<r><t>A</t></r> <r><t>B</t></r><rPh><t>q</t></rPh></si>";
    const cell = await readCell('<c t="s"><v>1</v></c>', { sharedStrings });
    expect(cell).toMatchObject({ type: "string", value: "AB", raw: "AB" });
  });

  test.each([
    ["46082", "2026-03-01"],
    ["46082.524264918981", "2026-03-01T12:34:56.489"],
    ["46082.5", "2026-03-01T12:00:00"],
    ["59", "1900-02-28"],
    ["60", "1900-02-29"],
    ["61", "1900-03-01"],
    ["46081.99999999999", "2026-03-01"],
  ])("a date: %s is %s", async (serial, value) => {
    const cell = await readCell(`<c s="1"><v>${serial}</v></c>`, { formats: ["yyyy-mm-dd"] });
    expect(cell).toEqual({ type: "date", value, raw: serial, format: "yyyy-mm-dd" });
  });

  test("a date of the 1904 calendar", async () => {
    const cell = await readCell('<c s="1"><v>44620</v></c>', {
      formats: ["d/m/yy"],
      workbookProperties: 'date1904="1"',
    });
    expect(cell).toMatchObject({ type: "date", value: "2026-03-01" });
  });

  test("a date of the 1904 calendar, also when an extension has properties of its own", async () => {
    const cell = await readCell('<c s="1"><v>44620</v></c>', {
      formats: ["d/m/yy"],
      workbookProperties: 'date1904="1"/><x15:workbookPr chartTrackingRefBase="1"',
    });
    expect(cell).toMatchObject({ type: "date", value: "2026-03-01" });
  });

  test.each(["[$-409]d. mmmm yyyy;@", "A/P", "dd\\/mm\\/yyyy"])(
    "a date in the format %s",
    async (format) => {
      const cell = await readCell('<c s="1"><v>46082.5</v></c>', { formats: [format] });
      expect(cell?.type).toBe("date");
    },
  );

  test.each(["0.00 &quot;days&quot;", "[Red]0.0", "#,##0.00\\ [$USD]", "0_d", "0.00E+00"])(
    "a number in the format %s",
    async (format) => {
      const cell = await readCell('<c s="1"><v>46082.5</v></c>', { formats: [format] });
      expect(cell?.type).toBe("number");
    },
  );

  test.each([
    ["a number", "<c><f>A2*2</f><v>3</v></c>", "number", "3"],
    ["text", '<c t="str"><f>A2</f><v>x</v></c>', "string", "x"],
    ["a truth value", '<c t="b"><f>A2=1</f><v>1</v></c>', "boolean", "true"],
    ["an error", '<c t="e"><f>VLOOKUP(1,B:B,1)</f><v>#N/A</v></c>', "error", "#N/A"],
  ])("the cached result of a formula: %s", async (_what, markup, type, value) => {
    expect(await readCell(markup)).toMatchObject({ type, value, formula: "cached" });
  });

  test("a formula without its result", async () => {
    expect(await readCell("<c><f>A2*2</f></c>")).toEqual({
      type: "blank",
      value: "",
      raw: "",
      format: general,
      formula: "missing",
    });
  });

  test("nothing, when it has a style only", async () => {
    expect(await readCell('<c s="1"/>', { formats: ["@"] })).toBeUndefined();
  });
});

describe("the rows of a workbook", () => {
  test("keep their numbers over gaps, and blank ones are left out", async () => {
    const table = await openWorkbook({
      sheets: {
        S: '<row r="2"><c r="B2"><v>1</v></c></row><row r="3"><c r="A3" s="0"/></row><row r="4"><c r="A4" t="str"><v>  </v></c></row><row r="9" hidden="1"><c r="AB9"><v>2</v></c></row>',
      },
    });
    const rows = await readRows(table);
    expect(rows.map(({ rowNumber, hidden }) => [rowNumber, hidden])).toEqual([
      [2, undefined],
      [9, true],
    ]);
    expect(rows[1]?.cells[27]?.value).toBe("2");
  });

  test("and cells without an address follow one another", async () => {
    const table = await openWorkbook({
      sheets: {
        S: '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"/><row><c><v>3</v></c></row>',
      },
    });
    const rows = await readRows(table);
    expect(rows.map(({ rowNumber }) => rowNumber)).toEqual([1, 6]);
    expect(rowValues(rows)).toEqual([["1", "2"], ["3"]]);
  });

  test("are those of the sheet asked for, as often as asked, in batches", async () => {
    const many = Array.from({ length: 600 }, (_, index) => `<row><c><v>${index}</v></c></row>`);
    const table = await openWorkbook({
      sheets: { One: "<row><c><v>7</v></c></row>", Two: many.join("") },
      hiddenSheets: ["One"],
    });
    expect(table.sheets).toEqual([
      { name: "One", hidden: true },
      { name: "Two", hidden: false },
    ]);
    expect(table.findings).toMatchObject([
      { code: "sheet-hidden", severity: "info", sheet: "One" },
    ]);
    const sizes: number[] = [];
    for await (const batch of table.rows("Two")) sizes.push(batch.length);
    expect(sizes).toEqual([256, 256, 88]);
    expect(await readRows(table, "Two")).toHaveLength(600);
    expect(rowValues(await readRows(table, "One"))).toEqual([["7"]]);
  });

  test("are whole when characters of several bytes fill a large part", async () => {
    const text = "Überführungsstück€".repeat(20);
    const sheet = `<row><c t="inlineStr"><is><t>${text}</t></is></c></row>`.repeat(1_000);
    const rows = await readRows(await openWorkbook({ sheets: { S: sheet } }));
    expect(rows).toHaveLength(1_000);
    expect(new Set(rowValues(rows).flat())).toEqual(new Set([text]));
  });

  test("are read from parts with a namespace prefix, in UTF-16, and at any place", async () => {
    const parts = workbookParts({ sheets: { S: "" } });
    delete parts["xl/worksheets/sheet1.xml"];
    parts["xl/_rels/workbook.xml.rels"] =
      '<Relationships><Relationship Id="s0" Type="x/worksheet" Target="/odd/place.xml"/></Relationships>';
    parts["odd/place.xml"] = Buffer.from(
      '\uFEFF<x:worksheet xmlns:x="m"><x:sheetData><x:row r="3"><x:c r="A3"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      "utf16le",
    );
    const path = await writeTestFile("a.xlsx", makeZip(parts));
    const { openTable } = await import("../../../src/parse/open-table.ts");
    const table = await openTable(path);
    expect(rowValues(await readRows(table))).toEqual([["5"]]);
    await table.close();
  });
});

describe("a workbook is refused as damaged", () => {
  const row = '<row r="1"><c r="A1"><v>1</v></c></row>';
  test.each([
    ["a number that is none", "<row><c><v>12,5</v></c></row>"],
    ["a shared text that is not there", '<row><c t="s"><v>4</v></c></row>'],
    ["a cell type nobody knows", '<row><c t="q"><v>4</v></c></row>'],
    ["an element that is never closed", "<row><c><v>4</v></c>"],
    ["an entity nobody knows", '<row><c t="str"><v>&boom;</v></c></row>'],
    ["an address that is none", '<row><c r="7"><v>4</v></c></row>'],
    ["a row number that is none", '<row r="0"><c><v>4</v></c></row>'],
  ])("when it holds %s", async (_what, sheet) => {
    const zip = makeZip(workbookParts({ sheets: { S: row + sheet } }));
    const finding = await unreadableFinding(await writeTestFile("a.xlsx", zip));
    expect(finding.code).toBe("file-damaged");
  });

  test("when a sheet it names is missing", async () => {
    const parts = workbookParts({ sheets: { S: row } });
    delete parts["xl/worksheets/sheet1.xml"];
    const finding = await unreadableFinding(await writeTestFile("a.xlsx", makeZip(parts)));
    expect(finding).toMatchObject({ code: "file-damaged", sheet: "S" });
  });

  test("when a byte of a packed part was changed, naming the part", async () => {
    const zip = makeZip(workbookParts({ sheets: { S: row.repeat(50) } }));
    const at = zip.indexOf("xl/worksheets/sheet1.xml") + "xl/worksheets/sheet1.xml".length + 20;
    zip.writeUInt8(zip.readUInt8(at) ^ 0x10, at);
    const finding = await unreadableFinding(await writeTestFile("a.xlsx", zip));
    expect(finding.code).toBe("file-damaged");
    expect(finding.message).toContain("sheet1.xml");
  });
});

test("a part whose checksum differs is refused, though it unpacks", async () => {
  const zip = makeZip(workbookParts({ sheets: { S: "<row><c><v>1</v></c></row>" } }));
  // The last mention of the part is its line in the directory; the checksum stands 30 bytes before.
  const at = zip.lastIndexOf("xl/worksheets/sheet1.xml") - 30;
  zip.writeUInt32LE((zip.readUInt32LE(at) ^ 1) >>> 0, at);
  const finding = await unreadableFinding(await writeTestFile("a.xlsx", zip));
  expect(finding.code).toBe("file-damaged");
  expect(finding.message).toContain("checksum");
});

test("a part that unpacks to far more than its size is refused as too large", async () => {
  const bomb = `<row><c t="str"><v>${" ".repeat(3_000_000)}</v></c></row>`;
  const zip = makeZip(workbookParts({ sheets: { S: bomb } }));
  expect((await unreadableFinding(await writeTestFile("a.xlsx", zip))).code).toBe("file-too-large");
});

test("a workbook without a single row is refused as empty", async () => {
  const zip = makeZip(workbookParts({ sheets: { S: '<row r="1"/>', T: "" } }));
  expect((await unreadableFinding(await writeTestFile("a.xlsx", zip))).code).toBe("file-empty");
});
