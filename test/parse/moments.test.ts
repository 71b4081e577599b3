// Dates, times of day and durations: which format makes one of a number, and what ISO texts say.
import { describe, expect, test } from "vitest";
import { openTable } from "../../src/parse/open-table.ts";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readCell, readRows, writeTestFile } from "./read-table.ts";

describe("a number in the format", () => {
  test.each([
    ["[h]:mm", "1.5", "PT36H"],
    ["[h]:mm:ss", "46082.5", "PT1105980H"],
    ["[Red][hh]:mm;@", "0.0625", "PT1H30M"],
    ["[&gt;=1][h]:mm;[mm]", "0", "PT0S"],
    ["[$-409][mm]:ss.000", "0.000005787037037", "PT0.5S"],
    ["[ss]", "-0.5", "-PT12H"],
    ["[h]&quot; hours&quot;", "0.99999999999", "PT24H"],
    // Hours beyond the day's, whose days the format hides.
    ["h:mm", "1.0625", "PT25H30M"],
  ])("%s is a duration: %s is %s", async (format, serial, value) => {
    const cell = await readCell(`<c s="1"><v>${serial}</v></c>`, { formats: [format] });
    expect(cell).toMatchObject({ type: "duration", value, raw: serial });
  });

  test.each([
    "h:mm",
    "hh:mm:ss AM/PM",
    "[$-F400]h:mm:ss\\ AM/PM",
    "mm:ss.0",
    "ss",
    "A/P",
    "[Blue]h",
  ])("%s is a time of day where there is no day, in both calendars", async (format) => {
    for (const workbookProperties of ["", 'date1904="1"']) {
      const cell = await readCell('<c s="1"><v>0.75</v></c>', {
        formats: [format],
        workbookProperties,
      });
      expect(cell).toMatchObject({ type: "time", value: "18:00:00" });
    }
  });

  test("yyyy-mm-dd h:mm is a time of day where there is no day, in both calendars", async () => {
    const formats = ["yyyy-mm-dd h:mm"];
    for (const workbookProperties of ["", 'date1904="1"']) {
      const cell = await readCell('<c s="1"><v>0.5</v></c>', { formats, workbookProperties });
      expect(cell).toMatchObject({ type: "time", value: "12:00:00" });
    }
  });

  test.each([
    ["m/d/yy h:mm", "46082.5", "2026-03-01T12:00:00"],
    ["mmm h:mm", "46082.5", "2026-03-01T12:00:00"],
    ["mm", "46082", "2026-03-01"],
    ["h:mm", "46082.5", "2026-03-01T12:00:00"],
    ["[$-409]d\\-mmm\\-yy;@", "46082", "2026-03-01"],
    ["[Red]yyyy/mm/dd", "46082", "2026-03-01"],
  ])("%s is a date: %s is %s", async (format, serial, value) => {
    const cell = await readCell(`<c s="1"><v>${serial}</v></c>`, { formats: [format] });
    expect(cell).toMatchObject({ type: "date", value });
  });

  test.each([
    "&quot;day&quot; 0",
    "0\\d",
    "General&quot; Std&quot;",
    "_d0_y",
    "*h0",
    "0&quot; kg&quot;;[Red]\\-0&quot; mass&quot;;&quot;days&quot;",
    "[$h]0",
    "[Magenta]0.00",
  ])("%s is a number", async (format) => {
    const cell = await readCell('<c s="1"><v>46082.5</v></c>', { formats: [format] });
    expect(cell).toMatchObject({ type: "number", value: "46082.5" });
  });
});

