// The status report: a workbook in which every row of every file is accounted for, and beside it the
// same as JSON. Both are views of the ledger, read batch by batch: one pass counts and finds what
// needs action, a second writes the sheets. What the second pass wrote must be what the first one
// counted; when the ledger changed in between, both passes are done again.
import type { OnProgress } from "../core/progress.ts";
import { CasBatchError } from "../core/errors.ts";
import { writeActions } from "./sheets/action-sheet.ts";
import { writeDeclarations, writeNotInFiles } from "./sheets/declarations-sheet.ts";
import { writeErrors } from "./sheets/errors-sheet.ts";
import { JsonFile } from "./text/json-file.ts";
import { writeLegend } from "./sheets/legend-sheet.ts";
import { notWritable, replacementFile, type ReplacementFile } from "./text/replacement-file.ts";
import type { ReportInput, ReportTotals } from "./survey/report-input.ts";
import { surveyBooks, type ReportSurvey } from "./survey/report-survey.ts";
import { createReportWorkbook } from "./workbook/report-workbook.ts";
import type { ReportWriter } from "./sheets/report-writer.ts";
import { writeShipments } from "./sheets/shipments-sheet.ts";
import { writeSummary } from "./sheets/summary-sheet.ts";
import { Tally } from "./survey/tally.ts";

export type { ReportInput, ReportTotals, StoppedEarly } from "./survey/report-input.ts";

/** How often both passes are made while the ledger keeps changing under them. */
const PASSES_MAX = 4;
const EXTENSION = /\.xlsx$/i;

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
): Promise<ReportTotals> {
  if (!EXTENSION.test(path)) {
    throw new CasBatchError(
      "usage",
      `Cannot write the report to ${path}: its name must end in .xlsx`,
      {
        hint: "Name a file such as status-report.xlsx",
      },
    );
  }
  const jsonPath = path.replace(EXTENSION, ".json");
  for (let pass = 1; ; pass += 1) {
    const counted = await surveyBooks(input);
    const survey = pass < PASSES_MAX ? counted : withRestlessLedger(counted);
    const workbookFile = replacementFile(path);
    const jsonFile = replacementFile(jsonPath);
    try {
      const written = await writeBoth(workbookFile, jsonFile, input, survey, onProgress).catch(
        (error: unknown) => {
          throw notWritable(path, error);
        },
      );
      if (pass < PASSES_MAX && !written.equals(survey.tally)) continue;
      await workbookFile.commit();
      await jsonFile.commit();
      return survey.totals;
    } finally {
      await workbookFile.discard();
      await jsonFile.discard();
    }
  }
}

async function writeBoth(
  workbookFile: ReplacementFile,
  jsonFile: ReplacementFile,
  input: ReportInput,
  survey: ReportSurvey,
  onProgress: OnProgress,
): Promise<Tally> {
  await workbookFile.discard();
  await jsonFile.discard();
  const json = await JsonFile.create(jsonFile.temporaryPath);
  const workbook = await createReportWorkbook(workbookFile.temporaryPath, input.asOf);
  const total = rowsOf(survey.totals);
  const tally = new Tally();
  let done = 0;
  const writer: ReportWriter = {
    workbook,
    json,
    input,
    survey,
    tally,
    afterBatch: async (rows) => {
      done += rows;
      onProgress({ phase: "reporting", subject: "status report", done, total });
      await workbook.drain();
      await json.drain();
    },
  };
  try {
    writeJsonHead(writer);
    writeSummary(writer);
    await writeActions(writer);
    await writeShipments(writer);
    await writeDeclarations(writer);
    await writeErrors(writer);
    await writeNotInFiles(writer);
    writeLegend(writer);
    await workbook.end();
    await json.end();
    return tally;
  } finally {
    await workbook.abandon();
    await json.close();
  }
}

function writeJsonHead({ json, input, survey }: ReportWriter): void {
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
  json.member("totals", survey.totals);
  json.startList("files");
  for (const batch of survey.batches) json.element(batch);
  json.endList();
}

function rowsOf({ shipments, declarations, findings, notInFiles }: ReportTotals): number {
  return shipments + declarations + notInFiles + findings.error + findings.warning + findings.info;
}

/** A report must come out all the same, and it must not claim to be sure. */
function withRestlessLedger(survey: ReportSurvey): ReportSurvey {
  const imbalance = `The ledger kept changing while the report was written (${String(PASSES_MAX)} attempts), so the sheets may differ by what came in meanwhile`;
  const imbalances = [...survey.totals.imbalances, imbalance];
  return { ...survey, totals: { ...survey.totals, balanced: false, imbalances } };
}
