// How a command ended, in words for those who are told elsewhere: no secret, and no value of a cell.
import { hostname } from "node:os";
import { isAbsolute, relative, sep } from "node:path";
import type { Redactor } from "../../core/text/redact.ts";
import type { ActionLine, ReportFiles, RunSummary } from "../../hooks/run-summary.ts";
import { exitMeanings, weightOf } from "../../runs/result/exit-code.ts";
import type { CommandResult, NextStep } from "../../runs/result/result.ts";
import { membersOf } from "./print-result.ts";
import { factLines } from "./result-words.ts";

/** More are not read in a mail; the report has them all. */
const ACTIONS_SHOWN_MAX = 10;

/** Where files are on this machine: the mail says how its readers reach the report. */
const PLACES: ReadonlySet<string> = new Set([
  ...["report", "result-files", "latest", "older-copies", "annotated"],
]);

export interface SummarySurroundings {
  readonly command: string;
  readonly environment: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly timeZone: string;
  /** The folder of the reports, here and as the readers of the mail reach it. */
  readonly place: { readonly out: string; readonly reportsAt: string | null };
  readonly stepText: (step: NextStep) => string;
  readonly redactor: Pick<Redactor, "text">;
}

export function summaryOf(
  result: CommandResult,
  { stepText, redactor, place, ...run }: SummarySurroundings,
): RunSummary {
  const { exitCode, runId, error, more } = result;
  const redact = redactor.text;
  const actions = listed(more["actions"]);
  const next = result.next.map(stepText);
  const shown = { ...result, next };
  return {
    ...run,
    simulated: result.simulated ?? run.environment === "simulator",
    isTest: false,
    tenant: textOf(more["tenant"]),
    runId,
    exitCode,
    meaning: exitMeanings[exitCode] ?? "ended",
    weight: weightOf(exitCode),
    hostName: hostname(),
    lines: result.summary
      .filter((fact) => typeof fact === "string" || !PLACES.has(fact.code))
      .flatMap(factLines)
      .map(redact),
    actions: actions
      .slice(0, ACTIONS_SHOWN_MAX)
      .map(actionLine)
      .map((action) => ({ ...action, nextStep: redact(action.nextStep) })),
    actionCount: Number(more["actionCount"] ?? 0),
    next: next.map(redact),
    error:
      error === null
        ? null
        : { message: redact(error.message), hint: redact(stepText(error.hint)) },
    report: reportFiles(more, place),
    document: redact(`${JSON.stringify(membersOf(shown, run))}\n`),
  };
}

function listed(actions: unknown): readonly object[] {
  const isAction = (one: unknown): one is object => typeof one === "object" && one !== null;
  return Array.isArray(actions) ? (actions as readonly unknown[]).filter(isAction) : [];
}

/** Without its reason, which quotes cells and what CAS says of them. */
function actionLine(action: object): ActionLine {
  const member = (name: string): string | null =>
    textOf((action as Readonly<Record<string, unknown>>)[name]);
  const place = ["file", "sheet", "cell"].map(member).filter((part) => part !== null);
  return {
    what: member("what") ?? "",
    reference: member("reference"),
    place: place.length === 0 ? null : place.join(" › "),
    // Its commands stand on lines of their own.
    nextStep: (member("nextStep") ?? "").split("\n")[0] ?? "",
  };
}

function reportFiles(
  more: CommandResult["more"],
  { out, reportsAt }: SummarySurroundings["place"],
): ReportFiles {
  const workbook = textOf(more["report"]);
  const link =
    workbook === null || reportsAt === null ? workbook : linkTo(workbook, out, reportsAt);
  return { workbook, page: textOf(more["reportHtml"]), twin: textOf(more["reportJson"]), link };
}

/** Shape: `https://files.example.com/customs/20261129T…/status-report.xlsx`, `\\server\customs\20261129T…\…`. */
function linkTo(path: string, out: string, reportsAt: string): string {
  const below = relative(out, path);
  if (below.startsWith("..") || isAbsolute(below)) return path;
  const names = below.split(sep);
  if (/^https?:/i.test(reportsAt)) {
    return [reportsAt.replace(/\/+$/, ""), ...names.map(encodeURIComponent)].join("/");
  }
  const separator = reportsAt.includes("\\") ? "\\" : "/";
  return [reportsAt.replace(/[/\\]+$/, ""), ...names].join(separator);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
