// Writes the files that the benches read, without exceljs: sheet XML by hand into a zip by yazl,
// with shared strings as Excel writes them; CSV by hand.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { columnLetters } from "../src/core/cell.ts";
import { benchRow, HEADERS, type BenchCell } from "./shipment-rows.ts";

const ROWS_PER_CHUNK = 500;
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const COLUMN_NAMES = HEADERS.map((_, index) => columnLetters(index));

export async function writeBenchXlsx(path: string, rows: number): Promise<void> {
  const strings = new Map<string, number>();
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(path));
  const add = (name: string, text: string): void => {
    zip.addBuffer(Buffer.from(HEAD + text), name);
  };
  add(
    "[Content_Types].xml",
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  );
  add(
    "_rels/.rels",
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  add(
    "xl/workbook.xml",
    `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="Shipments" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  );
  add(
    "xl/_rels/workbook.xml.rels",
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
  );
  add(
    "xl/styles.xml",
    `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" xfId="0"/></cellXfs></styleSheet>`,
  );
  // The sheet comes first because writing it is what collects the shared strings.
  const sheet = Readable.from(sheetXml(rows, strings), { objectMode: false });
  zip.addReadStream(sheet, "xl/worksheets/sheet1.xml");
  await once(sheet, "end");
  zip.addReadStream(
    Readable.from(stringsXml(strings), { objectMode: false }),
    "xl/sharedStrings.xml",
  );
  zip.end();
  await written;
}

export async function writeBenchCsv(path: string, rows: number): Promise<void> {
  await pipeline(Readable.from(csvText(rows), { objectMode: false }), createWriteStream(path));
}

function* sheetXml(rows: number, strings: Map<string, number>): Generator<Buffer> {
  yield Buffer.from(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rowXml(1, HEADERS, strings)}`);
  for (let start = 0; start < rows; start += ROWS_PER_CHUNK) {
    let xml = "";
    for (let index = start; index < Math.min(start + ROWS_PER_CHUNK, rows); index += 1) {
      xml += rowXml(index + 2, benchRow(index), strings);
    }
    yield Buffer.from(xml);
  }
  yield Buffer.from("</sheetData></worksheet>");
}

function rowXml(
  rowNumber: number,
  cells: readonly BenchCell[],
  strings: Map<string, number>,
): string {
  const xml = cells.map((cell, column) => {
    const address = `${COLUMN_NAMES[column] ?? ""}${String(rowNumber)}`;
    if (typeof cell === "number") return `<c r="${address}"><v>${String(cell)}</v></c>`;
    let index = strings.get(cell);
    if (index === undefined) {
      index = strings.size;
      strings.set(cell, index);
    }
    return `<c r="${address}" t="s"><v>${String(index)}</v></c>`;
  });
  return `<row r="${String(rowNumber)}">${xml.join("")}</row>`;
}

function* stringsXml(strings: ReadonlyMap<string, number>): Generator<Buffer> {
  const count = String(strings.size);
  yield Buffer.from(`${HEAD}<sst xmlns="${MAIN}" count="${count}" uniqueCount="${count}">`);
  let xml = "";
  for (const text of strings.keys()) {
    xml += `<si><t>${escapeXml(text)}</t></si>`;
    if (xml.length > 65_536) {
      yield Buffer.from(xml);
      xml = "";
    }
  }
  yield Buffer.from(`${xml}</sst>`);
}

function* csvText(rows: number): Generator<Buffer> {
  yield Buffer.from(`${HEADERS.map(csvCell).join(",")}\n`);
  for (let start = 0; start < rows; start += ROWS_PER_CHUNK) {
    let text = "";
    for (let index = start; index < Math.min(start + ROWS_PER_CHUNK, rows); index += 1) {
      text += `${benchRow(index).map(csvCell).join(",")}\n`;
    }
    yield Buffer.from(text);
  }
}

function csvCell(cell: BenchCell): string {
  const text = String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
