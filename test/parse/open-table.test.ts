import { chmod, mkdtemp, rm, symlink } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTable } from "../../src/parse/open-table.ts";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readRows, unreadableFinding, writeTestFile } from "./read-table.ts";

const workbook = makeZip(
  workbookParts({ sheets: { S: '<row r="1"><c r="A1" t="str"><v>a</v></c></row>' } }),
);

/** An OLE container whose directory names one stream. Source: MS-CFB, 2.6.1 */
function oleFile(streamName: string): Buffer {
  const file = Buffer.alloc(2048);
  file.write("d0cf11e0a1b11ae1", "hex");
  file.write(streamName, 1024, "utf16le");
  file.writeUInt16LE(streamName.length * 2 + 2, 1024 + 64);
  return file;
}

describe("openTable() refuses", () => {
  test.each([
    ["an empty file", "a.csv", "", "file-empty"],
    ["a file of blanks", "a.csv", " \r\n\t\r\n", "file-empty"],
    ["an .xls", "a.xls", oleFile("Workbook"), "file-is-xls"],
    ["an .xls named .xlsx", "a.xlsx", oleFile("Book"), "file-is-xls"],
    ["a workbook with a password", "a.xlsx", oleFile("EncryptedPackage"), "file-encrypted"],
    ["a Word document", "a.doc", oleFile("WordDocument"), "file-type-unknown"],
    ["a CSV named .xlsx", "a.xlsx", "a;b\n1;2\n", "file-mislabelled"],
    ["a workbook named .csv", "a.csv", workbook, "file-mislabelled"],
    ["a workbook named .xls", "a.xls", workbook, "file-mislabelled"],
    ["a zip file that is no workbook", "a.zip", makeZip({ "a.txt": "x" }), "file-type-unknown"],
    ["binary junk", "a.csv", Buffer.from([1, 2, 3, 0, 255, 0, 7]), "file-type-unknown"],
    ["a PDF", "a.csv", "%PDF-1.7 …", "file-type-unknown"],
    ["a web page that calls itself .csv", "a.csv", "<html><table>", "file-type-unknown"],
    ["a cut-off workbook", "a.xlsx", workbook.subarray(0, -40), "file-truncated"],
  ])("%s", async (_what, name, content, code) => {
    const finding = await unreadableFinding(await writeTestFile(name, content));
    expect(finding).toMatchObject({ code, severity: "error", file: name, row: null });
    expect(finding.hint).not.toBeNull();
  });

  test("an .xlsb, which is a zip file too", async () => {
    const relation =
      '<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>';
    const zip = makeZip({ "_rels/.rels": relation, "xl/workbook.bin": "x" });
    const finding = await unreadableFinding(await writeTestFile("a.xlsb", zip));
    expect(finding.code).toBe("file-is-xlsb");
  });

  test("a workbook that is cut off at any place", async () => {
    for (let bytes = 4; bytes < workbook.length; bytes += 97) {
      const path = await writeTestFile("a.xlsx", workbook.subarray(0, bytes));
      expect((await unreadableFinding(path)).code).toBe("file-truncated");
    }
  });

  test("a file that is not there, with the name people know", async () => {
    const finding = await unreadableFinding("/nowhere/a.csv", { name: "inbox/a.csv" });
    expect(finding).toMatchObject({ code: "file-unreadable", file: "inbox/a.csv" });
    expect(finding.message).toBe('The file "inbox/a.csv" cannot be opened: it is not there');
  });

  test("a link to itself, and a name that is too long, in words", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cas-batch-parse-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const link = join(folder, "a.csv");
    await symlink(link, link);
    expect((await unreadableFinding(link)).message).toContain("its links lead in a circle");
    const long = join(folder, `${"a".repeat(300)}.csv`);
    expect((await unreadableFinding(long)).message).toContain("its name is too long");
  });

  test("a folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cas-batch-parse-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    expect((await unreadableFinding(folder)).code).toBe("file-unreadable");
  });

  test.skipIf(process.getuid?.() === 0)("a file without the right to read it", async () => {
    const path = await writeTestFile("a.csv", "a,b\n");
    await chmod(path, 0);
    expect((await unreadableFinding(path)).code).toBe("file-unreadable");
  });

  test("a workbook above the limit", async () => {
    const path = await writeTestFile("a.xlsx", workbook);
    const finding = await unreadableFinding(path, { limits: { workbookBytesMax: 100 } });
    expect(finding.code).toBe("file-too-large");
  });

  test("a delimiter that is no single character", async () => {
    const path = await writeTestFile("a.csv", "a,b\n");
    await expect(openTable(path, { delimiter: ";;" })).rejects.toMatchObject({
      code: "configuration-invalid",
    });
  });
});

test("openTable() reads a file without an ending by its content", async () => {
  const table = await openTable(await writeTestFile("EXPORT", workbook));
  onTestFinished(() => table.close());
  expect(table.format).toBe("xlsx");
  expect(await readRows(table)).toHaveLength(1);
});

test("openTable() gives the size and fingerprint of the bytes", async () => {
  const content = "a,b\n1,2\n";
  const path = await writeTestFile("a.csv", content);
  const table = await openTable(path, { name: "inbox/a.csv" });
  onTestFinished(() => table.close());
  expect(table.file).toEqual({
    path,
    name: "inbox/a.csv",
    sizeBytes: content.length,
    sha256: createHash("sha256").update(content).digest("hex"),
  });
});
