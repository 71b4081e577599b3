// Files that are built to take all memory or hours: each is refused by its name within seconds, or read.
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readCsv, unreadableFinding, writeTestFile } from "./read-table.ts";
import { openTable, type OpenTableOptions } from "../../src/parse/open-table.ts";
import { readRows } from "./read-table.ts";

const ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>';
const markup = { sheets: { S: ROW }, sharedStrings: "<si><t>abc</t></si>" };
const SHEET = "xl/worksheets/sheet1.xml";

const times = (count: number, make: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => make(at)).join("");

/** A workbook with something put before the end tag of a part's root. */
function withInside(part: string, content: string): Buffer {
  const parts = workbookParts(markup);
  parts[part] = String(parts[part]).replace(/<\/[\w:]+>\s*$/, (end) => content + end);
  return makeZip(parts);
}

async function refusal(zip: Buffer, options: OpenTableOptions = {}) {
  return unreadableFinding(await writeTestFile("a.xlsx", zip), options);
}

async function rowsOf(zip: Buffer, options: OpenTableOptions = {}): Promise<number> {
  const table = await openTable(await writeTestFile("a.xlsx", zip), options);
  try {
    return (await readRows(table)).length;
  } finally {
    await table.close();
  }
}

const PARTS = [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"];

describe("namespaces", () => {
  const nested = (count: number): string =>
    times(count, (at) => `<a xmlns:n${at}="u">`) + "</a>".repeat(count);

  test.each(PARTS)("20,000 in each other are refused in %s", async (part) => {
    expect(await refusal(withInside(part, nested(20_000)))).toMatchObject({
      code: "file-damaged",
      message: expect.stringContaining("more than 256 deep") as string,
    });
  });

  test("of 20,000 neighbours below 20,000 declarations are read", async () => {
    const all = times(20_000, (at) => ` xmlns:n${at}="u"`);
    expect(
      await rowsOf(withInside(SHEET, `<b${all}>${'<a xmlns:q="u"/>'.repeat(20_000)}</b>`)),
    ).toBe(1);
  });

  test("end with the element that declares them", async () => {
    const parts = workbookParts(markup);
    // The second list of rows is of another namespace, and none of ours.
    const other = '<q:sheetData xmlns:q="u"><q:row/></q:sheetData>';
    parts[SHEET] = String(parts[SHEET]).replace(
      "</worksheet>",
      `<b xmlns="x"/>${other}</worksheet>`,
    );
    expect(await rowsOf(makeZip(parts))).toBe(1);
  });

  test("nested as deep as drawings are, they are read", async () => {
    expect(await rowsOf(withInside(SHEET, nested(40)))).toBe(1);
  });
});

describe("sheets", () => {
  test("that are one and the same part are refused", async () => {
    const parts = workbookParts({ ...markup, sheets: { A: ROW, B: ROW } });
    const relations = "xl/_rels/workbook.xml.rels";
    parts[relations] = String(parts[relations]).replace("sheet2.xml", "sheet1.xml");
    expect(await refusal(makeZip(parts))).toMatchObject({
      code: "file-damaged",
      message: expect.stringContaining('"A" and "B" are one and the same part') as string,
    });
  });

  test("are bounded in number", async () => {
    const sheets = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`S${at}`, ROW]));
    const zip = makeZip(workbookParts({ ...markup, sheets }));
    expect(await rowsOf(zip, { limits: { sheetsMax: 4 } })).toBe(1);
    expect((await refusal(zip, { limits: { sheetsMax: 3 } })).code).toBe("file-too-large");
  });

  test("that are modules of macros have no part, and are left out", async () => {
    const parts = workbookParts(markup);
    parts["xl/workbook.xml"] = String(parts["xl/workbook.xml"]).replace(
      "</sheets>",
      '<sheet name="Module1" sheetId="9" state="veryHidden" r:id=""/></sheets>',
    );
    const table = await openTable(await writeTestFile("a.xlsx", makeZip(parts)));
    expect(table.sheets.map(({ name }) => name)).toEqual(["S"]);
    await table.close();
  });

  test("whose part nobody else claims are not left out", async () => {
    const parts = workbookParts({ ...markup, sheets: { A: ROW, B: ROW } });
    parts["xl/workbook.xml"] = String(parts["xl/workbook.xml"]).replace('r:id="s1"', 'r:id=""');
    expect((await refusal(makeZip(parts))).code).toBe("file-damaged");
  });
});

test("entries of a zip file that lie in each other are refused", async () => {
  const zip = makeZip({ ...workbookParts(markup), "a.bin": "x", "b.bin": "x" });
  // The directory leads to the same bytes for both.
  const b = zip.lastIndexOf("b.bin") - 46;
  const a = zip.lastIndexOf("a.bin") - 46;
  zip.writeUInt32LE(zip.readUInt32LE(a + 42), b + 42);
  expect(await refusal(zip)).toMatchObject({
    code: "file-damaged",
    message: expect.stringContaining("lies in another one") as string,
  });
});

describe("the texts of a row", () => {
  const wide = (columns: number): string =>
    `<row r="1">${'<c t="s"><v>0</v></c>'.repeat(columns)}</row>`;

  test("count wherever they are used", async () => {
    const sharedStrings = `<si><t>${"x".repeat(30_000)}</t></si>`;
    const zip = makeZip(workbookParts({ sheets: { S: wide(100) }, sharedStrings }));
    expect(await refusal(zip)).toMatchObject({
      code: "file-too-large",
      message: expect.stringContaining("Row 1 of its sheet") as string,
    });
    expect(await rowsOf(zip, { limits: { recordCharsMax: 4_000_000 } })).toBe(1);
    const all = { recordCharsMax: 4_000_000, sheetCharsMax: 2_000_000 };
    expect((await refusal(zip, { limits: all })).code).toBe("file-too-large");
  });

  test("fill a bounded number of columns", async () => {
    const zip = makeZip(workbookParts({ ...markup, sheets: { S: wide(5_000) } }));
    expect((await refusal(zip)).message).toContain("fills more than 4096 columns");
    const csv = `${"a;".repeat(5_000)}\n`;
    const path = await writeTestFile("a.csv", csv);
    await expect(readCsv(csv)).rejects.toMatchObject({ finding: { code: "file-too-large" } });
    expect(path).toContain("a.csv");
    // A sheet that was saved as it stands.
    const { rows } = await readCsv(`a;b${";".repeat(16_000)}\n1;2${";".repeat(16_000)}\n`);
    expect(rows).toHaveLength(2);
  });
});

test("a format of numbers that opens brackets without end is read", async () => {
  const formats = ["[".repeat(200_000)];
  expect(await rowsOf(makeZip(workbookParts({ ...markup, formats })))).toBe(1);
});

test("a table of styles whose elements have long names is read at once", async () => {
  // Not packed to less than the limit on sizes allows.
  const digits = randomBytes(50_000).toString("hex");
  const names = Array.from({ length: 20 }, (_, at) => `a${digits.slice(at)}`);
  const open = names.map((name) => `<${name}>`).join("");
  const close = names.toReversed().map((name) => `</${name}>`);
  const content = `${open}${"<a/>".repeat(40_000)}${close.join("")}`;
  expect(
    await rowsOf(withInside("xl/styles.xml", content), { limits: { partReadMsMax: 10_000 } }),
  ).toBe(1);
});

test("parts that are read again count each time", async () => {
  const zip = makeZip(workbookParts(markup));
  expect((await refusal(zip, { limits: { workBytesMax: 500 } })).code).toBe("file-too-large");
});
