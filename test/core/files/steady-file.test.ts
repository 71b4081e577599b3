import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  FileChangedError,
  openSteadyFile,
  type SteadyFile,
} from "../../../src/core/files/steady-file.ts";
import { FileNotes } from "../../../src/report/annotate/annotate-notes.ts";
import { annotateWorkbook } from "../../../src/report/annotate/workbook/annotate-workbook.ts";
import { writeFailedCsv } from "../../../src/report/annotate/csv/annotate-csv.ts";
import { templateModel } from "../../../src/map/template-model.ts";
import { writeTemplateWorkbook } from "../../../src/report/write-template.ts";

const BLOCK = 64 * 1024;
/** Four blocks and a bit, all different. */
const content = Buffer.from(Array.from({ length: 4 * BLOCK + 100 }, (_, at) => (at >> 8) ^ at));

function temporaryPath(name: string, bytes: Buffer | string): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-steady-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function opened(path: string): Promise<SteadyFile> {
  const file = await openSteadyFile(path);
  onTestFinished(() => file.close());
  return file;
}

async function allOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe("openSteadyFile()", () => {
  test("tells size and hash of what it reads, chunk by chunk", async () => {
    const path = temporaryPath("a.csv", content);
    const seen: Buffer[] = [];
    const file = await openSteadyFile(path, (chunk, position, fileBytes) => {
      expect([position, fileBytes]).toEqual([Buffer.concat(seen).length, content.length]);
      seen.push(Buffer.from(chunk));
    });
    onTestFinished(() => file.close());
    expect(Buffer.concat(seen)).toEqual(content);
    expect(file.sizeBytes).toBe(content.length);
    expect(file.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    expect(await allOf(file.chunks())).toEqual(content);
  });

  test("reads any range, and no further than the file goes", async () => {
    const file = await opened(temporaryPath("a.csv", content));
    const ranges = fc.tuple(
      fc.nat(content.length + 10),
      fc.nat(2 * BLOCK),
      fc.constantFrom(BLOCK, 2 * BLOCK, 8 * BLOCK),
    );
    await fc.assert(
      fc.asyncProperty(ranges, async ([start, bytes, chunkBytes]) => {
        const wanted = content.subarray(start, start + bytes);
        expect((await file.read(start, bytes)).equals(wanted)).toBe(true);
        const chunks = await allOf(file.chunks({ start, bytes, chunkBytes }));
        expect(chunks.equals(wanted)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("reads an empty file as empty", async () => {
    expect(await allOf((await opened(temporaryPath("a.csv", ""))).chunks())).toHaveLength(0);
  });

  test("gives no byte of a block that was changed, and all bytes of the others", async () => {
    const path = temporaryPath("a.csv", content);
    const file = await opened(path);
    const changed = Buffer.from(content);
    changed.writeUInt8(changed.readUInt8(2 * BLOCK) ^ 1, 2 * BLOCK);
    writeFileSync(path, changed);
    expect((await file.read(0, 2 * BLOCK)).equals(content.subarray(0, 2 * BLOCK))).toBe(true);
    await expect(file.read(2 * BLOCK - 1, 2)).rejects.toBeInstanceOf(FileChangedError);
    await expect(file.read(3 * BLOCK - 1, 1)).rejects.toBeInstanceOf(FileChangedError);
    expect(await file.read(4 * BLOCK, 1_000)).toHaveLength(100);
  });

  test("reads what it was opened with after the file has grown, and nothing cut off", async () => {
    const path = temporaryPath("a.csv", content);
    const file = await opened(path);
    appendFileSync(path, "more");
    expect(await allOf(file.chunks())).toEqual(content);
    truncateSync(path, content.length - 1);
    await expect(allOf(file.chunks())).rejects.toBeInstanceOf(FileChangedError);
  });
});

describe("no copy is made of bytes that were changed", () => {
  const fault = {
    ...({ severity: "error", code: "number-invalid", message: "Odd", hint: null } as const),
    ...{ row: 2, cell: "C2" },
  };

  test("in a text file", async () => {
    const path = temporaryPath("march.csv", "Reference,Direction,Goods\nA,IN,Bolts\n");
    const file = await opened(path);
    writeFileSync(path, "Reference,Direction,Goods\nB,IN,Bolts\n");
    const notes = new FileNotes();
    notes.addFault({ ...fault, sheet: "march" });
    const form = { sheet: "march", headerRow: 1, encoding: "utf-8", delimiter: ",", quote: '"' };
    const target = `${path}.failed`;
    await expect(writeFailedCsv(file, target, notes, form)).rejects.toBeInstanceOf(
      FileChangedError,
    );
  });

  test("in a workbook, whichever of its parts they are in", async () => {
    const path = temporaryPath("march.xlsx", "");
    await writeTemplateWorkbook(path, templateModel("flat"));
    const notes = new FileNotes();
    notes.addFault({ ...fault, sheet: "Shipments" });
    await annotateWorkbook(await opened(path), `${path}.copy`, notes, { Shipments: 1 });
    const file = await opened(path);
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    writeFileSync(path, bytes);
    const copied = annotateWorkbook(file, `${path}.second`, notes, { Shipments: 1 });
    await expect(copied).rejects.toBeInstanceOf(FileChangedError);
  });
});
