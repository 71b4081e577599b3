// Files of other kinds under the names of spreadsheets, and text files that are no plain table: each is told by
// its right name, or read.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readCsv, rowValues, unreadableFinding, writeTestFile } from "./read-table.ts";

describe("a file of another kind is told by its name", () => {
  const archive = makeZip({ "orders.csv": "a;b\n" });
  const openDocument = makeZip({ mimetype: "application/vnd.oasis", "content.xml": "<a/>" });
  const word = makeZip({
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels":
      '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/document.xml": "<a/>",
  });
  test.each([
    ["a.csv", archive, "a zip archive that holds no workbook"],
    ["a.xlsx", archive, "a zip archive that holds no workbook"],
    ["a.csv", openDocument, "an OpenDocument file, such as .ods"],
    ["a.xlsx", openDocument, "an OpenDocument file, such as .ods"],
    ["a.xlsx", word, "a Word document (.docx)"],
    ["a.csv", gzipSync("a;b\n"), "a gzip archive"],
    ["a.csv", "%PDF-1.4\n", "a PDF document"],
    ["a.xlsx", Buffer.from("89504e470d0a1a0a", "hex"), "a picture (PNG)"],
    ["a.csv", "{\\rtf1 a}", "a text document (RTF)"],
    ["a.xls", "<html><table><tr><td>a</td></tr></table></html>", "an HTML page"],
    ["a.csv", "\ufeff<!DOCTYPE html>\n<html>", "an HTML page"],
    ["a.csv", Buffer.from("\ufeff<html><body>", "utf16le"), "an HTML page"],
    ["a.csv", '<?xml version="1.0"?><a/>', "an XML file"],
    ["a.csv", '[{"a": 1}]', "a JSON file"],
    ["a.csv", '{"a": 1, "b": "c"}', "a JSON file"],
  ] as const)("%s, %#", async (name, content, what) => {
    expect(await unreadableFinding(await writeTestFile(name, content))).toMatchObject({
      code: "file-type-unknown",
      message: `"${name}" is ${what}`,
    });
  });

  test("a workbook named .csv keeps its own", async () => {
    const sheets = { S: '<row r="1"><c r="A1"><v>1</v></c></row>' };
    const path = await writeTestFile("a.csv", makeZip(workbookParts({ sheets })));
    expect((await unreadableFinding(path)).code).toBe("file-mislabelled");
  });

  test.each(["<Ref>;b\n1;2\n", "{a};b\n1;2\n", "[1];b\n1;2\n", "PAR;b\n1;2\n"])(
    "%j is a table",
    async (content) => {
      const { rows } = await readCsv(content);
      expect(rowValues(rows)[1]).toEqual(["1", "2"]);
    },
  );
});

describe("the delimiter is that of the line with the headers", () => {
  const header = (by: string): string =>
    `${["Reference", "Direction", "Goods", "Net", "Gross"].join(by)}\n`;
  const rows = (count: number, by = ";", goods = "Coffee"): string =>
    Array.from(
      { length: count },
      (_, at) => `${[`R-${at}`, "IN", goods, "1200,5", "1250,5"].join(by)}\n`,
    ).join("");
  test.each([
    [
      "two ragged rows",
      `${header(";")}${rows(8)}R;IN;Tea;1,5;2,5;;x\nR;IN;Tea;1,5;2,5;x\n`,
      "semicolon",
    ],
    [
      "three of seven",
      `${header(";")}${rows(4)}R;IN;T;1,5;2,5;;x\nR;IN;T;1,5;2,5;x\nR;IN\n`,
      "semicolon",
    ],
    ["six title lines", `${"Title\n".repeat(6)}${header(";")}${rows(2)}`, "semicolon"],
    ["ten with commas", `${"A report, of ours\n".repeat(10)}${header(";")}${rows(2)}`, "semicolon"],
    ["comments", `# Export;created;2026\n# by, me\n${header(";")}${rows(2)}`, "semicolon"],
    ["six comments", `${"# made by SAP\n".repeat(6)}${header(";")}${rows(1)}`, "semicolon"],
    [
      "prose",
      `${header(";")}${rows(6, ";", "Coffee, roasted, ground, fine")}R;x;y;1;2;3\n`,
      "semicolon",
    ],
    ["a title and narrow rows", `Report, March\nA;B;C\n${"x;IN;1,5\n".repeat(6)}`, "semicolon"],
    ["tabs", `${header("\t")}${rows(5, "\t")}R\tIN\tTea\t1,5\t2,5\t\tx\n`, "tab"],
    ["bars", `${header("|")}${rows(5, "|")}R|IN\n`, "vertical bar"],
    ["commas", `${header(",")}${"R,IN,a; b; c,1.5,2.5\n".repeat(6)}R,IN,a,1.5,2.5,,\n`, "comma"],
    ["a line that names it", `sep=;\n${header(";")}${rows(1)}`, "semicolon"],
    ["one column with commas", "Note\nHello, world\nplain\nplain too\n", "none"],
    ["one column", "Reference\nR-1\nR-2\n", "none"],
  ])("%s", async (_name, content, delimiter) => {
    const { table } = await readCsv(content);
    expect(table.detected["delimiter"]).toBe(delimiter);
  });
});