describe("an ISO text in a cell for dates", () => {
  test.each([
    ["2026-03-01T15:59:59.99999979045242400", "date", "2026-03-01T16:00:00"],
    ["2026-03-01T23:59:59.99999979045242400", "date", "2026-03-02"],
    ["2026-12-31T23:59:59.9996", "date", "2027-01-01"],
    ["2026-03-01T12:34:56.7891", "date", "2026-03-01T12:34:56.789"],
    ["2026-03-01T00:00:00.0000001", "date", "2026-03-01"],
    ["2026-03-01T23:30:00Z", "date", "2026-03-01T23:30:00Z"],
    ["2026-03-01T23:30+02:00", "date", "2026-03-01T23:30:00+02:00"],
    ["2026-03-01T00:00:00.000Z", "date", "2026-03-01T00:00:00Z"],
    ["2026-03-01T23:59:59.9999999Z", "date", "2026-03-02T00:00:00Z"],
    ["2026-03-01Z", "date", "2026-03-01Z"],
    ["12:30", "time", "12:30:00"],
    ["T12:30:15.5Z", "time", "12:30:15.500Z"],
    ["1899-12-30T12:00:00Z", "time", "12:00:00Z"],
    ["PT36H", "duration", "PT36H"],
    ["P1DT12H30M", "duration", "P1DT12H30M"],
    // What never was, and what is none of these, is text.
    ["2026-02-29", "string", "2026-02-29"],
    ["2026-03-01T24:30:00", "string", "2026-03-01T24:30:00"],
    ["2026-03-01+02:00", "string", "2026-03-01+02:00"],
    ["46082", "string", "46082"],
    ["PT", "string", "PT"],
  ])("%s is a %s: %s", async (raw, type, value) => {
    expect(await readCell(`<c t="d"><v>${raw}</v></c>`)).toMatchObject({ type, value, raw });
  });

  test("is a time of day where its format shows no day and its day is that of the calendar", async () => {
    const cell = await readCell('<c t="d" s="1"><v>1904-01-01T12:00:00</v></c>', {
      formats: ["h:mm"],
    });
    expect(cell).toMatchObject({ type: "time", value: "12:00:00" });
  });
});

/** The cells of one row, each with a style of its own, under these styles. */
async function typesOf(styles: string, count: number): Promise<readonly (string | undefined)[]> {
  const cells = Array.from({ length: count }, (_, style) => `<c s="${style}"><v>46082</v></c>`);
  const parts = workbookParts({ sheets: { S: `<row>${cells.join("")}</row>` } });
  parts["xl/styles.xml"] = styles;
  const table = await openTable(await writeTestFile("a.xlsx", makeZip(parts)));
  const [row] = await readRows(table);
  await table.close();
  return row?.cells.map((cell) => cell?.type) ?? [];
}

describe("the formats of cells", () => {
  const root = 'styleSheet xmlns="urn:main" xmlns:mc="urn:mc"';
  const cellXfs = '<cellXfs><xf numFmtId="4"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>';
  const other =
    '<numFmt numFmtId="14" formatCode="0.00%"/><numFmt numFmtId="4" formatCode="yyyy"/><numFmt numFmtId="164" formatCode="yyyy"/>';

  test.each([
    `<dxfs><dxf>${other}</dxf></dxfs>`,
    `<extLst><ext><dxfs><dxf>${other}</dxf></dxfs></ext></extLst>`,
    `<extLst><ext><numFmts>${other}</numFmts><cellXfs><xf numFmtId="14"/></cellXfs></ext></extLst>`,
    `<tableStyles><tableStyle>${other}</tableStyle></tableStyles>`,
    `<mc:AlternateContent><mc:Choice><numFmts>${other}</numFmts></mc:Choice></mc:AlternateContent>`,
  ])("are not those of %s", async (more) => {
    const own = '<numFmts><numFmt numFmtId="164" formatCode="0.0"/></numFmts>';
    const expected = ["number", "date", "number"];
    expect(await typesOf(`<${root}>${own}${cellXfs}${more}</styleSheet>`, 3)).toEqual(expected);
    expect(await typesOf(`<${root}>${more}${own}${cellXfs}</styleSheet>`, 3)).toEqual(expected);
  });

  test("are those of the file where it gives a built-in number a meaning of its own", async () => {
    for (const list of [
      `<numFmts>${other}</numFmts>`,
      `<mc:AlternateContent><mc:Fallback><numFmts>${other}</numFmts></mc:Fallback></mc:AlternateContent>`,
    ]) {
      expect(await typesOf(`<${root}>${list}${cellXfs}</styleSheet>`, 3)).toEqual([
        "date",
        "number",
        "date",
      ]);
    }
  });
});
