import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenTableOptions } from "../../../src/parse/open-table.ts";
import { readCsv, rowValues, unreadableFinding, writeTestFile } from "../read-table.ts";

async function values(
  content: string | Buffer,
  options?: OpenTableOptions,
): Promise<readonly (readonly string[])[]> {
  return rowValues((await readCsv(content, options)).rows);
}

function utf16be(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

describe("the encoding of a CSV file", () => {
  const text = "Ref;Größe\r\nA;5 €\r\n";
  const in1252 = Buffer.from(text.replace("€", "\u0080"), "latin1");
  test.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16LE", Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["UTF-16LE", Buffer.from(text, "utf16le")],
    ["UTF-16BE", utf16be(`\uFEFF${text}`)],
    ["UTF-16BE", utf16be(text)],
    ["Windows-1252", in1252],
  ])("is found to be %s", async (encoding, bytes) => {
    const { table, rows } = await readCsv(bytes);
    expect(table.detected["encoding"]).toBe(encoding);
    expect(table.findings).toEqual([]);
    expect(rowValues(rows)).toEqual([
      ["Ref", "Größe"],
      ["A", "5 €"],
    ]);
  });

  test("is Windows-1252 when the first accent stands far below the sample", async () => {
    const plain = "abcdefgh;1\n".repeat(20_000);
    const { table, rows } = await readCsv(Buffer.from(`${plain}Käse;2\n`, "latin1"));
    expect(table.detected["encoding"]).toBe("Windows-1252");
    expect(rows.at(-1)?.cells[0]?.value).toBe("Käse");
  });

  test("is what the user says", async () => {
    const bytes = Buffer.from([0x41, 0x3b, 0xa4, 0x0a]);
    expect(await values(bytes, { encoding: "iso-8859-15" })).toEqual([["A", "€"]]);
  });

  test("cannot be one that nobody knows", async () => {
    await expect(readCsv("a;b\n", { encoding: "klingon" })).rejects.toMatchObject({
      code: "configuration-invalid",
    });
  });

  // In the code page of old DOS programs 0x81 is ü, 0x84 ä, 0x94 ö and 0x82 é.
  test.each([
    ["Espa\xa4a", '"España" in CP850, "Espa¤a" in Windows-1252'],
    ["Stra\xa7e", '"Straße" in Macintosh'],
    ["K\x84se", '"Käse" in CP850'],
    ["GrÃ¶ÃŸe;Gr\xf6\xdfe".replace("Ÿ", "\x9f"), "some of its characters are UTF-8"],
  ])("is not guessed where texts would be spoilt: %j", async (text, why) => {
    const bytes = Buffer.from(`Ref;Text\nA;${text}\n`, "latin1");
    const path = await writeTestFile("a.csv", bytes);
    const finding = await unreadableFinding(path);
    expect(finding).toMatchObject({ code: "encoding-undecidable", severity: "error" });
    expect(finding.message).toContain(why);
    const { table } = await readCsv(bytes, { encoding: "windows-1252" });
    expect(table.findings).toEqual([]);
  });

  test("is checked when the user names it", async () => {
    const path = await writeTestFile("a.csv", Buffer.from("Ref;Text\nA;M\x81ller\n", "latin1"));
    const finding = await unreadableFinding(path, { encoding: "windows-1252" });
    expect(finding).toMatchObject({ code: "encoding-broken", row: 2, cell: "B2" });
    const { rows } = await readCsv(Buffer.from("Ref;Text\nA;M\x81ller\n", "latin1"), {
      encoding: "cp850",
    });
    expect(rowValues(rows)[1]).toEqual(["A", "Müller"]);
  });

  test.each([
    "12\x94 pipe",
    "\x84caf\xe9\x93",
    "l\x92eau",
    "A\x96B \x95 50\x80",
    "\x8auma\x9a",
    "\xbf\xa1Hola!",
    "5 \xa3; \xa7 7",
    "1\xaa",
  ])("is sure to be Windows-1252 with signs that stand in texts: %j", async (text) => {
    const { table } = await readCsv(Buffer.from(`Ref;Text\nA;${text}\n`, "latin1"));
    expect(table.findings).toEqual([]);
    expect(table.detected["encoding"]).toBe("Windows-1252");
  });

  test("is told to be unsure when a euro sign of ISO-8859-15 may be meant", async () => {
    const bytes = Buffer.from("Preis;Währung\n1;¤\n", "latin1");
    const { table } = await readCsv(bytes);
    expect(table.findings).toMatchObject([{ code: "encoding-undecidable", severity: "warning" }]);
    expect(table.findings[0]?.message).toContain("ISO-8859-15");
    expect(await values(bytes, { encoding: "iso-8859-15" })).toContainEqual(["1", "€"]);
  });

  test("is sure to be Windows-1252 when it holds what ISO-8859-15 cannot", async () => {
    const euro = Buffer.from([0x80]);
    const bytes = Buffer.concat([Buffer.from("Größe;½\n1;", "latin1"), euro, Buffer.from("\n")]);
    const { table } = await readCsv(bytes);
    expect(table.findings).toEqual([]);
    expect(table.detected["encoding"]).toBe("Windows-1252");
  });

  test("is told to be broken with the row, when single bytes of UTF-8 are wrong", async () => {
    const bytes = Buffer.concat([
      Buffer.from('Größe;Käse\nä;"ü\nö"\nx;'),
      Buffer.from([0xe4]),
      Buffer.from(";\nß;1\n"),
    ]);
    const finding = await unreadableFinding(await writeTestFile("a.csv", bytes));
    expect(finding).toMatchObject({ code: "encoding-broken", row: 3, cell: "B3" });
  });

  test("keeps characters whole over the borders of what is read at once", async () => {
    for (const encoding of ["utf8", "utf16le"] as const) {
      const line = "Überführungsstück;€uro\n";
      const read = await values(Buffer.from(`\uFEFF${line.repeat(9_000)}`, encoding));
      expect(read).toHaveLength(9_000);
      expect(new Set(read.flat())).toEqual(new Set(["Überführungsstück", "€uro"]));
    }
  });
});

