// Workbooks of many programs, annotated: nothing of them may be lost, as three witnesses see it: the
// bytes of their parts, openpyxl, and LibreOffice. The files are no part of the project: the folder is
// given by CAS_BATCH_CORPORA, and without it these tests are skipped.
import { existsSync, globSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { FileNotes } from "../../src/report/annotate/annotate-notes.ts";
import { annotateWorkbook } from "../../src/report/annotate/workbook/annotate-workbook.ts";
import type { SourcePackage } from "../../src/report/annotate/package/package-file.ts";
import { readBookParts } from "../../src/report/annotate/package/package-parts.ts";
import {
  differencesInOpenpyxl,
  hasLibreOffice,
  hasOpenpyxl,
  OUTSIDE_TIMEOUT_MS,
  sheetsInLibreOffice,
  temporaryFolder,
} from "./outside-programs.ts";
import { packageAt, withSteadyFile } from "../support/steady-files.ts";

const folder = resolve(process.env["CAS_BATCH_CORPORA"] ?? "../shared/corpora");
const isThere = existsSync(folder);
const skipNote = isThere ? "" : ` (skipped: ${folder} is not there, name it in CAS_BATCH_CORPORA)`;
const patiently = { timeout: OUTSIDE_TIMEOUT_MS };

/** Its functions give another value each time: NOW, RAND. */
const VOLATILE = /^formula_stress_test/;
/** Parts that an annotated copy changes or adds. */
const OURS =
  /^\[Content_Types\]\.xml$|worksheets\/sheet|worksheets\/_rels\/|worksheets\/\w+\.xml$|styles\d*\.xml$|comments|vmlDrawing|xl\/workbook\.xml(\.rels)?$|_rels\/workbook\.xml\.rels$/i;
const SHEETS_MAX = 3;

interface Copies {
  /** Original and copy, by the file's name. */
  readonly [name: string]: readonly [string, string];
}

/** Every sheet gets marks, row notes and comments in its first rows. */
async function annotateAll(): Promise<Copies> {
  const target = join(temporaryFolder(), "copies");
  mkdirSync(target);
  const copies: Record<string, readonly [string, string]> = {};
  for (const path of globSync(join(folder, "sheetjs/*.xlsx")).sort()) {
    const copy = join(target, basename(path));
    const source = await packageAt(path);
    const book = await readBookParts(source);
    await source.close();
    const notes = new FileNotes();
    const headerRows: Record<string, number> = {};
    for (const { name } of book.sheets.slice(0, SHEETS_MAX)) {
      headerRows[name] = 1;
      notesOn(notes, name);
    }
    await withSteadyFile(path, (file) => annotateWorkbook(file, copy, notes, headerRows));
    copies[basename(path)] = [path, copy];
  }
  return copies;
}

function notesOn(notes: FileNotes, sheet: string): void {
  const fault = { sheet, hint: "Correct it", code: "number-invalid", message: "Odd" };
  notes.addFault({ ...fault, severity: "error", row: 1, cell: "A1" });
  notes.addFault({ ...fault, severity: "error", row: 2, cell: "B2" });
  notes.addFault({ ...fault, severity: "warning", row: 3, cell: "A3" });
  const rows = [2, 3, 4].map((row) => ({ sheet, row }));
  const outcome = { outcome: "rejected", referenceId: "r", status: "Invalid", mrn: "26NL" };
  const reasons = { reason: "Refused", reasonWithoutPlaces: "Refused" };
  notes.addLine({ ...outcome, ...reasons, isFailed: true, rows });
}

async function bytesOf(source: SourcePackage, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.bytes(name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The rows without blanks at the right; the added columns are cut off. */
function shownCells(csv: string, like: string): readonly string[] {
  const widths = like.split("\n").map((line) => line.replace(/,+$/, "").length);
  return csv
    .split("\n")
    .slice(0, widths.length)
    .map((line, row) => line.slice(0, widths[row]));
}

describe.skipIf(!isThere)(`annotated copies of the corpora${skipNote}`, () => {
  test("keep every part that is not ours byte for byte", patiently, async () => {
    const copies = Object.values(await annotateAll());
    expect(copies.length).toBeGreaterThan(40);
    for (const [path, copy] of copies) {
      const [before, after] = [await packageAt(path), await packageAt(copy)];
      for (const name of before.names) {
        if (OURS.test(name)) expect(after.names, path).toContain(name);
        else
          expect(await bytesOf(after, name), `${path} ${name}`).toEqual(
            await bytesOf(before, name),
          );
      }
      await before.close();
      await after.close();
    }
  });

  test.skipIf(!hasOpenpyxl)("are the same to openpyxl but for fills", patiently, async () => {
    const found = differencesInOpenpyxl(await annotateAll());
    expect(Object.entries(found).filter(([, differences]) => differences.length > 0)).toEqual([]);
  });

  test.skipIf(!hasLibreOffice)("show the same cells in LibreOffice", patiently, async () => {
    const copies = Object.values(await annotateAll());
    const before = sheetsInLibreOffice(copies.map(([path]) => path));
    const after = sheetsInLibreOffice(copies.map(([, copy]) => copy));
    expect(before.size).toBeGreaterThan(90);
    for (const [name, csv] of before) {
      if (VOLATILE.test(name)) continue;
      const shown = csv.split("\n").map((line) => line.replace(/,+$/, ""));
      expect(shownCells(after.get(name) ?? "", csv), name).toEqual(shown);
    }
  });
});
