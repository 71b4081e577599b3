import { textReason } from "../support/reasons.ts";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { csvField } from "../../src/report/text/csv-field.ts";
import type { ViewBooks } from "../../src/ledger/contract/views.ts";
import {
  writeRunFiles,
  type CellTracer,
  type ReadFile,
  type ResultInput,
} from "../../src/report/run-files.ts";
import { temporaryFolder } from "./outside-programs.ts";
import { sampleBooks, sampleDeclaration, sampleFinding, sampleLine } from "./sample-books.ts";

const HEADER =
  "\ufeffFile;Rows;External reference;Direction;Outcome;Reference id;Status;MRN;Reason\r\n";
const RUN_ID = "20261120T184128Z-3f2a";

/** As if the cells that the ledger knows were those of the file. */
const asKnown: CellTracer = (lines) => Promise.resolve(lines);

function readFile(name: string, content: string, trace: CellTracer = asKnown): ReadFile {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const file = { path, name, sizeBytes: content.length, sha256 };
  const text = { encoding: "utf-8", delimiter: ",", quote: '"' };
  return { file, form: { headerRows: { [basename(name, ".csv")]: 1 }, text }, trace };
}

function inputOf(books: ViewBooks, more: Partial<ResultInput> = {}): ResultInput {
  return { books, runId: RUN_ID, completeUpTo: null, simulated: false, times: null, ...more };
}

const rows = (...numbers: readonly number[]): { sheet: string; row: number }[] =>
  numbers.map((row) => ({ sheet: "a", row }));

const line = (reference: string, more: Parameters<typeof sampleLine>[0]) =>
  sampleLine({
    fileName: "a.csv",
    key: { direction: "IN", externalReference: reference },
    ...more,
  });

const read = (folder: string, name: string): string => readFileSync(join(folder, name), "utf8");

