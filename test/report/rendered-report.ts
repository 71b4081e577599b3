// A report as it comes out of a printer: the words of each page, by sheet, and what of a sheet's texts they lack.
import { spawnSync } from "node:child_process";
import type ExcelJS from "exceljs";
import { convertWithLibreOffice, runs } from "./outside-programs.ts";

export const hasPoppler = runs("pdftotext", ["-v"]);

export interface PrintedPage {
  readonly sheet: string;
  /** Without the footer. */
  readonly words: readonly string[];
  /** How far the words reach to the right, as a share of the page. */
  readonly rightEdge: number;
}

const OUTPUT_BYTES_MAX = 512 * 1024 * 1024;
/** Hundreds of pages take LibreOffice about a minute. */
export const PRINT_MS_MAX = 360_000;
/** Unit: points from the lower edge of the page, where the footer stands. */
const FOOTER_POINTS = 40;
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&#39;": "'",
  "&amp;": "&",
};

export function printedPages(workbookPath: string): readonly PrintedPage[] {
  const pdf = convertWithLibreOffice(workbookPath, "pdf", PRINT_MS_MAX);
  const { stdout } = spawnSync("pdftotext", ["-bbox", pdf, "-"], {
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return stdout.split("<page ").slice(1).map(pageOf);
}

function pageOf(xml: string): PrintedPage {
  const [, width = "0", height = "0"] = /width="([\d.]+)" height="([\d.]+)"/.exec(xml) ?? [];
  const words: string[] = [];
  const footer: string[] = [];
  let right = 0;
  for (const [, top = "0", edge = "0", text = ""] of xml.matchAll(
    /<word xMin="[\d.]+" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<\/word>/g,
  )) {
    const word = text.replace(/&(?:lt|gt|quot|apos|#39|amp);/g, (name) => ENTITIES[name] ?? name);
    if (Number(top) > Number(height) - FOOTER_POINTS) footer.push(word);
    else {
      words.push(word);
      right = Math.max(right, Number(edge));
    }
  }
  const sheet = /· (.*) Page \d+ of \d+$/.exec(footer.join(" "))?.[1] ?? "";
  return { sheet, words, rightEdge: right / Number(width) };
}

/** The words of the texts in the print area of a sheet that its pages lack: what was cut off. */
export function wordsCut(sheet: ExcelJS.Worksheet, pages: readonly PrintedPage[]): string[] {
  const printed = new Map<string, number>();
  const own = pages.filter(({ sheet: name }) => name === sheet.name);
  for (const { words } of own) for (const word of words) add(printed, word, 1);
  const lastColumn = /:\$?([A-Z]+)/.exec(sheet.pageSetup.printArea ?? "")?.[1];
  const columns = lastColumn === undefined ? sheet.columnCount : sheet.getColumn(lastColumn).number;
  const cut: string[] = [];
  sheet.eachRow((row) => {
    row.eachCell((cell, column) => {
      if (column > columns || cell.master !== cell || typeof textOf(cell) !== "string") return;
      for (const word of cell.text.split(/\s+/).filter((part) => part !== "")) {
        if (!take(printed, word)) cut.push(`${cell.address} ${word}`);
      }
    });
  });
  return cut;
}

function textOf({ value }: ExcelJS.Cell): unknown {
  return typeof value === "object" && value !== null && "richText" in value ? "" : value;
}

/** Takes a word off those that were printed, whole or in the pieces that stand on lines of their own. */
function take(printed: Map<string, number>, word: string): boolean {
  for (let length = word.length; length > 0; length -= 1) {
    const start = word.slice(0, length);
    if ((printed.get(start) ?? 0) === 0) continue;
    add(printed, start, -1);
    if (length === word.length || take(printed, word.slice(length))) return true;
    add(printed, start, 1);
  }
  return false;
}

function add(counts: Map<string, number>, word: string, count: number): void {
  counts.set(word, (counts.get(word) ?? 0) + count);
}
