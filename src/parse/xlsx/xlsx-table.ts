// Opens an .xlsx workbook as a Table. Not by exceljs: its streaming reader loses the error names and truth
// values of formulas, breaks characters at chunk borders, drops runs of rich inline text, and reads ISO dates
// as years, and no later stage could notice.
import type { MergedRange, SheetRow, SourceFile, Table } from "../../core/cell.ts";
import type { DecimalMark } from "../../core/decimal-mark.ts";
import type { SteadyFile } from "../../core/files/steady-file.ts";
import { decideDecimalMark, decimalMarkName } from "../text/decimal-mark.ts";
import { unreadable } from "../text/file-finding.ts";
import { generalFormat, readNumberFormats } from "./number-formats.ts";
import type { ReadLimits } from "../text/read-limits.ts";
import { refuseDoctypes } from "../package/refuse-doctypes.ts";
import { readSharedStrings } from "./shared-strings.ts";
import { sheetRows } from "./sheet-rows.ts";
import { readWorkbookParts, type WorkbookParts } from "./workbook-parts.ts";
import type { WorkbookContext } from "./xlsx-cell.ts";
import { openXlsxPackage, packageError, type XlsxPackage } from "../package/xlsx-package.ts";

export interface XlsxOptions {
  readonly decimalMark?: DecimalMark;
  /** Whether the values of a workbook with macros are read; the macros never run. */
  readonly allowMacroWorkbooks?: boolean;
}

async function readContext(xlsx: XlsxPackage, parts: WorkbookParts): Promise<WorkbookContext> {
  return {
    formats:
      parts.stylesPart === null ? [generalFormat] : await readNumberFormats(xlsx, parts.stylesPart),
    sharedStrings:
      parts.sharedStringsPart === null
        ? []
        : await readSharedStrings(xlsx, parts.sharedStringsPart),
    date1904: parts.date1904,
  };
}

/** The first rows of every sheet: enough to find the decimal mark, and whether there are rows. */
async function sampleRows(
  xlsx: XlsxPackage,
  parts: WorkbookParts,
  context: WorkbookContext,
): Promise<readonly SheetRow[]> {
  const sample: SheetRow[] = [];
  for (const sheet of parts.sheets) {
    for await (const rows of sheetRows(xlsx, sheet, context)) {
      sample.push(...rows);
      break;
    }
  }
  return sample;
}

function textCells(rows: readonly SheetRow[]): readonly string[] {
  return rows.flatMap(({ cells }) =>
    cells.flatMap((cell) => (cell?.type === "string" ? [cell.value] : [])),
  );
}

/**
 * Opens a workbook whose first bytes say that it is a zip file.
 * @throws UnreadableFileError when it is no workbook, an .xlsb, damaged, too large or empty, or
 *   holds macros and these are not allowed
 */
export async function openXlsxTable(
  file: SourceFile,
  bytes: SteadyFile,
  limits: ReadLimits,
  options: XlsxOptions,
): Promise<Table> {
  try {
    const xlsx = await openXlsxPackage(file.name, bytes, limits);
    const parts = await readWorkbookParts(xlsx);
    if (parts.holdsMacros && options.allowMacroWorkbooks !== true) {
      throw unreadable(file.name, "file-has-macros", `The workbook "${file.name}" holds macros`);
    }
    await refuseDoctypes(xlsx);
    const context = await readContext(xlsx, parts);
    const sample = await sampleRows(xlsx, parts, context);
    if (sample.length === 0) {
      throw unreadable(file.name, "file-empty", `The workbook "${file.name}" holds no rows`);
    }
    const mark = decideDecimalMark(textCells(sample), options.decimalMark, ".");
    const merged = new Map<string, readonly MergedRange[]>();
    return {
      file,
      format: "xlsx",
      detected: {
        decimalMark: decimalMarkName(mark.decimalMark),
        ...(parts.date1904 ? { calendar: "1904" } : {}),
      },
      ...mark,
      sheets: parts.sheets.map(({ name, hidden }) => ({ name, hidden })),
      findings: parts.findings,
      ...(parts.recalculates ? { formulasMaybeStale: true } : {}),
      rows: (sheetName) => {
        const sheet = parts.sheets.find(({ name }) => name === sheetName);
        if (sheet === undefined) {
          throw new RangeError(`The workbook "${file.name}" has no sheet "${sheetName}"`);
        }
        const ranges: MergedRange[] = [];
        merged.set(sheetName, ranges);
        return sheetRows(xlsx, sheet, context, ranges);
      },
      mergedRanges: (sheetName) => merged.get(sheetName) ?? [],
      close: () => bytes.close(),
    };
  } catch (error) {
    throw packageError(file.name, error);
  }
}
