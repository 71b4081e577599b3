// Reading has two ways, and nobody must ever be able to tell which one was taken. A comment at the
// start of a list sends the whole list the slow way, so the same workbook can be read in both.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SheetRow } from "../../src/core/cell.ts";
import { UnreadableFileError } from "../../src/core/errors.ts";
import { openTable } from "../../src/parse/open-table.ts";
import { generalFormat } from "../../src/parse/xlsx/number-formats.ts";
import { partWindow } from "../../src/parse/package/part-window.ts";
import { defaultReadLimits } from "../../src/parse/text/read-limits.ts";
import { createRowSink } from "../../src/parse/xlsx/row-sink.ts";
import { createRowTaker } from "../../src/parse/xlsx/take-rows.ts";
import { createSharedStringTaker } from "../../src/parse/xlsx/shared-strings.ts";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readRows, writeTestFile } from "./read-table.ts";
import { rowsOfNumbers, someRows, someSharedTexts } from "./unusual-markup.ts";
import { oddSharedTexts } from "./unusual-shared-texts.ts";

const FORMATS = ["yyyy-mm-dd", "[h]:mm"];
const COMMENT = "<!-- the slow way -->";
// A hundred rows put the borders of chunks and windows into the rows that are tested.
const PADDING = Array.from(
  { length: 100 },
  (_, index) => `<row><c t="inlineStr"><is><t>${String(index).repeat(1_500)}</t></is></c></row>`,
).join("");

type Outcome = readonly SheetRow[] | { readonly refusal: string };

async function read(sheet: string, sharedStrings: string, prefix: string): Promise<Outcome> {
  const parts = workbookParts({ sheets: { S: sheet }, sharedStrings, formats: FORMATS });
  for (const name of ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]) {
    const xml = String(parts[name]);
    // A prefix is put before the names of elements, not into comments and sections.
    const prefixed = xml.replace(
      /<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->|<\?[^]*?\?>|(<\/?)([A-Za-z])/g,
      (whole, open?: string, letter?: string) =>
        open === undefined ? whole : `${open}${prefix}${letter ?? ""}`,
    );
    parts[name] = prefixed;
  }
  return readOutcome(makeZip(parts));
}

async function readOutcome(zip: Buffer): Promise<Outcome> {
  const path = await writeTestFile("a.xlsx", zip);
  try {
    const table = await openTable(path);
    try {
      return await readRows(table);
    } finally {
      // A property reads hundreds of files in one test.
      await table.close();
    }
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    return { refusal: error.finding.message };
  }
}

/** Holes and undefined elements are the same: a blank cell. */
function comparable(outcome: Outcome): unknown {
  if ("refusal" in outcome) return outcome;
  return outcome.map((row) => ({ ...row, cells: Object.entries(row.cells).filter(([, c]) => c) }));
}

