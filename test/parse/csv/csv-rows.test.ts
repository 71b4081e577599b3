// Which rows of a delimited text are rows: those that a stray quotation mark swallows, that a line end
// inside a value breaks in pieces, or that end early; and those that only look so.
import { describe, expect, test } from "vitest";
import { findingsOf } from "../../support/check-files.ts";
import { readCsv, rowValues, unreadableFinding, writeTestFile } from "../read-table.ts";

const HEADER = "External reference;Direction;Goods description;Gross mass (kg)";

function lines(...rows: readonly string[]): string {
  return `${[HEADER, ...rows].join("\n")}\n`;
}

async function flaws(content: string): Promise<readonly string[]> {
  const { rows } = await readCsv(content);
  return rows.flatMap(({ rowNumber, flaw }) =>
    flaw === undefined ? [] : [`${flaw.code} ${rowNumber}`],
  );
}

describe("a quoted value that holds lines is refused", () => {
  test.each([
    [
      "when whole rows stand between the marks",
      lines('R-2;IN;"Pipe steel;2,5', "R-3;IN;Copper;3,5", 'R-5;IN;Pipe 3";5,5', "R-6;IN;x;6"),
    ],
    [
      "when its partner stands in the next row",
      lines("R-1;IN;x;1", 'R-2;IN;"Pipe;2', 'R-3;IN;Pipe 3";3'),
    ],
    [
      "when its partner stands in another column",
      lines("R-1;IN;x;1", 'R-2;"IN;Pipe;2', 'R-3;IN;Pipe 3";3'),
    ],
    [
      "when it opens in the first column",
      lines("R-1;IN;x;1", '"R-2;IN;Pipe;2', 'R-3";IN;Pipe;3', "R-4;IN;x;1"),
    ],
    [
      "when blanks stand behind all delimiters",
      lines("R-1; IN; x; 1", '"R-2; IN; Pipe; 2', 'R-3"; IN; Pipe; 3', "R-4; IN; x; 1"),
    ],
    [
      "when its partner is in the last row",
      lines("R-1;IN;x;1", 'R-2;IN;"Pipe;2', "R-3;IN;Nuts;3", 'R-4;IN;Pipe 3"'),
    ],
    [
      "when the rows lack their last columns",
      lines('R-2;IN;"Pipe', 'R-3;IN;Pipe 3";3', "R-4;IN;x;4"),
    ],
    ["when the rows say no reference", lines('R-2;IN;"Pipe', ';;Pipe 3"', "R-4;IN;x;4")],
    [
      "when a backslash before the mark was meant to keep it open",
      lines('R-2;IN;"Pipe 3\\"";2', "R-3;IN;Copper;3", 'R-4;IN;Pipe 4";4'),
    ],
    [
      "when the rows of a swallowed shipment have more columns",
      lines("R-1;IN;x;1", 'R-2;IN;"Pipe;2;;', "R-3;IN;Nuts;3;;", 'R-4;IN;Pipe 3";4;;'),
    ],
  ])("%s", async (_when, content) => {
    const finding = await unreadableFinding(await writeTestFile("a.csv", content));
    expect(finding).toMatchObject({ code: "csv-quote-broken", severity: "error" });
    expect(finding.message).toContain("looks like a row of its own: ");
  });

  test.each([
    ["an address", '"Kaai 1\nB-2030 Antwerpen\nBelgium"'],
    [
      "prose with as many delimiters as a row has",
      '"Bolts; nuts; rings; nails\nM8; M9; x; y\nend"',
    ],
    ["a list of few delimiters", '"M8;M9\nM10;M11"'],
    ["blank lines", '"Bolts\n\n\nM8"'],
    ["a mark within", '"Pipe 3"";\nsteel"'],
  ])("and read when it holds %s", async (_what, value) => {
    const content = lines(`R-1;IN;${value};1`, "R-2;IN;Nuts;2");
    expect(await flaws(content)).toEqual([]);
    expect((await readCsv(content)).rows).toHaveLength(3);
  });

  test("and read when its two lines are those of a text in the middle of a wide row", async () => {
    const names = Array.from({ length: 12 }, (_, at) => `h${at}`).join(",");
    const row = (text: string): string => `R-1,a,b,c,d,e,"${text}",f,g,h,i,j`;
    for (const text of ["1,000 pcs\nof 2,5 kg", "Main St 5,NY\nRoom 3,Floor 2\nUSA"]) {
      expect(await flaws(`${[names, row(text), row("x"), row("y")].join("\n")}\n`)).toEqual([]);
    }
  });

  test("in a file of commas only where its lines are no prose", async () => {
    const content = (value: string): string =>
      `a,b,c,d\nR-1,IN,"${value}",1\nR-2,IN,x,2\nR-3,IN,x,3\n`;
    expect(await flaws(content("Bolts, nuts, rings, nails\nM8, M9, M10, M11\nend"))).toEqual([]);
    const path = await writeTestFile("a.csv", content("Pipe,1\nR-7,IN,Nuts,3\nR-8,IN,Pipe 3"));
    expect(await unreadableFinding(path)).toMatchObject({ code: "csv-quote-broken", cell: "C2" });
  });
});

