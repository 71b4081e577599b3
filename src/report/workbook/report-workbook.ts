// A workbook that is written sheet after sheet, straight into a file: exceljs' streaming writer, so
// that rows leave memory as they are added.
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type ExcelJS from "exceljs";
import type { SheetLink } from "../model/sheet.ts";

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

/** Source: Excel specifications and limits, Worksheet size, less the header. */
export const ROWS_PER_SHEET_MAX = 1_048_575;

/** With more of them Excel takes a file for damaged. Source: Excel specifications and limits, Hyperlinks in a worksheet. */
const LINKS_PER_SHEET_MAX = 65_530;

/** What waits for its compression at most: enough for the one to go on while the other works. */
const PENDING_BYTES_MAX = 524_288;

export interface ReportWorkbook {
  readonly writer: ExcelJS.stream.xlsx.WorkbookWriter;
  /** In which it shows times; an IANA name. */
  readonly timeZone: string;
  /** The number of a style in the file. */
  readonly styleId: (style: Partial<ExcelJS.Style>) => number;
  /** Lets what was added reach the disk. Once per batch. @throws what the disk answered */
  readonly drain: () => Promise<void>;
  readonly end: () => Promise<void>;
  /** Gives up; safe to call after `end`. */
  readonly abandon: () => Promise<void>;
}

/** What the streaming writer has and its types do not declare. */
interface SheetInside {
  readonly stream: {
    readonly write: (xml: string) => unknown;
    readonly pipes: readonly Pipe[];
  };
  readonly _sheetRelsWriter: {
    readonly _hyperlinks: { readonly address: string; readonly target: string }[];
  };
  _writeHyperlinks: () => void;
}

/** Into the archive. */
type Pipe = Writable & { readonly _writableState: { readonly length: number } };

interface WriterInside {
  /** Starts with a hole. */
  readonly _worksheets: readonly (SheetInside | undefined)[];
  readonly styles: { readonly addStyleModel: (style: object, type: number) => number };
}

/** Of exceljs' value types, the one for which it adds no format of its own. */
const TYPE_NUMBER = 2;

function inside(sheet: ExcelJS.Worksheet): SheetInside {
  return sheet as unknown as SheetInside;
}

/** Writes rows as they stand in the file; the header of the sheet was committed before. */
export function writeRowXml(sheet: ExcelJS.Worksheet, xml: string): void {
  inside(sheet).stream.write(xml);
}

/**
 * Makes a cell lead to a place in this workbook; the library itself only knows addresses outside it.
 * @returns whether it does: a sheet has room for so many links only
 */
export function linkCell(
  sheet: ExcelJS.Worksheet,
  address: string,
  link: SheetLink,
  rowsMax = ROWS_PER_SHEET_MAX,
): boolean {
  const links = inside(sheet)._sheetRelsWriter._hyperlinks;
  if (links.length >= LINKS_PER_SHEET_MAX) return false;
  links.push({ address, target: linkTarget(link, rowsMax) });
  return true;
}

/**
 * Shows the numbers of these ranges as bars too. The library would write such a rule behind the links, and Excel takes
 * a sheet for damaged whose elements stand in another order. Source: ECMA-376 part 1, 18.3.1.99 CT_Worksheet.
 */
export function addBars(sheet: ExcelJS.Worksheet, ranges: readonly string[], argb: string): void {
  const own = inside(sheet);
  const writeLinks = own._writeHyperlinks.bind(own);
  own._writeHyperlinks = () => {
    for (const [index, range] of ranges.entries()) {
      own.stream.write(
        `<conditionalFormatting sqref="${range}"><cfRule type="dataBar" priority="${String(index + 1)}"><dataBar><cfvo type="num" val="0"/><cfvo type="max"/><color rgb="${argb}"/></dataBar></cfRule></conditionalFormatting>`,
      );
    }
    writeLinks();
  };
}

/** Shape: `'Shipments (2)'!A17`. */
function linkTarget({ sheet, row }: SheetLink, rowsMax: number): string {
  if (row === undefined) return `'${sheet}'!A1`;
  const part = Math.floor((row - 1) / rowsMax) + 1;
  const name = part === 1 ? sheet : `${sheet} (${String(part)})`;
  return `'${name}'!A${String(((row - 1) % rowsMax) + 2)}`;
}

/**
 * Starts a new file; there must be none of that name.
 * @param timeZone in which times are shown
 */
export async function createReportWorkbook(
  path: string,
  createdAt: Date,
  timeZone = "UTC",
): Promise<ReportWorkbook> {
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
    // A tenth larger than with the usual level 6, in half the time.
    zip: { zlib: { level: 3 } },
  });
  writer.creator = "cas-batch";
  writer.lastModifiedBy = "cas-batch";
  writer.created = createdAt;
  writer.modified = createdAt;
  const styleIds = new Map<Partial<ExcelJS.Style>, number>();
  return {
    writer,
    timeZone,
    styleId: (style) => {
      const known = styleIds.get(style);
      if (known !== undefined) return known;
      const { styles } = writer as unknown as WriterInside;
      const id = styles.addStyleModel(style, TYPE_NUMBER);
      styleIds.set(style, id);
      return id;
    },
    drain: async () => {
      await nextTurn();
      if (stream.errored !== null) throw stream.errored;
      // The library writes on however far the compression is behind; then the file would gather in memory.
      for (const pipe of (writer as unknown as WriterInside)._worksheets.at(-1)?.stream.pipes ??
        []) {
        if (pipe._writableState.length > PENDING_BYTES_MAX)
          await Promise.race([once(pipe, "drain"), written]);
      }
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
