// The workbook as one form of the report.
import type { ReportForm } from "../model/report-form.ts";
import type { ReportInput } from "../survey/report-input.ts";
import { writePage } from "./page-sheet.ts";
import { createReportWorkbook } from "./report-workbook.ts";
import { startTable } from "./table-sheet.ts";

/** Starts a new file; there must be none of that name. */
export async function createWorkbookForm(
  path: string,
  { asOf, timeZone }: Pick<ReportInput, "asOf" | "timeZone">,
): Promise<ReportForm> {
  const workbook = await createReportWorkbook(path, asOf, timeZone);
  const { drain, end, abandon } = workbook;
  return {
    page: (sheet) => {
      writePage(workbook, sheet);
    },
    table: (sheet) => startTable(workbook, sheet),
    drain,
    end,
    abandon,
  };
}
