import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { csvRecords, OpenQuoteError } from "../../../../src/parse/csv/csv-splitter.ts";
import { textBytes } from "../../../../src/report/annotate/csv/annotate-csv-bytes.ts";
import {
  writeFailedCsv,
  type FailedRowsForm,
} from "../../../../src/report/annotate/csv/annotate-csv.ts";
import { FileNotes } from "../../../../src/report/annotate/annotate-notes.ts";
import { readCsv, rowValues } from "../../../parse/read-table.ts";
import { temporaryFolder } from "../../outside-programs.ts";
import { withSteadyFile } from "../../../support/steady-files.ts";

const form: FailedRowsForm = {
  sheet: "march",
  headerRow: 1,
  encoding: "utf-8",
  delimiter: ";",
  quote: '"',
};

function notesFor(...rows: readonly (readonly [number, string])[]): FileNotes {
  const notes = new FileNotes();
  for (const [row, message] of rows) {
    notes.addFault({
      ...{ severity: "error", sheet: "march", row, cell: null, message },
      ...{ hint: null, code: "number-invalid" },
    });
  }
  return notes;
}

async function failedOf(
  content: string | Buffer,
  notes: FileNotes,
  more: Partial<FailedRowsForm> = {},
): Promise<Buffer | null> {
  const folder = temporaryFolder();
  const [source, target] = [join(folder, "march.csv"), join(folder, "march.failed.csv")];
  writeFileSync(source, content);
  await withSteadyFile(source, (file) => writeFailedCsv(file, target, notes, { ...form, ...more }));
  return existsSync(target) ? readFileSync(target) : null;
}

const failedText = async (...args: Parameters<typeof failedOf>): Promise<string | undefined> =>
  (await failedOf(...args))?.toString();