test("a mark that is never closed in the headers is told as such, whatever the commas say", async () => {
  const content = 'a;b;"c;d\n1,5;2,5;3,5;4,5\n1,5;2,5;3,5;4,5\n';
  const finding = await unreadableFinding(await writeTestFile("a.csv", content));
  expect(finding).toMatchObject({ code: "csv-quote-broken", row: 1 });
});

describe("a row that a line end has broken", () => {
  test.each([
    ["a lone CR", lines("C-1;IN;Bolts\rM8;12", "C-2;IN;Nuts;3"), [2, 3]],
    [
      "a lone CR in the last column",
      lines("C-1;IN;Bolts;1", "C-2;IN;Nuts;3\rx", "C-3;IN;x;1"),
      [3, 4],
    ],
    [
      "a lone CR in the first column",
      lines("C-1;IN;Bolts;1", "C-\r2;IN;Nuts;3", "C-3;IN;x;1"),
      [3, 4],
    ],
    ["two lone CRs", lines("C-1;IN;Bo\rlts\rM8;12", "C-2;IN;Nuts;3"), [2, 3, 4]],
    ["lone CRs before a blank line", lines("C-1;IN;Bolts\r\rM8;12", "C-2;IN;Nuts;3"), [2, 4]],
    ["a lone CR in the last row", lines("C-1;IN;x;1", "C-2;IN;Nuts\rM8;3").trimEnd(), [3, 4]],
    [
      "a lone LF among CR LF",
      lines("C-1;IN;Bolts\rM8;12", "C-2;IN;Nuts;3")
        .replaceAll("\n", "\r\n")
        .replace("\rM8", "\nM8"),
      [2, 3],
    ],
    ["a line end like all others", lines("C-1;IN;Bolts", "M8;12", "C-2;IN;Nuts;3"), [2, 3]],
    [
      "two line ends like all others",
      lines("C-1;IN;Bo", "lts", "M8;12", "C-2;IN;Nuts;3"),
      [2, 3, 4],
    ],
    ["one in every row", lines("C-1;IN;Bolts", "M8;12", "C-2;IN;Nuts", "M9;13"), [2, 3, 4, 5]],
    ["a lone CR in every row", lines("C-1;IN;Bolts\rM8;12", "C-2;IN;Nuts\rM9;13"), [2, 3, 4, 5]],
    ["one before a delimiter", lines("C-1;IN;Bolts", ";12", "C-2;IN;Nuts;3"), [2, 3]],
    [
      "one of which a piece has a value like another by chance",
      lines("C-1;IN;Bolts", "M8;kg", "C-2;IN;Nuts;3").replaceAll("mass", "unit"),
      [2, 3],
    ],
  ])("by %s is told with each of its pieces", async (_what, content, rows) => {
    expect(await flaws(content)).toEqual(rows.map((row) => `row-broken ${row}`));
  });

  test.each([
    [
      "two exports are put together",
      `${lines("C-1;IN;a;1").replaceAll("\n", "\r\n")}C-2;IN;b;2\nC-3;IN;c;3\n`,
    ],
    ["the second ends its rows with CR", `${lines("C-1;IN;a;1")}C-2;IN;b;2\rC-3;IN;c;3\r`],
    ["one whole row ends oddly", lines("C-1;IN;a;1\rC-2;IN;b;2", "C-3;IN;c;3")],
    ["line ends are CR CR LF", lines("C-1;IN;a;1", "C-2;IN;b;2").replaceAll("\n", "\r\r\n")],
    ["short rows begin like rows", lines("C-1;IN;a", "C-2;IN", "C-3;IN", "C-4;IN;b;1")],
    ["items lack their last column", lines("C-1;IN;a", ";;b", ";;c", "C-4;IN;d;1")],
  ])("is none where %s", async (_where, content) => {
    expect(await flaws(content)).toEqual([]);
  });
});

