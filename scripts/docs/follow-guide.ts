// Does what a guide says, from its first line to its last: types its commands, and types the values of its tables into
// the workbook, by LibreOffice. A table belongs to the workbook when it is headed `Column`, `Row 2`, …; the workbook is
// the one that the text before it names last.
import { renameSync } from "node:fs";
import { join } from "node:path";
import { columnLetters } from "../../src/core/cell.ts";
import { fieldCatalogue } from "../../src/map/catalogue/field-catalogue.ts";
import { typeIntoCells, type TypedCell } from "./libreoffice.ts";
import { shellBlocks, type ShellBlock } from "./shell-blocks.ts";
import type { Typed, UserShell } from "./user-shell.ts";

const SHEET = "Shipments";

interface Filled {
  readonly kind: "filled";
  readonly workbook: string;
  readonly cells: readonly TypedCell[];
}

interface Ran {
  readonly kind: "ran";
  readonly block: ShellBlock;
  readonly typed: Typed;
}

export type GuideStep = Filled | Ran;

/** Each step after it was done. */
export async function* followGuide(page: string, shell: UserShell): AsyncGenerator<GuideStep> {
  const lines = page.split("\n");
  const blocks = new Map(shellBlocks(page).map((block) => [block.lineNumber, block]));
  let workbook = "";
  for (const [index, line] of lines.entries()) {
    workbook = [...line.matchAll(/[\w/-]+\.xlsx/g)].at(-1)?.[0] ?? workbook;
    const block = blocks.get(index + 1);
    for (const each of block?.lines ?? []) {
      if (block !== undefined) yield { kind: "ran", block, typed: await shell.type(each) };
    }
    if (/^\| Column +\| Row \d/.test(line)) {
      const cells = cellsOf(lines.slice(index));
      typeInto(join(shell.cwd, workbook), cells);
      yield { kind: "filled", workbook, cells };
    }
  }
}

/** Saves under the same name, as a person does. */
function typeInto(path: string, cells: readonly TypedCell[]): void {
  const saved = `${path}.saved.xlsx`;
  typeIntoCells(path, saved, cells);
  renameSync(saved, path);
}

/** The filled cells of the table that begins with the first line. */
function cellsOf(lines: readonly string[]): readonly TypedCell[] {
  const end = lines.findIndex((line) => !line.startsWith("|"));
  const [headings = [], , ...rows] = lines.slice(0, end).map(tableCells);
  return rows.flatMap(([header = "", ...texts]) =>
    texts.flatMap((text, index) => {
      const row = /^Row (\d+)$/.exec(headings[index + 1] ?? "")?.[1] ?? "";
      return text === "" ? [] : [{ sheet: SHEET, address: lettersOf(header) + row, text }];
    }),
  );
}

function tableCells(line: string): readonly string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((text) => text.trim());
}

/** The column of the template that has this header. */
function lettersOf(header: string): string {
  const index = fieldCatalogue.findIndex((field) => field.header === header);
  if (index < 0) throw new Error(`The template has no column ${header}`);
  return columnLetters(index);
}
