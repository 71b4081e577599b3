// What cannot be read is refused at once, however large it is: within 2 s and 64 MiB more than the
// program needs anyway. Each in a process of its own, because memory once taken is not given back.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { writeTestFile } from "./read-table.ts";

const MS_MAX = 2_000;
const GROWTH_MIB_MAX = 64;
const FILE_BYTES = 16 * 1024 * 1024;
const BOMB_BYTES = 100 * 1024 * 1024;

const execute = promisify(execFile);
const REFUSE = `
const { openTable } = await import(process.argv[1]);
const before = process.resourceUsage().maxRSS;
const from = performance.now();
let code = "none";
let table;
try {
  table = await openTable(process.argv[2]);
  for (const { name } of table.sheets) for await (const _rows of table.rows(name));
} catch (error) {
  code = error.finding.code;
}
await table?.close();
const growthMiB = (process.resourceUsage().maxRSS - before) / 1024;
console.log(JSON.stringify({ code, ms: performance.now() - from, growthMiB }));
`;

interface Refusal {
  readonly code: string;
  readonly ms: number;
  readonly growthMiB: number;
}

async function refusalOf(name: string, content: Buffer): Promise<Refusal> {
  const path = await writeTestFile(name, content);
  const reader = new URL("../../src/parse/open-table.ts", import.meta.url).href;
  const args = ["--input-type=module", "-e", REFUSE, reader, path];
  return JSON.parse((await execute(process.execPath, args)).stdout) as Refusal;
}

/** An OLE container with one named stream at the end of its directory. Source: MS-CFB, 2.6.1 */
function oleFile(streamName: string): Buffer {
  const file = Buffer.alloc(FILE_BYTES);
  file.write("d0cf11e0a1b11ae1", "hex");
  file.write(streamName, FILE_BYTES - 1_024, "utf16le");
  file.writeUInt16LE(streamName.length * 2 + 2, FILE_BYTES - 1_024 + 64);
  return file;
}

const parts = workbookParts({ sheets: { S: "<row><c><v>1</v></c></row>" } });
/** Does not pack, so that the file is as large as what it holds. */
const ballast = Buffer.alloc(FILE_BYTES);
for (let at = 0, state = 1; at < FILE_BYTES; at += 4) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  ballast.writeUInt32LE(state, at);
}
const large = { ...parts, "xl/media/image1.bin": ballast };
const bomb = {
  ...parts,
  "xl/worksheets/sheet1.xml": Buffer.concat([
    Buffer.from("<worksheet><sheetData>"),
    Buffer.alloc(BOMB_BYTES, `<row><c t="str"><v>${"1".repeat(4_000)}</v></c></row>`),
  ]),
};
const macros = {
  ...large,
  "xl/_rels/workbook.xml.rels": String(parts["xl/_rels/workbook.xml.rels"]).replace(
    "</R",
    '<Relationship Id="m" Type="x/vbaProject" Target="vbaProject.bin"/></R',
  ),
};

test.each([
  ["an old workbook", "a.xls", () => oleFile("Workbook"), "file-is-xls"],
  ["an encrypted workbook", "a.xlsx", () => oleFile("EncryptedPackage"), "file-encrypted"],
  ["a cut-off workbook", "a.xlsx", () => makeZip(large).subarray(0, -30), "file-truncated"],
  ["a mislabelled workbook", "a.csv", () => makeZip(large), "file-mislabelled"],
  ["a workbook with macros", "a.xlsm", () => makeZip(macros), "file-has-macros"],
  [
    "a document type",
    "a.xlsx",
    () => makeZip({ ...large, "xl/styles.xml": "<!DOCTYPE a><a/>" }),
    "file-has-doctype",
  ],
  ["a part that unpacks to far too much", "a.xlsx", () => makeZip(bomb), "file-too-large"],
])("%s is refused at little cost", async (_what, name, content, code) => {
  const refusal = await refusalOf(name, content());
  expect(refusal.code).toBe(code);
  expect(refusal.ms).toBeLessThan(MS_MAX);
  expect(refusal.growthMiB).toBeLessThan(GROWTH_MIB_MAX);
});
