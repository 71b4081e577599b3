// Case folders: test/cases/<stage>/<story>/ holds a file as people make it and what becomes of it.
//
//   input.csv | input.yaml   the file; YAML is a workbook: its sheets with their rows, and options
//   sound.csv | sound.yaml   the same without the fault that the story is named after
//   profile.yaml             how it is read, if not by the default template
//   reading.yaml             options of the reading, such as decimalMark
//   expected.json            what comes out; written anew with UPDATE_CASES=1
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { parse } from "yaml";
import type { OpenTableOptions } from "../../src/parse/open-table.ts";
import { workbook, type SheetCells } from "./simple-workbook.ts";

const CASES = join(import.meta.dirname, "..", "cases");

const KNOWN_FILE = /^(?:(?:input|sound)\.(?:csv|yaml)|profile\.yaml|reading\.yaml|expected\.json)$/;

export interface CaseFile {
  readonly name: string;
  readonly content: string | Buffer;
}

export interface Story {
  readonly name: string;
  readonly file: CaseFile;
  /** Null where the story is not about a fault. */
  readonly sound: CaseFile | null;
  /** The profile's text. */
  readonly profile: string | undefined;
  readonly reading: OpenTableOptions;
}

export function storyNames(stage: string): readonly string[] {
  return readdirSync(join(CASES, stage)).toSorted();
}

export function readStory(stage: string, name: string): Story {
  const folder = join(CASES, stage, name);
  const unknown = readdirSync(folder).filter((file) => !KNOWN_FILE.test(file));
  if (unknown.length > 0) throw new Error(`${folder} has unknown files: ${unknown.join(", ")}`);
  const file = fileOf(folder, "input");
  if (file === null) throw new Error(`${folder} has no input.csv and no input.yaml`);
  const reading = textOf(folder, "reading.yaml");
  return {
    name,
    file,
    sound: fileOf(folder, "sound"),
    profile: textOf(folder, "profile.yaml"),
    reading: reading === undefined ? {} : (parse(reading) as OpenTableOptions),
  };
}

/** Writes a file that is gone when the test is over; gives its path. */
export function writeCaseFile({ name, content }: CaseFile): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-case-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Holds what came out against expected.json; with UPDATE_CASES=1 it is what is expected from now on. */
export function expectStory(stage: string, name: string, actual: unknown): void {
  if (process.env["UPDATE_CASES"] === "1")
    writeFileSync(expectedPath(stage, name), inLines(actual));
  expectAsWritten(stage, name, actual);
}

export function expectAsWritten(stage: string, name: string, actual: unknown): void {
  expect(inLines(actual)).toBe(readFileSync(expectedPath(stage, name), "utf8"));
}

function expectedPath(stage: string, name: string): string {
  return join(CASES, stage, name, "expected.json");
}

const LINE_MAX = 70;
const SCALAR = String.raw`(?:"(?:[^"\\]|\\.)*"|-?[\d.]+|null)`;
const LIST = new RegExp(String.raw`\[\s+(${SCALAR}(?:,\s+${SCALAR})*)\s+\]`, "g");

/** JSON with short lists of texts on one line, as a row stands in a sheet. */
function inLines(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(LIST, (list, inside: string) => {
    const line = `[${inside.replace(/,\s+(?=["\d-]|null)/g, ", ")}]`;
    return line.length > LINE_MAX ? list : line;
  });
  return `${text}\n`;
}

function fileOf(folder: string, base: string): CaseFile | null {
  const csv = join(folder, `${base}.csv`);
  if (existsSync(csv)) return { name: "night.csv", content: readFileSync(csv) };
  const text = textOf(folder, `${base}.yaml`);
  if (text === undefined) return null;
  const { sheets, ...options } = parse(text) as {
    readonly sheets: Readonly<Record<string, SheetCells>>;
  };
  return { name: "night.xlsx", content: workbook(sheets, options) };
}

function textOf(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
