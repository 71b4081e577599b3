// What a workbook must not be, and what its zip file may be.
import { describe, expect, test } from "vitest";
import { openTable } from "../../src/parse/open-table.ts";
import { createTimeBudget, TimeUsedUpError } from "../../src/parse/package/time-budget.ts";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readRows, rowValues, unreadableFinding, writeTestFile } from "./read-table.ts";

const row = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46082</v></c></row>';
const markup = {
  sheets: { S: row },
  sharedStrings: "<si><t>a</t></si>",
  formats: ["yyyy-mm-dd"],
};
const VALUES = [["a", "2026-03-01"]];

async function codeOf(zip: Buffer, options = {}): Promise<string> {
  return (await unreadableFinding(await writeTestFile("a.xlsx", zip), options)).code;
}

async function valuesOf(zip: Buffer, options = {}): Promise<unknown> {
  const table = await openTable(await writeTestFile("a.xlsx", zip), options);
  const values = rowValues(await readRows(table));
  await table.close();
  return values;
}

/** Another name of the same length for an entry, in its header and in the directory. */
function renameEntry(zip: Buffer, from: string, to: string): Buffer {
  expect(to.length).toBe(from.length);
  return Buffer.from(zip.toString("latin1").replaceAll(from, to), "latin1");
}

describe("a document type is refused", () => {
  const doctype = '<!DOCTYPE x [<!ENTITY a "b">]>';
  test.each([
    ["before the sheet", "xl/worksheets/sheet1.xml", (xml: string) => doctype + xml],
    [
      "between two rows",
      "xl/worksheets/sheet1.xml",
      (xml: string) => xml.replace("<row", `${doctype}<row`),
    ],
    ["after the sheet", "xl/worksheets/sheet1.xml", (xml: string) => xml + doctype],
    ["in the shared texts", "xl/sharedStrings.xml", (xml: string) => doctype + xml],
    ["in the styles", "xl/styles.xml", (xml: string) => doctype + xml],
    ["in the workbook", "xl/workbook.xml", (xml: string) => doctype + xml],
    ["in the relationships", "_rels/.rels", (xml: string) => doctype + xml],
  ])("%s", async (_where, name, change) => {
    const parts = workbookParts(markup);
    parts[name] = change(String(parts[name]));
    expect(await codeOf(makeZip(parts))).toBe("file-has-doctype");
  });

  test.each(["docProps/app.xml", "xl/drawings/vml1.vml", "customXml/_rels/item1.xml.rels"])(
    "in %s, which is never read",
    async (name) => {
      const parts = workbookParts(markup);
      parts[name] = `<?xml version="1.0"?><!-- a -->${doctype}<a/>`;
      expect(await codeOf(makeZip(parts))).toBe("file-has-doctype");
    },
  );

  test("and any other fault of a part that is never read is not", async () => {
    const parts = workbookParts(markup);
    parts["docProps/app.xml"] = "no markup";
    parts["docProps/core.xml"] = `<a>&boom;${doctype}`;
    parts["xl/media/notes.txt"] = doctype;
    expect(await valuesOf(makeZip(parts))).toEqual(VALUES);
  });
});

describe("a workbook with macros is refused unless it is allowed", () => {
  const withProject = workbookParts(markup);
  withProject["xl/_rels/workbook.xml.rels"] = String(
    withProject["xl/_rels/workbook.xml.rels"],
  ).replace("</R", '<Relationship Id="m" Type="x/vbaProject" Target="vbaProject.bin"/></R');
  const withType = {
    ...workbookParts(markup),
    "[Content_Types].xml":
      '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
  };

  test.each([
    ["by its macros", withProject],
    ["by its type", withType],
  ])("%s", async (_how, parts) => {
    const zip = makeZip(parts);
    expect(await codeOf(zip)).toBe("file-has-macros");
    expect(await valuesOf(zip, { allowMacroWorkbooks: true })).toEqual(VALUES);
  });
});

