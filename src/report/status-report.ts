// The status report: a workbook in which every row of every file is accounted for, and beside it the
// same as a page and as JSON. All are views of the ledger, read batch by batch: a first pass counts and finds
// what needs action, a second writes the files. The second must count what the first counted; when the
// ledger changed in between, both are done again.
import { access, constants } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { makeFolder } from "../core/files/make-folder.ts";
import { CasBatchError } from "../core/errors.ts";
import type { OnProgress } from "../core/progress.ts";
import type { ReportFile } from "../ledger/contract/learned.ts";
import type { CurrentHolder } from "../ledger/contract/leases.ts";
import { minuteText } from "../core/time/time-words.ts";
import { wallTime } from "../core/time/wall-time.ts";
import { createHtmlReport } from "./html/html-report.ts";
import { reportCharts } from "./html/report-charts.ts";
import type { ReportForm } from "./model/report-form.ts";
import type { PageSheet, TableSheet } from "./model/sheet.ts";
import { actionSheet } from "./sheets/action-sheet.ts";
import { attachmentsSheet } from "./sheets/attachments-sheet.ts";
import { changesSheet } from "./sheets/changes-sheet.ts";
import { declarationsSheet, notInFilesSheet } from "./sheets/declarations-sheet.ts";
import { errorsSheet } from "./sheets/errors-sheet.ts";
import { legendSheet } from "./sheets/legend-sheet.ts";
import { shipmentsSheet } from "./sheets/shipments-sheet.ts";
import { summarySheet } from "./sheets/summary-sheet.ts";
import { ReportCounts } from "./survey/report-counts.ts";
import type { ReportInput } from "./survey/report-input.ts";
import { surveyBooks, type ReportSurvey } from "./survey/report-survey.ts";
import { hashFile } from "../core/files/hash-file.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { replacementFile, type ReplacementFile } from "./text/replacement-file.ts";
import { minuteIn } from "./text/report-time.ts";
import { createTwin } from "./twin/report-twin.ts";
import { createWorkbookForm } from "./workbook/workbook-form.ts";

export { changeRecord, changeWords } from "./sheets/changes-sheet.ts";
export { dayBegin, minuteIn, timeWords } from "./text/report-time.ts";
export { LISTED_MAX, surveyBooks, type ReportSurvey } from "./survey/report-survey.ts";
export type {
  ComparedWith,
  ReportInput,
  ReportTotals,
  StoppedEarly,
} from "./survey/report-input.ts";

