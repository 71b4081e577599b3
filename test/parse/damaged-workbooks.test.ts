// A thousand workbooks with something broken. Each must be refused with a code, or be read as if
// nothing had happened (bytes that nobody needs, such as times of change); never something between.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { UnreadableFileError } from "../../src/core/errors.ts";
import { openTable } from "../../src/parse/open-table.ts";
import { makeZip, workbookParts } from "./make-workbook.ts";
import { readRows } from "./read-table.ts";

const FILES = 1_000;
/** Of one file. A machine that runs other tests beside is slow, a hang is slower. */
const SECONDS_MAX = 5;

const rows = Array.from(
  { length: 60 },
  (_, index) =>
    `<row r="${index + 1}"><c r="A${index + 1}" t="s"><v>${index % 3}</v></c><c r="B${index + 1}" s="1"><v>${46_000 + index}</v></c><c r="C${index + 1}"><v>${index * 1.25}</v></c><c r="D${index + 1}" t="inlineStr"><is><t>Überführung ${index}</t></is></c></row>`,
).join("");
const whole = makeZip(
  workbookParts({
    sheets: { One: rows, Two: rows.slice(0, rows.indexOf("</row>") + 6) },
    sharedStrings: "<si><t>a</t></si><si><r><t>b</t></r></si><si><t>c&amp;d</t></si>",
    formats: ["yyyy-mm-dd"],
  }),
);

/** Numbers from 0 to below 1, always the same ones: a linear congruential sequence. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Damage = (bytes: Buffer, random: () => number) => Buffer;

const damages: Readonly<Record<string, Damage>> = {
  "a bit flipped": (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    return bytes;
  },
  // Half of all bits matter little; those of the directory and the headers always do.
  "a byte of the directory changed": (bytes, random) => {
    const from = bytes.readUInt32LE(bytes.length - 6);
    const at = from + Math.floor(random() * (bytes.length - from));
    bytes.writeUInt8(Math.floor(random() * 256), at);
    return bytes;
  },
  "the end cut off": (bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length)),
  "a piece taken out": (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random() * 64)]);
  },
  "a piece put in twice": (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    return Buffer.concat([bytes.subarray(0, at + 1 + random() * 64), bytes.subarray(at)]);
  },
  "a piece of zeros": (bytes, random) => {
    const at = Math.floor(random() * bytes.length);
    return bytes.fill(0, at, Math.min(bytes.length, at + 1 + Math.floor(random() * 64)));
  },
};

async function readAll(path: string): Promise<unknown> {
  const table = await openTable(path);
  try {
    const sheets: unknown[] = [];
    for (const { name } of table.sheets) sheets.push([name, await readRows(table, name)]);
    return sheets;
  } finally {
    await table.close();
  }
}

test(`${FILES} damaged workbooks are refused with a code or read as if they were whole`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-damaged-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "a.xlsx");
  await writeFile(path, whole);
  const expected = await readAll(path);
  const random = randomNumbers(20_261_120);
  const kinds = Object.keys(damages);
  let refused = 0;
  for (let index = 0; index < FILES; index += 1) {
    const kind = kinds[index % kinds.length] ?? "";
    const damaged = damages[kind]?.(Buffer.from(whole), random) ?? whole;
    await writeFile(path, damaged);
    const from = performance.now();
    try {
      expect(await readAll(path), `file ${index}: ${kind}`).toEqual(expected);
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      expect(error.finding.severity).toBe("error");
      refused += 1;
    }
    expect(performance.now() - from, `file ${index}: ${kind}`).toBeLessThan(SECONDS_MAX * 1_000);
  }
  expect(refused).toBeGreaterThan(FILES * 0.7);
}, 120_000);
