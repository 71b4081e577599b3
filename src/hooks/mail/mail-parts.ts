// What a mail about a run says, before it is text or a page: facts, what needs a person, what to do next. No values
// of cells and no names of parties: a mail goes through many hands, and the report has them all.
import { counted, plural } from "../../core/text/count-words.ts";
import { visibleLine } from "../../core/text/visible-text.ts";
import { shortened } from "../../core/text/quoted-text.ts";
import { wallTime } from "../../core/time/wall-time.ts";
import type { ActionLine, RunSummary } from "../run-summary.ts";

export interface MailParts {
  readonly subject: string;
  /** The one sentence that says it. */
  readonly head: string;
  readonly warning: string | null;
  /** Name and value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly sections: readonly MailSection[];
}

interface MailSection {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Longer lines are not read; the report has the rest. Unit: UTF-16 code units. */
const LINE_MAX = 400;
const SUBJECT_MAX = 120;
const LINES_MAX = 40;

/** @param reportWords where the report is, in words */
export function mailParts(summary: RunSummary, reportWords: string): MailParts {
  const { actions, actionCount, error, lines, next } = summary;
  const shown = actions.length < actionCount ? `, the first ${counted(actions.length)} shown` : "";
  const sections = [
    {
      title: "Why it ended early",
      lines: error === null ? [] : [error.message, error.hint],
    },
    { title: `Action needed (${counted(actionCount)}${shown})`, lines: actions.map(actionWords) },
    { title: "What was done", lines: cut(lines) },
    { title: "Next", lines: cut(next) },
  ];
  return {
    subject: shortened(visibleLine(subjectOf(summary)), SUBJECT_MAX),
    head: `cas-batch ${summary.command} ended with exit code ${summary.exitCode}: ${summary.meaning}`,
    warning: warningOf(summary),
    facts: factsOf(summary, reportWords).map(([name, value]) => [name, line(value)] as const),
    sections: sections
      .filter((section) => section.lines.length > 0)
      .map((section) => ({ ...section, lines: section.lines.map(line) })),
  };
}

/** Shape: `cas-batch PRODUCTION: 3 to look at, run 20261129T020000Z-3f2a`. */
function subjectOf(summary: RunSummary): string {
  const { command, environment, simulated, isTest, weight, actionCount, runId } = summary;
  const where = simulated ? "REHEARSAL (simulator)" : (environment ?? "no environment");
  const test = isTest ? "TEST, nothing happened: " : "";
  const what =
    weight === "failure"
      ? `${command} FAILED, exit code ${summary.exitCode}`
      : weight === "nothing"
        ? `${command} done, nothing to do`
        : actionCount > 0
          ? `${plural(actionCount, "entry", "entries")} to look at`
          : `${command} done, ${summary.meaning}`;
  const run = runId === null ? "" : `, run ${runId}`;
  return `${test}cas-batch ${where.replace(/^(?:production|acceptance)$/, (name) => name.toUpperCase())}: ${what}${run}`;
}

function warningOf({ simulated, isTest }: RunSummary): string | null {
  if (isTest) return "This is a test of the mail (cas-batch hooks test). There was no run.";
  return simulated ? "A rehearsal against the simulator: nothing was filed with customs." : null;
}

function factsOf(summary: RunSummary, reportWords: string): readonly (readonly [string, string])[] {
  const { environment, tenant, runId, startedAt, endedAt, timeZone, hostName } = summary;
  const named = (name: string, value: string | null): readonly (readonly [string, string])[] =>
    value === null ? [] : [[name, value]];
  return [
    ...named("Environment", environment),
    ...named("Tenant", tenant),
    ...named("Run", runId),
    ["Time", `${timeIn(startedAt, timeZone)} to ${timeIn(endedAt, timeZone)} (${timeZone})`],
    ["Machine", hostName],
    ["Report", reportWords],
  ];
}

/** Shape: `2026-11-21 06:00:12`; with the offset behind it where the local time comes twice. */
function timeIn(at: Date, timeZone: string): string {
  const { wall, mark } = wallTime(at, timeZone);
  return wall.toISOString().slice(0, 19).replace("T", " ") + mark;
}

function actionWords({ what, reference, place, nextStep }: ActionLine): string {
  const about = [reference, place].filter((part) => part !== null).join(", ");
  return `${what}${about === "" ? "" : ` (${about})`}: ${nextStep}`;
}

function cut(lines: readonly string[]): readonly string[] {
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX), `… ${LINES_MAX} of ${counted(lines.length)} lines shown`];
}

function line(text: string): string {
  return shortened(visibleLine(text), LINE_MAX);
}
