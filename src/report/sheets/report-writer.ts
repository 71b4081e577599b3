// What every sheet of the report is written with: each section goes into the workbook and into the
// JSON twin in the same pass, so the two can never say different things.
import type { JsonFile } from "../text/json-file.ts";
import type { ReportInput } from "../survey/report-input.ts";
import type { ReportSurvey } from "../survey/report-survey.ts";
import type { Tally } from "../survey/tally.ts";
import type { ReportWorkbook } from "../workbook/report-workbook.ts";
import type { LinkCell } from "../workbook/table-sheet.ts";

export interface ReportWriter {
  readonly workbook: ReportWorkbook;
  readonly json: JsonFile;
  readonly input: ReportInput;
  readonly survey: ReportSurvey;
  /** What was written; equal to the survey's when the ledger stood still. */
  readonly tally: Tally;
  /** Called after each batch of rows: lets both files drain and tells the progress. */
  readonly afterBatch: (rows: number) => Promise<void>;
}

/** A declaration's id, as a link when it is known where to look it up. */
export function declarationCell(input: ReportInput, declarationId: string): LinkCell | string {
  return input.declarationUrl === undefined
    ? declarationId
    : { text: declarationId, url: input.declarationUrl(declarationId) };
}