export const reportFormats = ["xlsx", "html", "json"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface WrittenReport {
  /**
   * The workbook; the page or the twin where no workbook is written. Beside the wanted place, where another program
   * holds the report that is there.
   */
  readonly path: string;
  readonly workbookPath: string | null;
  readonly htmlPath: string | null;
  /** The twin. */
  readonly jsonPath: string | null;
  readonly survey: ReportSurvey;
  /** The process that was sending at its moment; null when there was none. */
  readonly sender: CurrentHolder | null;
  /** Until when CAS was searched completely for declarations, ISO 8601; null when it was not. */
  readonly completeUpTo: string | null;
  readonly asOf: Date;
  /** The moment of the ledger that it shows. */
  readonly learnedUpTo: number;
  readonly files: readonly ReportFile[];
}

export interface ReportOptions {
  readonly onProgress?: OnProgress;
  /** All three when absent. */
  readonly formats?: readonly ReportFormat[];
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
 * Writes the report to `path`, which ends in .xlsx, and its page and its JSON twin beside it. An earlier report
 * of that name is replaced once all of the new one is whole.
 * @throws CasBatchError `file-not-writable` when the folder, the disk or another program forbids it;
 * `usage` when `path` does not end in .xlsx
 */
export async function writeStatusReport(
  path: string,
  input: ReportInput,
  { onProgress = () => undefined, formats = reportFormats }: ReportOptions = {},
): Promise<WrittenReport> {
  assertWorkbookName(path);
  const pathOf = (format: ReportFormat): string | null =>
    !formats.includes(format)
      ? null
      : path.replace(EXTENSION, (own) => (format === "xlsx" ? own : `.${format}`));
  const places = {
    workbookPath: pathOf("xlsx"),
    htmlPath: pathOf("html"),
    jsonPath: pathOf("json"),
  };
  const paths = Object.values(places).filter((one) => one !== null);
  const [first = path] = paths;
  for (let pass = 1; ; pass += 1) {
    const counted = await surveyBooks(input);
    const survey = pass < PASSES_MAX ? counted : withRestlessLedger(counted);
    const files = new Map(paths.map((one) => [one, replacementFile(one)]));
    const temporary = (place: string | null): string | null =>
      place === null ? null : (files.get(place)?.temporaryPath ?? null);
    const discard = async (): Promise<void> => {
      for (const file of files.values()) await file.discard();
    };
    try {
      await discard();
      const temporaries = {
        workbookPath: temporary(places.workbookPath),
        htmlPath: temporary(places.htmlPath),
        jsonPath: temporary(places.jsonPath),
      };
      const named = places.workbookPath === null ? null : basename(places.workbookPath);
      const written = await writeForms(temporaries, named, input, survey, onProgress);
      const agrees = written === null || isDeepStrictEqual(written, survey.counts);
      if (pass < PASSES_MAX && !agrees) continue;
      const placed = await replaceAll(files, input);
      const at = (place: string | null): string | null =>
        place === null ? null : (placed.get(place) ?? place);
      const { sender, completeUpTo, asOf, learnedUpTo = 0 } = input;
      return {
        path: at(first) ?? first,
        workbookPath: at(places.workbookPath),
        htmlPath: at(places.htmlPath),
        jsonPath: at(places.jsonPath),
        survey,
        ...{ sender, completeUpTo, asOf, learnedUpTo },
        files: await describeFiles([...placed.values()]),
      };
    } catch (error) {
      throw notWritable(first, error);
    } finally {
      await discard();
    }
  }
}

async function describeFiles(paths: readonly string[]): Promise<readonly ReportFile[]> {
  const described: ReportFile[] = [];
  for (const path of paths) described.push({ path, ...(await hashFile(path)) });
  return described;
}

/**
 * One after the other: where one cannot be replaced, it is said which ones were.
 * @returns where each is, by its wanted place
 */
async function replaceAll(
  files: ReadonlyMap<string, ReplacementFile>,
  input: ReportInput,
): Promise<ReadonlyMap<string, string>> {
  const replaced = new Map<string, string>();
  for (const [path, file] of files) {
    try {
      replaced.set(path, await file.commitOrBeside(besidePath(path, input)));
    } catch (error) {
      if (replaced.size === 0 || !(error instanceof CasBatchError)) throw error;
      const done = [...replaced.values()];
      const words = `${error.message}; ${done.join(" and ")} ${done.length === 1 ? "is" : "are"} new already, the others still show the state before`;
      throw new CasBatchError(error.code, words, { cause: error });
    }
  }
  return replaced;
}

/** For a report whose place another program holds. Shape: `status-report 2026-11-29 0610.xlsx`. */
function besidePath(path: string, { asOf, timeZone }: ReportInput): string {
  const time = minuteText(wallTime(asOf, timeZone).wall).replace(":", "");
  const own = extname(path);
  return `${path.slice(0, -own.length)} ${time}${own}`;
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

/**
 * Each row goes into all forms in one pass, so they can never say different things.
 * @returns what was counted; null where not all was read, because no form shows all of it
 */
async function writeForms(
  paths: Readonly<Record<"workbookPath" | "htmlPath" | "jsonPath", string | null>>,
  workbookName: string | null,
  input: ReportInput,
  survey: ReportSurvey,
  onProgress: OnProgress,
): Promise<ReportCounts | null> {
  const { totals, batches, actions, places } = survey;
  const total = survey.counts.entries;
  const counts = new ReportCounts();
  const cutSheets = new Set<string>();
  const forms: ReportForm[] = [];
  const drain = async (): Promise<void> => {
    onProgress({ phase: "reporting", subject: "status report", done: counts.entries, total });
    for (const form of forms) await form.drain();
  };
  const page = (sheet: PageSheet): SheetToWrite => ({
    sheet,
    write: () => {
      for (const form of forms) form.page(sheet);
      return Promise.resolve();
    },
  });
  const table = <Row>(sheet: TableSheet<Row>): SheetToWrite => ({
    sheet,
    write: async () => {
      const tables = forms.map((form) => form.table(sheet));
      // Of a selection it is not known how many rows there are.
      const rowsInAll = input.only === undefined ? sheet.rowsInAll : undefined;
      const isEnough = (): boolean =>
        rowsInAll !== undefined && tables.every(({ isFull }) => isFull?.() === true);
      for (const list of sheet.lists) {
        for (const one of tables) one.startList?.(list.name);
        for await (const rows of list.batches) {
          if (isEnough()) {
            cutSheets.add(sheet.name);
            break;
          }
          for (const row of rows) {
            if (input.only === "open" && sheet.isOpen?.(row) === false) continue;
            for (const one of tables) one.addRow(row);
          }
          await drain();
        }
        for (const one of tables) one.endList?.();
      }
      for (const one of tables) one.end(rowsInAll);
    },
  });
  const timeText = (at: Date): string => minuteIn(at, input.timeZone);
  const summary = summarySheet(input, totals, batches);
  const sheets = [
    page(summary),
    table(actionSheet(actions, places, input)),
    table(changesSheet(input, counts)),
    table({ ...shipmentsSheet(input, counts), rowsInAll: survey.counts.lines }),
    table({ ...declarationsSheet(input, counts), rowsInAll: survey.counts.declarations }),
    table(errorsSheet(input, survey, counts)),
    table(notInFilesSheet(input, counts)),
    table(attachmentsSheet(input, counts)),
    page(legendSheet(totals, input)),
  ];
  try {
    if (paths.workbookPath !== null) {
      forms.push(await createWorkbookForm(paths.workbookPath, input));
    }
    if (paths.htmlPath !== null) {
      forms.push(
        createHtmlReport(paths.htmlPath, {
          title: `Status report ${minuteIn(input.asOf, input.timeZone)}, ${input.environment}`,
          sheets: sheets.map(({ sheet }) => sheet),
          actionNeeded: totals.actionNeeded,
          charts: reportCharts(input, survey, timeText),
          workbookName,
          timeText,
        }),
      );
    }
    if (paths.jsonPath !== null) forms.push(createTwin(paths.jsonPath, input, survey));
    for (const { write } of sheets) await write();
    for (const form of forms) await form.end();
    return cutSheets.size > 0 ? null : counts;
  } finally {
    for (const form of forms) await form.abandon();
  }
}

interface SheetToWrite {
  readonly sheet: Pick<PageSheet, "name"> &
    Partial<Pick<TableSheet<never>, "columns" | "printedColumns">>;
  readonly write: () => Promise<void>;
}

/** A report must come out all the same, and it must not claim to be sure. */
function withRestlessLedger(survey: ReportSurvey): ReportSurvey {
  const imbalance = `The ledger kept changing while the report was written (${String(PASSES_MAX)} attempts), so the sheets may differ by what came in meanwhile`;
  const imbalances = [...survey.totals.imbalances, imbalance];
  return { ...survey, totals: { ...survey.totals, balanced: false, imbalances } };
}