describe("writeFailedCsv()", () => {
  it("keeps the failed rows as they stand and adds the reason", async () => {
    const content = `a;b\r\n007;" x "\r\n008;1,50\r\n`;
    expect(await failedText(content, notesFor([3, "Wrong"]))).toBe(
      "a;b;cas-batch reason\r\n008;1,50;Wrong\r\n",
    );
  });

  it("takes NUL characters behind the last row for no part of it", async () => {
    const content = `a;b\n007;x\n008;1,50${"\0".repeat(70_000)}`;
    expect(await failedText(content, notesFor([3, "Wrong"]))).toBe(
      "a;b;cas-batch reason\n008;1,50;Wrong\n",
    );
  });

  it("counts the pieces of a broken row as the rows that they were read as", async () => {
    const content = "a;b;c\n1;Bolts\rM8;3\n2;x;4\n";
    expect(await failedText(content, notesFor([3, "Broken"]))).toBe(
      "a;b;c;cas-batch reason\nM8;3;;Broken\n",
    );
  });

  it("counts rows like a spreadsheet program: quoted line ends are inside a row", async () => {
    const content = `a;b\n"one\ntwo";"say ""x;y"""\n\nlast;row`;
    expect(await failedText(content, notesFor([2, "Wrong"], [4, "Bad"]))).toBe(
      `a;b;cas-batch reason\n"one\ntwo";"say ""x;y""";Wrong\nlast;row;Bad\n`,
    );
  });

  it("writes nothing when no row has failed", async () => {
    expect(await failedOf("a;b\n1;2\n", notesFor())).toBeNull();
  });

  it("keeps byte order mark and Excel's sep line", async () => {
    const content = `\ufeffsep=;\r\na;b\r\n1;2\r\n`;
    expect(await failedText(content, notesFor([3, "Wrong"]), { headerRow: 2 })).toBe(
      `\ufeffsep=;\r\na;b;cas-batch reason\r\n1;2;Wrong\r\n`,
    );
  });

  it("puts the reasons of ragged rows below their header", async () => {
    const content = "a;b\n1\n1;2;3\n";
    expect(await failedText(content, notesFor([2, "Short"], [3, "Long"]))).toBe(
      "a;b;;cas-batch reason\n1;;;Short\n1;2;3;Long\n",
    );
  });

  it("keeps to the quotation mark of the file, so that the copy is read like it", async () => {
    const content = `'a';'b'\n'x;''"';1\n'y\nz';2;3\n`;
    const notes = notesFor([2, `It's "so"`], [3, "-"]);
    const copy = await failedText(content, notes, { quote: "'" });
    expect(copy).toBe(`'a';'b';;'cas-batch reason'\n'x;''"';1;;'It''s "so"'\n'y\nz';2;3;'''-'\n`);
    const { table, rows } = await readCsv(copy ?? "");
    expect(table.detected["quote"]).toBe("'");
    expect(rowValues(rows)[1]).toEqual([`x;'"`, "1", "", `It's "so"`]);
  });

  it("fills a blank reference between other quotation marks too", async () => {
    const carry = {
      ...{ referenceColumns: [0], directionColumn: null, direction: null },
      leavesRowsOut: false,
    };
    const content = "'a';'b'\n'A';'1'\n'B';'2'\n'';'3'\n";
    const copy = await failedText(content, notesFor([2, "One"], [4, "Three"]), {
      ...{ quote: "'", carry },
    });
    expect(copy).toBe("'a';'b';'cas-batch reason'\n'A';'1';'One'\n'B';'3';'Three'\n");
  });

  it("writes a reason without quotation marks where the file has none", async () => {
    const content = 'a;b\n"x;1\n2;3\n';
    expect(await failedText(content, notesFor([2, "One;\ntwo"]), { quote: "" })).toBe(
      'a;b;cas-batch reason\n"x;1;One  | two\n',
    );
  });

  it("leaves out the end mark of old DOS programs", async () => {
    const expected = "a;b;cas-batch reason\n1;2;Wrong\n";
    for (const content of ["a;b\n1;2\x1a\r\n", "a;b\n1;2\n\x1a"]) {
      expect(await failedText(content, notesFor([2, "Wrong"]))).toBe(expected);
    }
  });

  it("gives a file of one column a second one, whatever its rows say", async () => {
    const copy = await failedText("a\nnone\nx;y,z\n", notesFor([2, "Wrong"], [3, "Bad"]), {
      delimiter: null,
    });
    expect(copy).toBe("a\tcas-batch reason\nnone\tWrong\nx;y,z\tBad\n");
  });

  it("replaces the reasons of an earlier failed file", async () => {
    const content = `a;cas-batch reason;b\n1;"Old; one";2\n`;
    expect(await failedText(content, notesFor([2, "New"]))).toBe("a;b;cas-batch reason\n1;2;New\n");
  });

  it("keeps what stands above the header, so that the header stays in its row", async () => {
    const content = "Title;\na;b\n1;2\n";
    expect(await failedText(content, notesFor([3, "Wrong"]), { headerRow: 2 })).toBe(
      "Title;\na;b;cas-batch reason\n1;2;Wrong\n",
    );
  });

  it("keeps the bytes of Windows-1252 and writes the reason in it", async () => {
    const content = Buffer.from("a;b\r\nK\xf6ln\x80;2\r\n", "latin1");
    const failed = await failedOf(content, notesFor([2, "Größe €, 北京"]), {
      encoding: "windows-1252",
    });
    expect(failed?.toString("latin1")).toBe(
      "a;b;cas-batch reason\r\nK\xf6ln\x80;2;Gr\xf6\xdfe \x80, ??\r\n",
    );
  });

  it.each([
    ["windows-1250", "Łódź", "żółć"],
    ["cp852", "Łódź", "żółć"],
    ["koi8-r", "Сыр", "Чай"],
    ["macintosh", "Größe", "Käse"],
    ["big5", "功許", "茶葉"],
    ["shift_jis", "十ポソｱ", "緑茶"],
    ["gbk", "攟茶", "塑料"],
    ["euc-kr", "녹차", "부산"],
  ])("keeps %s, and a copy of few words is read in it again", async (encoding, word, other) => {
    const content = iconv.encode(`a|b\n${other}|1\n${word}|2\n`, encoding);
    const failed = await failedOf(content, notesFor([3, `Not ${word}`]), {
      ...{ encoding, delimiter: "|" },
    });
    const header = `cas-batch reason (encoding: ${encoding})`;
    expect(failed).toEqual(iconv.encode(`a|b|${header}\n${word}|2|Not ${word}\n`, encoding));
    const { rows } = await readCsv(failed ?? "", { delimiter: "|" });
    expect(rowValues(rows)[1]).toEqual([word, "2", `Not ${word}`]);
  });

  it.each(["utf-16le", "utf-16be"])("keeps %s", async (encoding) => {
    const swap = (bytes: Buffer): Buffer =>
      encoding === "utf-16be" ? Buffer.from(bytes).swap16() : bytes;
    const content = swap(Buffer.from("\ufeffa;b\n北;2\n", "utf16le"));
    const failed = await failedOf(content, notesFor([2, "Größe"]), { encoding });
    expect(failed === null ? "" : swap(failed).toString("utf16le")).toBe(
      "\ufeffa;b;cas-batch reason\n北;2;Größe\n",
    );
  });

  it("keeps every failed row, however many findings are not kept in words", async () => {
    const notes = new FileNotes(1);
    for (const row of [2, 3, 4]) {
      notes.addFault({
        ...{ severity: row === 4 ? "warning" : "error", sheet: "march", row, cell: null },
        ...{ message: "Wrong", hint: null, code: "number-invalid" },
      });
    }
    expect(await failedText("a;b\n1;2\n3;4\n5;6\n", notes)).toBe(
      "a;b;cas-batch reason\n1;2;Wrong\n3;4;Findings of this row are not shown, for the file has too many\n",
    );
    expect([...notes.failuresWithoutLine(false)].map(({ place }) => place)).toEqual([
      "march 2",
      "march 3",
    ]);
    expect(notes.noteOf("march", 3)?.outcome).toBe("invalid");
    expect(notes.cut).toContain("1 of 3 findings are shown");
    const ofFile = { severity: "error", sheet: null, row: null, cell: null } as const;
    notes.addFault({ ...ofFile, message: "Two marks", hint: null, code: "decimal-marks-mixed" });
    expect(notes.unplaced.map(({ message }) => message)).toEqual(["Two marks"]);
  });

  it("never lets a reason become a formula", async () => {
    expect(await failedText("a;b\n1;2\n", notesFor([2, "=HYPERLINK(1)"]))).toContain(
      ";'=HYPERLINK(1)",
    );
  });
});

