// The status report: a workbook in which every row of every file is accounted for, and beside it the
// same as JSON. Both are views of the ledger, read batch by batch: a first pass counts and finds what
// needs action, a second writes both files. The second must count what the first counted; when the
// ledger changed in between, both are done again.
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { makeFolder } from "../core/files/make-folder.ts";
import { CasBatchError } from "../core/errors.ts";
import type { OnProgress } from "../core/progress.ts";
import type { CurrentHolder } from "../ledger/contract/leases.ts";
import type { TableSheet } from "./model/sheet.ts";
import { actionSheet } from "./sheets/action-sheet.ts";
import { declarationsSheet, notInFilesSheet } from "./sheets/declarations-sheet.ts";
import { errorsSheet } from "./sheets/errors-sheet.ts";
import { legendSheet } from "./sheets/legend-sheet.ts";
import { shipmentsSheet } from "./sheets/shipments-sheet.ts";
import { summarySheet } from "./sheets/summary-sheet.ts";
import { ReportCounts } from "./survey/report-counts.ts";
import type { ReportInput } from "./survey/report-input.ts";
import { surveyBooks, type ReportSurvey } from "./survey/report-survey.ts";
import { holderMembers } from "../core/sending-words.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { replacementFile } from "./text/replacement-file.ts";
import { JsonFile } from "./text/text-file.ts";
import { writePage } from "./workbook/page-sheet.ts";
import { createReportWorkbook } from "./workbook/report-workbook.ts";
import { startTable } from "./workbook/table-sheet.ts";

export { LISTED_MAX, surveyBooks, type ReportSurvey } from "./survey/report-survey.ts";
export type { ReportInput, ReportTotals, StoppedEarly } from "./survey/report-input.ts";

export interface WrittenReport {
  readonly path: string;
  /** The twin. */
  readonly jsonPath: string;
  readonly survey: ReportSurvey;
  /** The process that was sending at its moment; null when there was none. */
  readonly sender: CurrentHolder | null;
  /** Until when CAS was searched completely for declarations, ISO 8601; null when it was not. */
  readonly completeUpTo: string | null;
}

/** How often both passes are made while the ledger keeps changing under them. */
const PASSES_MAX = 4;
const EXTENSION = /\.xlsx$/i;

/**
 * Makes sure, before hours of work, that a report can be written to `path`; creates its folder.
 * @throws CasBatchError as `writeStatusReport` does
 */
export async function prepareReportPath(path: string): Promise<void> {
  assertWorkbookName(path);
  const folder = dirname(path);
  try {
    makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new CasBatchError("file-not-writable", `Cannot write into ${folder}: it is a file`, {
        cause: error,
        hint: "Name another folder",
      });
    }
    throw notWritable(path, error);
  }
}

/**
 * Writes the report to `path`, which ends in .xlsx, and its JSON twin beside it. An earlier report
 * of that name is replaced once the new one is whole.
 * @throws CasBatchError `file-not-writable` when the folder, the disk or another program forbids it;
 * `usage` when `path` does not end in .xlsx
 */
export async function writeStatusReport(
  path: string,
  input: ReportInput,
  onProgress: OnProgress = () => undefined,
): Promise<WrittenReport> {
  assertWorkbookName(path);
  const jsonPath = path.replace(EXTENSION, ".json");
  for (let pass = 1; ; pass += 1) {
    const counted = await surveyBooks(input);
    const survey = pass < PASSES_MAX ? counted : withRestlessLedger(counted);
    const workbookFile = replacementFile(path);
    const jsonFile = replacementFile(jsonPath);
    try {
      await workbookFile.discard();
      await jsonFile.discard();
      const written = await writeBoth(
        workbookFile.temporaryPath,
        jsonFile.temporaryPath,
        input,
        survey,
        onProgress,
      );
      if (pass < PASSES_MAX && !isDeepStrictEqual(written, survey.counts)) continue;
      await workbookFile.commit();
      await jsonFile.commit();
      return { path, jsonPath, survey, sender: input.sender, completeUpTo: input.completeUpTo };
    } catch (error) {
      throw notWritable(path, error);
    } finally {
      await workbookFile.discard();
      await jsonFile.discard();
    }
  }
}

function assertWorkbookName(path: string): void {
  if (EXTENSION.test(path)) return;
  throw new CasBatchError(
    "usage",
    `Cannot write the report to ${path}: its name must end in .xlsx`,
    {
      hint: "Name a file such as status-report.xlsx",
    },
  );
}

/** Each row goes into both files in one pass, so the two can never say different things. */
async function writeBoth(
  workbookPath: string,
  jsonPath: string,
  input: ReportInput,
  survey: ReportSurvey,
  onProgress: OnProgress,
): Promise<ReportCounts> {
  const { totals, batches, actions } = survey;
  const total = survey.counts.entries;
  const counts = new ReportCounts();
  const json = new JsonFile(jsonPath);
  const workbook = await createReportWorkbook(workbookPath, input.asOf);
  const write = async <Row>(sheet: TableSheet<Row>): Promise<void> => {
    const table = startTable(workbook, sheet);
    for (const list of sheet.lists) {
      json.startList(list.name);
      for await (const rows of list.batches) {
        for (const row of rows) {
          table.addRow(row);
          const record = sheet.record(row);
          if (record !== undefined) json.element(record);
        }
        onProgress({ phase: "reporting", subject: "status report", done: counts.entries, total });
        await workbook.drain();
        await json.drain();
      }
      json.endList();
    }
    table.end();
  };
  try {
    writeJsonHead(json, input, survey);
    writePage(workbook, summarySheet(input, totals, batches));
    await write(actionSheet(actions, input.asOf));
    await write(shipmentsSheet(input, counts));
    await write(declarationsSheet(input, counts));
    await write(errorsSheet(input, survey, counts));
    await write(notInFilesSheet(input, counts));
    writePage(workbook, legendSheet(totals));
    await workbook.end();
    json.end();
    await json.flush();
    return counts;
  } finally {
    await workbook.abandon();
    await json.close();
  }
}

function writeJsonHead(json: JsonFile, input: ReportInput, survey: ReportSurvey): void {
  json.member("schemaVersion", 1);
  json.member("report", "status");
  json.member("simulated", input.simulated);
  json.member("environment", input.environment);
  json.member("tenant", input.tenant);
  json.member("runId", input.runId);
  json.member("command", input.command);
  json.member("programVersion", input.programVersion);
  json.member("asOf", input.asOf);
  json.member("completeUpTo", input.completeUpTo);
  json.member("stoppedEarly", input.stoppedEarly?.reason ?? null);
  json.member("errorsOpen", input.errorsOpen ?? 0);
  json.member("sender", input.sender === null ? null : holderMembers(input.sender));
  json.member("totals", survey.totals);
  json.startList("files");
  for (const { form: _form, ...batch } of survey.batches) json.element(batch);
  json.endList();
}

/** A report must come out all the same, and it must not claim to be sure. */
function withRestlessLedger(survey: ReportSurvey): ReportSurvey {
  const imbalance = `The ledger kept changing while the report was written (${String(PASSES_MAX)} attempts), so the sheets may differ by what came in meanwhile`;
  const imbalances = [...survey.totals.imbalances, imbalance];
  return { ...survey, totals: { ...survey.totals, balanced: false, imbalances } };
}