describe("the delimiter of a CSV file", () => {
  test("cannot be told when two split alike", async () => {
    const finding = await unreadableFinding(await writeTestFile("a.csv", "a,b;c\n1,2;3\n"));
    expect(finding.code).toBe("delimiter-undecidable");
  });

  test("is what the user says", async () => {
    expect(await values("a,b;c\n1,2;3\n", { delimiter: ";" })).toEqual([
      ["a,b", "c"],
      ["1,2", "3"],
    ]);
  });
});

describe("the rows of a CSV file", () => {
  test.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("end in %s and count blank ones, but not newlines in quotes", async (name, end) => {
    const lines = ["a;b", "", '"x\ny\r\nz";2', ";", " ; ", '"";3'];
    const { table, rows } = await readCsv(lines.join(end) + end);
    expect(table.detected["lineEnd"]).toBe(name);
    expect(rows.map(({ rowNumber }) => rowNumber)).toEqual([1, 3, 6]);
    expect(rowValues(rows)).toEqual([
      ["a", "b"],
      ["x\ny\r\nz", "2"],
      ["", "3"],
    ]);
    expect(rows[2]?.cells[0]).toBeUndefined();
  });

  test("are of one sheet with the file's name, and their cells are text as it stands", async () => {
    const { table, rows } = await readCsv("a;b\n 007 ;1\n");
    expect(table.sheets).toEqual([{ name: "night", hidden: false }]);
    expect(rows[1]).toEqual({
      sheet: "night",
      rowNumber: 2,
      cells: [
        { type: "string", value: " 007 ", raw: " 007 ", format: "" },
        { type: "string", value: "1", raw: "1", format: "" },
      ],
    });
  });

  test("can be asked for twice", async () => {
    const { table, rows } = await readCsv("a,b\n1,2\n");
    const again: unknown[] = [];
    for await (const batch of table.rows("night")) again.push(...batch);
    expect(again).toEqual(rows);
  });

  test.each([
    ["a quote that is never closed", 'a,b\n1,2\n\n3,"x\n4,5\n', 4],
    ["text after a closing quote of several lines", 'a,b\n"x\ny"z,2\n', 2],
    ["text after a closing quote in a row that lacks columns", 'a,b\n"x "y" z\n', 2],
  ])("end at %s with the number of the row", async (_what, content, row) => {
    const finding = await unreadableFinding(await writeTestFile("a.csv", content));
    expect(finding).toMatchObject({ code: "csv-quote-broken", row, severity: "error" });
    const isOverLines = content.includes("x\ny");
    expect(finding.message.includes("closed only lines below")).toBe(isOverLines);
  });

  test("end at a record that is longer than the limit", async () => {
    const path = await writeTestFile("a.csv", `a,b\n1,"${"x\n".repeat(5_000)}`);
    const finding = await unreadableFinding(path, { limits: { recordCharsMax: 1_000 } });
    expect(finding).toMatchObject({ code: "csv-quote-broken", row: 2 });
  });
});