describe("csvRecords()", () => {
  it("gives back every byte of the file, however it is chunked", async () => {
    const piece = fc.constantFrom('"', '""', ";", "\r", "\n", "\r\n", "a", "ö", " ");
    const bytes = textBytes("utf-8");
    /** Null when a quotation mark is never closed. */
    const recordsOf = async (content: Buffer, size: number): Promise<readonly string[] | null> => {
      const decode = bytes.open();
      async function* chunks(): AsyncGenerator<string> {
        for (let at = 0; at < content.length; at += size) {
          yield await Promise.resolve(decode(content.subarray(at, at + size)));
        }
      }
      const found: string[] = [];
      const marks = { delimiter: ";", quote: '"' };
      try {
        for await (const records of csvRecords(chunks(), marks, Infinity, "as written"))
          for (const { fields, lineEnd } of records) found.push(fields.join(";") + lineEnd);
      } catch (error) {
        if (!(error instanceof OpenQuoteError)) throw error;
        return null;
      }
      return found;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(piece), fc.integer({ min: 1, max: 5 }), async (pieces, size) => {
        const content = Buffer.from(pieces.join(""));
        const records = await recordsOf(content, size);
        expect(await recordsOf(content, Math.max(1, content.length))).toEqual(records);
        if (records !== null) expect(bytes.toBytes(records.join(""))).toEqual(content);
      }),
    );
  });
});
