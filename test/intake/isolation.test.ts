// Whatever one file does, it is refused by its name and the files beside it are read.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileError } from "../../src/parse/text/file-finding.ts";
import { openRecords, readInThread } from "../../src/intake/records/open-records.ts";
import { CasBatchError, UnreadableFileError } from "../../src/core/errors.ts";
import { checkFiles } from "../support/check-files.ts";
import { workbook } from "../support/simple-workbook.ts";

const HEADER = ["External reference", "Direction", "Goods description"];
const GOOD = `${HEADER.join(";")}\nR-1;IN;Bolts\n`;

function temporaryPath(name: string, content: string | Buffer): string {
  const path = join(mkdtempSync(join(tmpdir(), "cas-batch-isolation-")), name);
  writeFileSync(path, content);
  return path;
}

const rowsOfMany = (count: number, reference: (at: number) => string): string =>
  `${HEADER.join(";")}\n${Array.from({ length: count }, (_, at) => `${reference(at)};IN;Bolts`).join("\n")}\n`;

describe("a shipment without end", () => {
  const limits = { shipmentCharsMax: 10_000 };
  test.each([
    ["whose rows stand together", (): string => "R-1"],
    ["whose rows are scattered", (at: number): string => (at % 2 === 0 ? "R-1" : `S-${at}`)],
  ])("%s refuses the file, and the next one is read", async (_name, reference) => {
    const files = [
      { name: "a.csv", content: rowsOfMany(2_000, reference) },
      { name: "b.csv", content: GOOD },
    ];
    const tally = await checkFiles(files, { reading: { limits } });
    expect(tally.files.map(({ end }) => end.rejected)).toEqual([true, false]);
    const findings = [];
    for (const batch of tally.findings) findings.push(...batch);
    expect(findings).toMatchObject([{ code: "file-too-large", file: "a.csv" }]);
  });
});

test("a small workbook that takes more than small ones do is read in a thread", async () => {
  // Wider than what is read beside everything else, and within the limits.
  const sheets = Object.fromEntries(
    Array.from({ length: 70 }, (_, at) => [
      `S${at}`,
      at === 0 ? [HEADER, ["R-1", "IN", "Bolts"]] : [["note"]],
    ]),
  );
  const source = await openRecords(temporaryPath("a.xlsx", workbook(sheets)), {}, null);
  expect(source.inThread).toBeUndefined();
  expect(source.opened.plan.sheets.map(({ sheet }) => sheet)).toEqual(["S0"]);
  await source.close();
  const small = await openRecords(temporaryPath("b.csv", GOOD), {}, null);
  expect(small.inThread).toBeDefined();
  await small.close();
});

test("a thread that takes too long is ended, and its file refused", async () => {
  const path = temporaryPath(
    "a.csv",
    rowsOfMany(100_000, (at) => `R-${at}`),
  );
  const reading = readInThread(path, { limits: { fileReadMsMax: 1 } }, null);
  await expect(reading).rejects.toMatchObject({ finding: { code: "file-read-timeout" } });
});

describe("fileError()", () => {
  test("makes a finding of a fault of ours", () => {
    expect(fileError("a.csv", new RangeError("Maximum call stack size exceeded"))).toMatchObject({
      finding: {
        code: "file-not-understood",
        file: "a.csv",
        message:
          '"a.csv" could not be read: cas-batch met a fault of its own in it (Maximum call stack size exceeded)',
      },
    });
  });

  test("leaves what is told already", () => {
    const told = [
      new CasBatchError("configuration-invalid", "x"),
      new DOMException("x", "AbortError"),
      fileError("a.csv", new Error("x")),
    ];
    for (const error of told) expect(fileError("b.csv", error)).toBe(error);
    expect(told[2]).toBeInstanceOf(UnreadableFileError);
  });
});