describe("a quotation mark in a CSV file", () => {
  test("is what the user says, or none", async () => {
    expect(await values("a,b\n|x,y|,1\n", { quote: "|" })).toContainEqual(["x,y", "1"]);
    const { table, rows } = await readCsv('a,b\n"x,1\n', { quote: "none" });
    expect(table.detected["quote"]).toBe("none");
    expect(rowValues(rows)[1]).toEqual(['"x', "1"]);
    for (const quote of ["", "ab", "\n"]) {
      await expect(readCsv("a,b\n", { quote })).rejects.toMatchObject({
        code: "configuration-invalid",
      });
    }
    await expect(readCsv("a;b\n", { quote: ";", delimiter: ";" })).rejects.toThrow();
  });
});

describe("the end mark of DOS programs", () => {
  test.each(["\x1a", "\x1a\r\n", "\x1a\n"])("is no data as %j", async (mark) => {
    expect(await values(`a,b\n1,2\n${mark}`)).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(await values(`a,b\n1,2${mark}`)).toContainEqual(["1", "2"]);
  });

  test("is data where more follows, also when that comes with the next bytes", async () => {
    expect(await values("a,b\n1,\x1a\n2,3\n")).toContainEqual(["1", "\x1a"]);
    const long = `a,b\n${"x".repeat(64 * 1024 - 7)},\x1a\n2,3\n`;
    expect((await values(long)).at(-2)?.[1]).toBe("\x1a");
  });
});

describe("the decimal mark of a CSV file", () => {
  test("is what the user says", async () => {
    const { table } = await readCsv("a;b\n12,5;1.5\n", { decimalMark: "." });
    expect(table.decimalMark).toBe(".");
    expect(table.decimalMarkIsNamed).toBe(true);
    expect(table.findings).toEqual([]);
  });
});

test("what is written as CSV is read as the same cells, with every delimiter and encoding", async () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom("a,b", "c;d", 'say "x"', "two\nlines", "two\r\nlines", "|", "\t", "", "ä€"),
  );
  const fits = (text: string): boolean => !/[\0-\x08\x0e-\x1f]/.test(text) && text.isWellFormed();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell.filter(fits), { minLength: 2, maxLength: 4 }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.constantFrom(",", ";", "\t", "|"),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.constantFrom("utf8", "utf16le"),
      async (records, delimiter, lineEnd, encoding) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = records.map((record) => record.map(quote).join(delimiter)).join(lineEnd);
        const expected = records
          .map((record, index) => [index + 1, record] as const)
          .filter(([, record]) => record.some((one) => one.trim() !== ""));
        fc.pre(expected.length > 0);
        const { rows } = await readCsv(Buffer.from(`\uFEFF${text}`, encoding), { delimiter });
        expect(rows.map(({ rowNumber }) => rowNumber)).toEqual(expected.map(([row]) => row));
        expect(rowValues(rows)).toEqual(expected.map(([, record]) => record));
      },
    ),
    { numRuns: 200 },
  );
});
