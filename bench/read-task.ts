// One measurement of reading in a process of its own: `read-task.ts NAME FILE` prints {units, seconds,
// peakMiB}. Every reader is loaded by its own task alone, so that peak memory is that of the one
// thing measured; loading is not part of the time. `check` stands in check-task.ts.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";

const CHUNK_BYTES = 64 * 1024;

type Read = (path: string) => Promise<number>;

const tasks: Readonly<Record<string, () => Promise<Read>>> = {
  "read-cells": async () => {
    const { readCells } = await import("./read-cells.ts");
    return async (path) => (await readCells(path)).rows;
  },
  "exceljs-stream": async () => {
    const { default: ExcelJS } = await import("exceljs");
    return async (path) => {
      let rows = 0;
      const workbook = new ExcelJS.stream.xlsx.WorkbookReader(path, {
        worksheets: "emit",
        sharedStrings: "cache",
        styles: "cache",
        hyperlinks: "ignore",
      });
      for await (const sheet of workbook) {
        for await (const row of sheet) rows += Array.isArray(row.values) ? 1 : 0;
      }
      return rows;
    };
  },
  "hucre-stream": async () => {
    const { streamXlsxRows } = await import("hucre/xlsx");
    return async (path) => {
      let rows = 0;
      for await (const row of streamXlsxRows(await readFile(path))) {
        rows += Array.isArray(row.values) ? 1 : 0;
      }
      return rows;
    };
  },
  "csv-parse": async () => {
    const { parse } = await import("csv-parse");
    return async (path) => {
      let rows = 0;
      for await (const _record of createReadStream(path).pipe(parse())) rows += 1;
      return rows;
    };
  },
  papaparse: async () => {
    const { default: papa } = await import("papaparse");
    return (path) =>
      new Promise((resolve, reject) => {
        let rows = 0;
        papa.parse<string[]>(createReadStream(path), {
          chunk: ({ data }) => {
            rows += data.length;
          },
          complete: () => {
            resolve(rows);
          },
          error: reject,
        });
      });
  },
  udsv: async () => {
    const { inferSchema, initParser } = await import("udsv");
    return async (path) => {
      let rows = 0;
      let parser: ReturnType<typeof initParser> | null = null;
      const decoder = new TextDecoder();
      const bytes: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
      for await (const chunk of bytes) {
        const text = decoder.decode(chunk, { stream: true });
        parser ??= initParser(inferSchema(text));
        parser.chunk<string[]>(text, parser.stringArrs, () => {
          rows += 1;
        });
      }
      parser?.end();
      return rows;
    };
  },
};

const [name = "", path = ""] = process.argv.slice(2);
const load = tasks[name];
if (load === undefined) throw new Error(`No such task: ${name}`);
const read = await load();
const from = performance.now();
const units = await read(path);
const seconds = (performance.now() - from) / 1000;
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ units, seconds, peakMiB })}\n`);
