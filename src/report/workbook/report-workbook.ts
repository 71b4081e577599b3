// A workbook that is written sheet after sheet, straight into a file: exceljs' streaming writer, so
// that rows leave memory as they are added.
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type ExcelJS from "exceljs";

// The library declares a const enum that does not exist at run time. Source: ECMA-376 part 1, 18.3.1.63.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
const PAPER_A4: ExcelJS.PaperSize = 9;

/** As wide as one page. */
export const landscape = {
  orientation: "landscape",
  paperSize: PAPER_A4,
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
  margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.3, footer: 0.3 },
} as const;

export const pageFooter = {
  oddFooter: "&L&8cas-batch · &A&R&8Page &P of &N",
} as const;

export interface ReportWorkbook {
  readonly writer: ExcelJS.stream.xlsx.WorkbookWriter;
  /** Lets what was added reach the disk. Once per batch. @throws what the disk answered */
  readonly drain: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** Gives up; safe to call after `end`. */
  readonly abandon: () => Promise<void>;
}

/** Starts a new file; there must be none of that name. */
export async function createReportWorkbook(path: string, createdAt: Date): Promise<ReportWorkbook> {
  // Loaded here because checking a file needs none of it, and it takes 20 MiB.
  const { default: library } = await import("exceljs");
  const stream = createWriteStream(path, { flags: "wx" });
  // The library listens for errors only at its end; a full disk before that would go unnoticed.
  const written = finished(stream);
  written.catch(() => undefined);
  const writer = new library.stream.xlsx.WorkbookWriter({
    stream,
    useStyles: true,
    useSharedStrings: false,
    zip: { zlib: { level: 6 } },
  });
  writer.creator = "cas-batch";
  writer.lastModifiedBy = "cas-batch";
  writer.created = createdAt;
  writer.modified = createdAt;
  return {
    writer,
    drain: async () => {
      await nextTurn();
      if (stream.errored !== null) throw stream.errored;
    },
    end: async () => {
      await Promise.race([writer.commit(), written]);
      await written;
    },
    abandon: async () => {
      stream.destroy();
      await written.catch(() => undefined);
    },
  };
}