describe("a row that ends early", () => {
  const full = ["C-1;IN;a;1", "C-2;IN;b;2", "C-3;IN;c;3"];
  test.each([
    ["before a column that all others fill", lines(...full, "C-4;IN;d", "C-5;IN;e;5"), [5]],
    [
      "before one that many leave blank, though their delimiters are there",
      lines("C-1;IN;a;1", "C-2;IN;b;", "C-3;IN;c;3", "C-4;IN", "C-5;IN;e;5"),
      [5],
    ],
    ["as the last, without a line end", lines("C-1;IN;a;1", "C-9;IN;12").trimEnd(), [3]],
    [
      "as the last, without a line end, before a blank column",
      lines("C-1;IN;a;", "C-2;IN;b;", "C-9;IN;12").trimEnd(),
      [4],
    ],
    ["as the only one, without a line end", `${HEADER}\nC-9;IN;12`, [2]],
  ])("%s is told", async (_where, content, rows) => {
    expect(await flaws(content)).toEqual(rows.map((row) => `row-too-short ${row}`));
  });

  test.each([
    ["all have their columns, the last no line end", lines(...full).trimEnd()],
    ["many leave out the same column", lines(...full, "C-4;IN;d", "C-5;IN;e")],
    [
      "rows end with their last value, and the one behind is often blank",
      lines(...full, "C-4;IN;d", "C-5;IN;;5", "C-6;IN;;6", "C-7;IN", "C-8;IN;h", "C-9;IN"),
    ],
    ["the column is blank elsewhere", lines("C-1;IN;a;", "C-2;IN;b;", "C-3;IN;c")],
    ["a title stands above the headers", `Shipments\n${lines(...full)}`],
    ["others end as early as the last", lines(...full, "C-4;IN;d", "C-5;IN;e").trimEnd()],
  ])("is none where %s", async (_where, content) => {
    expect(await flaws(content)).toEqual([]);
  });

  test("is told with the first column that is not sent, and only where there is one", async () => {
    const check = async (content: string): Promise<readonly (string | null)[]> => {
      const findings = await findingsOf([{ name: "a.csv", content }]);
      return findings.flatMap(({ code, cell }) => (code === "row-too-short" ? [cell] : []));
    };
    expect(await check(lines(...full, "C-4;IN;d"))).toEqual(["D5"]);
    const ownLast = (last: string): string =>
      [`${HEADER};Our colour`, ...full.map((row) => `${row};red`), last, ""].join("\n");
    expect(await check(ownLast("C-4;IN;d;4"))).toEqual([]);
    expect(await check(ownLast("C-4;IN;d"))).toEqual(["D5"]);
  });
});

describe("control characters in a CSV file", () => {
  test.each([["\u001d"], ["\0"], ["\u0001"], ["\u001f"]])(
    "%j stays in its cell, and the file is read",
    async (control) => {
      const { rows } = await readCsv(lines(`C-1;IN;Bo${control}lts;1`, "C-2;IN;b;2"));
      expect(rowValues(rows)[1]).toEqual(["C-1", "IN", `Bo${control}lts`, "1"]);
      expect(rows).toHaveLength(3);
    },
  );

  test.each([
    ["few", 700],
    ["more than a piece of the file", 200_000],
  ])("that fill up the end are told and are no part of the last row: %s", async (_what, count) => {
    const padding = "\0".repeat(count);
    for (const end of ["\n", ""]) {
      const { rows } = await readCsv(`${lines("C-1;IN;a;1").trimEnd()}${end}${padding}`);
      expect(rowValues(rows)[1]).toEqual(["C-1", "IN", "a", "1"]);
      expect(rows.map(({ flaw }) => flaw?.code)).toEqual([undefined, "nul-padding"]);
      expect(rows[1]?.flaw?.message).toContain(` ${count} NUL characters`);
    }
  });

  test("that stand before more text stay where they are", async () => {
    const { rows } = await readCsv(`${lines("C-1;IN;a;1")}C-2;IN;${"\0".repeat(70_000)};2\n`);
    expect(rows[2]?.cells[2]?.value).toHaveLength(70_000);
    expect(rows[2]?.flaw).toBeUndefined();
  });

  test("behind the end mark of old DOS programs are nothing to tell", async () => {
    expect(await flaws(`${lines("C-1;IN;a;1")}\u001a${"\0".repeat(100)}`)).toEqual([]);
  });

  test("alone are an empty file", async () => {
    const finding = await unreadableFinding(await writeTestFile("a.csv", "\0".repeat(4_096)));
    expect(finding).toMatchObject({ code: "file-empty" });
    expect(finding.message).toContain("begins with 4096 NUL bytes");
  });
});