describe("the fast and the slow way give the same", () => {
  test.each(["", "x:"])("with the prefix %j", async (prefix) => {
    await fc.assert(
      fc.asyncProperty(someRows, someSharedTexts, fc.boolean(), async (rows, texts, isLong) => {
        const sheet = isLong ? PADDING + rows : rows;
        const fast = await read(sheet, texts, prefix);
        const slow = await read(COMMENT + sheet, COMMENT + texts, prefix);
        expect(comparable(fast)).toEqual(comparable(slow));
      }),
      { numRuns: 100 },
    );
  });

  test("for numbers of every form, as numbers and as dates", async () => {
    await fc.assert(
      fc.asyncProperty(rowsOfNumbers, async (rows) => {
        const fast = await read(rows, "", "");
        expect(comparable(fast)).toEqual(comparable(await read(COMMENT + rows, "", "")));
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    "<![CDATA[</row><row r='9'><c r='A9'><v>9</v></c></row>]]>",
    "<!-- </row><row r='9'><c r='A9'><v>9</v></c></row> -->a",
    "<?x </row><row r='9'><c r='A9'><v>9</v></c></row> ?>a",
  ])("when a row seems to end earlier than it does: %s", async (text) => {
    const row = `<row r="1"><c r="A1" t="str"><v>${text}</v></c></row>`;
    const rows = await read(row + '<row r="2"><c r="A2"><v>2</v></c></row>', "", "");
    expect(rows).toMatchObject([{ rowNumber: 1 }, { rowNumber: 2, cells: [{ value: "2" }] }]);
  });

  test("for attributes of other namespaces, which are none of ours", async () => {
    const rows =
      '<row r="1" y:r="9" y:hidden="1"><c r="A1" y:r="Z9" y:t="s" y:s="7"><v>1</v></c></row>' +
      '<row y:r="9"><c y:r="Z9"><v>2</v></c></row>';
    const fast = await read(rows, "", "");
    expect(comparable(fast)).toEqual(comparable(await read(COMMENT + rows, "", "")));
    expect(fast).toMatchObject([
      { rowNumber: 1, cells: [{ value: "1", type: "number" }] },
      { rowNumber: 2, cells: [{ value: "2" }] },
    ]);
    expect(fast).not.toContainEqual(expect.objectContaining({ hidden: true }));
  });

  test("when the list seems to start earlier than it does", async () => {
    const parts = workbookParts({ sheets: { S: '<row r="2"><c r="A2"><v>2</v></c></row>' } });
    const name = "xl/worksheets/sheet1.xml";
    parts[name] = String(parts[name]).replace(
      "<sheetData>",
      '<!-- <sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData> --><sheetData>',
    );
    const table = await openTable(await writeTestFile("a.xlsx", makeZip(parts)));
    expect(await readRows(table)).toMatchObject([{ rowNumber: 2, cells: [{ value: "2" }] }]);
    await table.close();
  });

  test("wherever a chunk border falls in a row", async () => {
    const row = (index: number): string =>
      `<row r="${index}"><c r="A${index}" t="str"><v>Ü€😀 ${"x".repeat(index % 97)}</v></c><c r="B${index}"><v>${index}.5</v></c></row>`;
    const sheet = Array.from({ length: 9_000 }, (_, index) => row(index + 1)).join("");
    expect(await read(sheet, "", "")).toEqual(await read(COMMENT + sheet, "", ""));
  });
});

/** What the cells of a workbook with this part show, one for each shared text; null: it is refused. */
async function textsOf(part: string, count: number): Promise<readonly string[] | null> {
  const cells = Array.from(
    { length: count },
    (_, index) => `<row><c t="s"><v>${index}</v></c><c><v>1</v></c></row>`,
  );
  const parts = workbookParts({ sheets: { S: `<row><c><v>1</v></c></row>${cells.join("")}` } });
  const zip = makeZip({ ...parts, "xl/sharedStrings.xml": part });
  const outcome = await readOutcome(zip);
  return "refusal" in outcome ? null : outcome.slice(1).map((row) => row.cells[0]?.value ?? "");
}

describe("shared texts in odd places", () => {
  const PLAIN_TEXTS = 60;
  const plain = Array.from({ length: PLAIN_TEXTS }, (_, index) => String(index).repeat(1_500));
  const plainItems = plain.map((text) => `<si><t>${text}</t></si>`).join("");
  /** More than a window of texts that are taken the fast way stand in front. */
  const behindPlain = (part: string): string => part.replace(/<sst[^>]*>/, `$&${plainItems}`);
  const slow = (part: string): string => part.replace(/<sst[^>]*>/, `$&${COMMENT}`);

  test.each([
    ["that say what they say", true],
    ["that may have to be refused", false],
  ])("%s are read the same in both ways, and right", async (_what, isSound) => {
    await fc.assert(
      fc.asyncProperty(oddSharedTexts(isSound), fc.boolean(), async (table, isLong) => {
        const texts = table.texts === null || !isLong ? table.texts : [...plain, ...table.texts];
        const part = isLong ? behindPlain(table.part) : table.part;
        const count = texts?.length ?? 0;
        expect(await textsOf(part, count)).toEqual(texts);
        expect(await textsOf(slow(part), count)).toEqual(texts);
        // One more than there is must not be there.
        if (texts !== null) expect(await textsOf(part, count + 1)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  test("are counted by their namespace, whatever its prefix", async () => {
    const part =
      '<a:sst xmlns:a="urn:main" xmlns:b="urn:main" xmlns:c="urn:other"><a:si><a:t>1</a:t></a:si><b:si><a:t>2</a:t><c:t>no</c:t></b:si><c:si><a:t>no</a:t></c:si><si xmlns="urn:main"><t>3</t></si></a:sst>';
    expect(await textsOf(part, 3)).toEqual(["1", "2", "3"]);
    expect(await textsOf(part, 4)).toBeNull();
  });
});

test("rows and cells of a foreign namespace are no rows and cells", async () => {
  const rows =
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1" xmlns="urn:other"><v>9</v></c></row><e:row xmlns:e="urn:other" r="2"><e:c><e:v>9</e:v></e:c></e:row><row xmlns="urn:other" r="3"><c><v>9</v></c></row><row r="4"><c r="A4"><v>4</v></c></row>';
  const fast = await read(rows, "", "");
  expect(comparable(fast)).toEqual(comparable(await read(COMMENT + rows, "", "")));
  expect(fast).toMatchObject([
    { rowNumber: 1, cells: [{ value: "1" }] },
    { rowNumber: 4, cells: [{ value: "4" }] },
  ]);
});

function takenBytes(markup: string): number {
  const window = partWindow(Buffer.from(markup));
  if (window === null) throw new Error("no UTF-8");
  const workbook = {
    sharedStrings: ["a", "b"],
    formats: [generalFormat],
    date1904: false,
  };
  return createRowTaker(workbook, createRowSink("S", defaultReadLimits), () => true).take(
    window,
    0,
  );
}

describe("the fast way is taken", () => {
  test.each([
    [
      "as Excel writes",
      '<row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c><c r="C1" s="0"/></row>',
    ],
    [
      "as openpyxl writes",
      '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" t="n"><v>2</v></c><c r="C2" t="b"><v>1</v></c></row>',
    ],
    [
      "as LibreOffice writes",
      '<row r="3" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false"><c r="A3" s="0" t="s"><v>1</v></c><c r="B3" s="0" t="n"><f aca="false">A1+1</f><v>3</v></c></row>',
    ],
    [
      "with formulas",
      '<row r="4"><c r="A4" t="str"><f>A1&amp;"x"</f><v>ax</v></c><c r="B4"><f t="shared" si="0"/><v>1</v></c><c r="C4" t="e"><f>NA()</f><v>#N/A</v></c></row>',
    ],
    [
      "with characters of several bytes",
      '<row r="5"><c r="A5" t="str"><v>Überführung</v></c></row>',
    ],
    ["on lines of their own", '<row r="6">\n  <c r="A6"><v>1</v></c>\n</row>\n'],
  ])("for rows %s", (_what, markup) => {
    expect(takenBytes(markup)).toBe(Buffer.byteLength(markup));
  });

  test("for plain shared texts, and not for those with runs", () => {
    const texts: string[] = [];
    const taker = createSharedStringTaker(texts, () => true);
    taker.begin("");
    const plain = '<si><t>a</t></si><si><t xml:space="preserve"> b </t></si>';
    const window = partWindow(Buffer.from(`${plain}<si><r><t>c</t></r></si>`));
    expect(window === null ? -1 : taker.take(window, 0)).toBe(plain.length);
    expect(texts).toEqual(["a", " b "]);
  });
});