describe("writeRunFiles()", () => {
  it("puts every line into exactly one result file, with what became of it", async () => {
    const folder = join(temporaryFolder(), "run");
    const released = sampleDeclaration("d1", "Released");
    const faulty = sampleDeclaration("d2", "CustomsError");
    const lines = [
      line("A", { rows: rows(2, 3), declarations: [released] }),
      line("B", { rows: rows(4), declarations: [faulty] }),
      line("C", { rows: rows(5), bucket: "invalid", referenceId: null }),
      line("D", {
        rows: rows(6),
        bucket: "unsent",
        reason: textReason("Stopped first"),
        referenceId: null,
      }),
      line("E", { rows: rows(7), bucket: "unchanged" }),
    ];
    const findings = [
      sampleFinding({ file: "a.csv", sheet: "a", row: 5, cell: "B5", message: "Odd" }),
      sampleFinding({ file: "a.csv", sheet: "a", row: 9, cell: null, message: "No reference" }),
    ];
    const file = readFile("a.csv", "x,y\n");
    await writeRunFiles(folder, inputOf(sampleBooks({ batches: [], lines, findings })), [file]);
    expect(read(folder, "success.csv")).toBe(
      `${HEADER}a.csv;a 2–3;A;IN;accepted;0197-ref-1;Released;26BE000000000001J7;\r\na.csv;a 7;E;IN;unchanged;0197-ref-1;;;\r\n`,
    );
    expect(read(folder, "failed.csv")).toBe(
      `${HEADER}a.csv;a 4;B;IN;accepted;0197-ref-1;CustomsError;26BE000000000001J7;CustomsError: Customs sent it back with errors\r\na.csv;a 5;C;IN;invalid;;;;B5: Odd\r\na.csv;a 9;;;invalid;;;;No reference\r\n`,
    );
    expect(read(folder, "unprocessed.csv")).toBe(
      `${HEADER}a.csv;a 6;D;IN;unsent;;;;Stopped first\r\n`,
    );
  });

  it("says of a declaration that CAS has not touched since it took the shipment that its status is old", async () => {
    const folder = join(temporaryFolder(), "run");
    const declaration = sampleDeclaration("d1", "Released");
    const lastYear = { ...declaration.summary, lastUpdated: "2025-01-01T00:00:00Z" };
    const old = { ...declaration, summary: lastYear };
    const lines = [
      line("A", { rows: rows(2), declarations: [old] }),
      line("B", { rows: rows(3), declarations: [old], referenceId: null }),
      line("C", { rows: rows(4), declarations: [declaration] }),
    ];
    const books = sampleBooks({ batches: [], lines, findings: [] });
    await writeRunFiles(folder, inputOf(books), [readFile("a.csv", "x,y\n")]);
    const [, first, second, third] = read(folder, "success.csv").split("\r\n");
    expect(first).toMatch(
      /;Last updated before CAS took this content, .*: d1 \(Released, 2025-01-01 00:00 UTC\)$/,
    );
    // Found out to be there by its declaration, and not at the time of an answer.
    expect(second).toMatch(/;26BE000000000001J7;$/);
    expect(third).toMatch(/;26BE000000000001J7;$/);
  });

  it("gives each file of a run its own findings, lines and copy", async () => {
    const folder = join(temporaryFolder(), "run");
    const files = [readFile("a.csv", "x,y\n1,2\n"), readFile("b.csv", "x,y\n3,4\n5,6\n")];
    const books = sampleBooks({
      batches: [],
      lines: [
        line("A", { rows: rows(2), bucket: "invalid" }),
        line("B", { fileName: "b.csv", rows: [{ sheet: "b", row: 3 }], bucket: "invalid" }),
      ],
      findings: [
        sampleFinding({ file: "a.csv", sheet: "a", message: "First" }),
        sampleFinding({ file: "b.csv", sheet: "b", row: 3, cell: "B3", message: "Second" }),
      ],
    });
    const { annotated } = await writeRunFiles(folder, inputOf(books), files);
    expect(annotated.map(({ path }) => basename(path ?? ""))).toEqual([
      "a.failed.csv",
      "b.failed.csv",
    ]);
    expect(read(folder, "annotated/a.failed.csv")).toBe("x,y,cas-batch reason\n1,2,First\n");
    expect(read(folder, "annotated/b.failed.csv")).toBe("x,y,cas-batch reason\n5,6,Second\n");
  });

  it("brings back the whole shipment when customs found an error in one of its rows", async () => {
    const folder = join(temporaryFolder(), "run");
    const error = {
      ...{ errorCode: "C1", message: "Mass wrong", description: null, fieldReference: [] },
      ...{ file: "a.csv", sheet: null, cell: "B3", path: null, value: null },
    };
    const declarations = [sampleDeclaration("d1", "CustomsError", { errors: [error] })];
    const lines = [
      line("A", { rows: rows(2, 3), declarations }),
      line("B", { rows: rows(4), lineNumber: 2 }),
    ];
    const file = readFile("a.csv", "x,y\n1,2\n3,4\n5,6\n");
    await writeRunFiles(folder, inputOf(sampleBooks({ batches: [], lines })), [file]);
    const failed = read(folder, "annotated/a.failed.csv").split("\n");
    expect(failed.slice(1, -1).map((text) => text.slice(0, 3))).toEqual(["1,2", "3,4"]);
    expect(failed[2]).toContain("Mass wrong");
    // The row stands elsewhere in this file than in the one that was read.
    expect(failed[2]).not.toContain("B3");
  });

  it("names the field where the cell of an error is that of another file", async () => {
    const folder = join(temporaryFolder(), "run");
    const error = {
      ...{ errorCode: "C1", message: "Mass wrong", description: null, fieldReference: [] },
      ...{ file: "a.csv", sheet: null, cell: "B3", path: "grossMass", value: null },
    };
    const declarations = [
      sampleDeclaration("d1", "CustomsError", { errors: [error, error] }),
      sampleDeclaration("d2", "CustomsError", { errors: [error] }),
    ];
    const lines = [
      line("A", { rows: rows(2), declarations }),
      line("B", { rows: rows(3), lineNumber: 2 }),
    ];
    const file = readFile("a.csv", "x,y\n1,2\n3,4\n", () => Promise.resolve(new Map()));
    await writeRunFiles(folder, inputOf(sampleBooks({ batches: [], lines })), [file]);
    const told = "CustomsError: Customs sent it back with errors | grossMass: Mass wrong";
    expect(read(folder, "failed.csv").split("\r\n")[1]?.split(";").at(-1)).toBe(told);
    expect(read(folder, "annotated/a.failed.csv")).toBe(`x,y,cas-batch reason\n1,2,${told}\n`);
  });

  it("makes no copy of a file that was changed after it had been read", async () => {
    const folder = join(temporaryFolder(), "run");
    const file = readFile("a.csv", "x,y\n1,2\n");
    writeFileSync(file.file.path, "x,y\n9,9\n");
    const lines = [line("A", { rows: rows(2), bucket: "invalid" })];
    const { annotated } = await writeRunFiles(
      ...([folder, inputOf(sampleBooks({ batches: [], lines })), [file]] as const),
    );
    expect(annotated[0]?.remarks.join()).toContain("was changed after it had been read");
    expect(existsSync(join(folder, "annotated/a.failed.csv"))).toBe(false);
  });

  it("writes the result files all the same when a file is not there any more", async () => {
    const folder = join(temporaryFolder(), "run");
    const file = readFile("a.csv", "x,y\n1,2\n");
    rmSync(file.file.path);
    const lines = [line("A", { rows: rows(2), bucket: "invalid" })];
    const { annotated } = await writeRunFiles(
      ...([folder, inputOf(sampleBooks({ batches: [], lines })), [file]] as const),
    );
    expect(annotated[0]?.remarks.join()).toContain("it is not there any more");
    expect(read(folder, "failed.csv")).toContain(";A;IN;invalid;");
  });

  it("writes the others when one result file or one copy cannot be written", async () => {
    const folder = join(temporaryFolder(), "run");
    mkdirSync(join(folder, "failed.csv"), { recursive: true });
    mkdirSync(join(folder, "annotated/a.failed.csv"), { recursive: true });
    const files = [readFile("a.csv", "x,y\n1,2\n"), readFile("b.csv", "x,y\n1,2\n")];
    const lines = [
      line("A", { rows: rows(2), bucket: "invalid" }),
      line("B", { fileName: "b.csv", rows: [{ sheet: "b", row: 2 }], bucket: "invalid" }),
      line("C", { fileName: "b.csv", rows: [{ sheet: "b", row: 3 }] }),
    ];
    const { annotated, failures, copyFailures } = await writeRunFiles(
      ...([folder, inputOf(sampleBooks({ batches: [], lines })), files] as const),
    );
    expect(read(folder, "success.csv")).toContain("b.csv;b 3;C;IN;");
    expect(read(folder, "unprocessed.csv")).toBe(HEADER);
    expect(read(folder, "annotated/b.failed.csv")).toContain("1,2");
    expect(annotated.map(({ path }) => path === null)).toEqual([true, false]);
    expect(failures).toEqual([
      expect.objectContaining({
        code: "file-not-writable",
        message: `Cannot write ${join(folder, "failed.csv")}: it is a folder`,
      }),
    ]);
    expect(copyFailures).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("writes the result files when there is no folder for copies, and when a file cannot be read once more", async () => {
    const folder = join(temporaryFolder(), "run");
    mkdirSync(folder);
    writeFileSync(join(folder, "annotated"), "");
    const fails: CellTracer = () => Promise.reject(new RangeError("Too deep"));
    const file = readFile("a.csv", "x,y\n1,2\n", fails);
    const declarations = [sampleDeclaration("d1", "CustomsError")];
    const lines = [line("A", { rows: rows(2), declarations })];
    const { failures, copyFailures } = await writeRunFiles(
      ...([folder, inputOf(sampleBooks({ batches: [], lines })), [file]] as const),
    );
    expect(read(folder, "failed.csv")).toContain(";A;IN;");
    expect(failures).toEqual([]);
    expect(copyFailures).toEqual([expect.objectContaining({ code: "file-not-writable" })]);
  });
});

describe("csvField()", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@x", "'@x"],
    ["\tx", "'\tx"],
    ["\rx", `"'\rx"`],
    ["a=1", "a=1"],
    ['a;"b', '"a;""b"'],
    [" a", '" a"'],
  ])("writes %j as %j", (text, written) => {
    expect(csvField(text, ";")).toBe(written);
  });
});