describe("a zip file is refused", () => {
  const zip = makeZip({ ...workbookParts(markup), "docs/app.xml": "<a/>", "docs/App.xml": "<a/>" });
  test.each([
    ["when two names differ in upper case only", zip, "file-damaged"],
    [
      "when a name leads out of it",
      renameEntry(
        makeZip({ ...workbookParts(markup), "aa/app.xml": "" }),
        "aa/app.xml",
        "../app.xml",
      ),
      "file-damaged",
    ],
    [
      "when a name is absolute",
      renameEntry(
        makeZip({ ...workbookParts(markup), "aa/app.xml": "" }),
        "aa/app.xml",
        "/a/app.xml",
      ),
      "file-damaged",
    ],
    [
      "when a name has a drive",
      renameEntry(
        makeZip({ ...workbookParts(markup), "aa/app.xml": "" }),
        "aa/app.xml",
        "C:/app.xml",
      ),
      "file-damaged",
    ],
    [
      "when the styles it names are missing",
      renameEntry(makeZip(workbookParts(markup)), "xl/styles.xml", "xl/stylos.xml"),
      "file-damaged",
    ],
    [
      "when the shared texts it names are missing",
      renameEntry(makeZip(workbookParts(markup)), "xl/sharedStrings.xml", "xl/sharedStrongs.xml"),
      "file-damaged",
    ],
  ])("%s", async (_when, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  test("when a part is encrypted", async () => {
    const bytes = makeZip(workbookParts(markup));
    // The flags stand 38 bytes before the name in the directory.
    const at = bytes.lastIndexOf("xl/worksheets/sheet1.xml") - 38;
    bytes.writeUInt16LE(bytes.readUInt16LE(at) | 1, at);
    expect(await codeOf(bytes)).toBe("file-encrypted");
  });

  test.each([
    ["parts", { zipEntriesMax: 3 }],
    ["bytes in a part", { entryBytesMax: 200 }],
    ["bytes in all parts together", { packageBytesMax: 1_000 }],
    ["times its packed size", { ratioMax: 1, ratioFreeBytes: 10 }],
    ["bytes", { workbookBytesMax: 500 }],
  ])("when it has more %s than the limit allows", async (_what, limits) => {
    expect(await codeOf(makeZip(workbookParts(markup)), { limits })).toBe("file-too-large");
  });
});

describe("a zip file is read", () => {
  test("with backslashes between its folders", async () => {
    const parts = Object.entries(workbookParts(markup));
    const zip = makeZip(
      Object.fromEntries(parts.map(([name, xml]) => [name.replaceAll("/", "\\"), xml])),
    );
    expect(await valuesOf(zip)).toEqual(VALUES);
  });

  test("with sizes behind the data, as streams write them", async () => {
    // The header of a streamed entry says nothing of sizes; only the directory is believed anyway.
    const zip = makeZip(workbookParts(markup));
    for (
      let at = zip.indexOf("PK\u0003\u0004");
      at >= 0;
      at = zip.indexOf("PK\u0003\u0004", at + 1)
    ) {
      zip.writeUInt16LE(8, at + 6);
      zip.fill(0, at + 14, at + 26);
    }
    expect(await valuesOf(zip)).toEqual(VALUES);
  });

  test("with a large-file directory", async () => {
    const zip = makeZip(workbookParts(markup));
    const end = zip.subarray(-22);
    const end64 = Buffer.alloc(56);
    end64.write("PK\u0006\u0006", "latin1");
    end64.writeBigUInt64LE(44n, 4);
    end64.writeBigUInt64LE(BigInt(end.readUInt16LE(8)), 24);
    end64.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32);
    end64.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
    end64.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
    const locator = Buffer.alloc(20);
    locator.write("PK\u0006\u0007", "latin1");
    locator.writeBigUInt64LE(BigInt(zip.length - 22), 8);
    locator.writeUInt32LE(1, 16);
    const marked = Buffer.from(end);
    marked.fill(0xff, 8, 20);
    expect(await valuesOf(Buffer.concat([zip.subarray(0, -22), end64, locator, marked]))).toEqual(
      VALUES,
    );
  });
});

describe("reading ends in time", () => {
  test("with a code when a workbook takes too long", async () => {
    const limits = { partReadMsMax: 0 };
    expect(await codeOf(makeZip(workbookParts(markup)), { limits })).toBe("file-read-timeout");
  });

  test("createTimeBudget() gives up what never settles", async () => {
    const never = new Promise<never>(() => undefined);
    await expect(createTimeBudget(10).wait(never)).rejects.toThrow(TimeUsedUpError);
  });

  test("createTimeBudget() does not count the time between", async () => {
    const budget = createTimeBudget(40);
    expect(await budget.wait(Promise.resolve(1))).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await budget.wait(Promise.resolve(2))).toBe(2);
  });
});
