// The sheet people open first: what to do, worst first, each line an order.
import type { Action, Priority } from "../survey/action.ts";
import type { Tone } from "../workbook/report-styles.ts";
import { daysBetween } from "../text/report-time.ts";
import type { ReportWriter } from "./report-writer.ts";
import { startTable } from "../workbook/table-sheet.ts";

const priorityWords: Readonly<Record<Priority, { readonly text: string; readonly tone: Tone }>> = {
  1: { text: "1 urgent", tone: "bad" },
  2: { text: "2 to correct", tone: "wait" },
  3: { text: "3 to decide", tone: "quiet" },
};
/** How many rows go out between two drains. */
const BATCH_ROWS = 500;

export async function writeActions(writer: ReportWriter): Promise<void> {
  const { workbook, json, input, survey } = writer;
  const table = startTable(workbook, {
    name: "Action needed",
    frozenColumns: 2,
    tabTone: survey.actions.length > 0 ? "bad" : "good",
    emptyNote: "Nothing needs action",
    columns: [
      { header: "Priority", width: 12, kind: "text" },
      { header: "External reference", width: 20, kind: "text" },
      { header: "Direction", width: 10, kind: "text" },
      { header: "What happened", width: 25, kind: "wrapped" },
      { header: "Reason", width: 52, kind: "wrapped" },
      { header: "Next step", width: 40, kind: "wrapped" },
      { header: "File", width: 26, kind: "wrapped" },
      { header: "Sheet", width: 14, kind: "text" },
      { header: "Cell or row", width: 11, kind: "text" },
      { header: "Since (UTC)", width: 16, kind: "time" },
      { header: "Days open", width: 9, kind: "days" },
      { header: "LRN", width: 20, kind: "text" },
      { header: "MRN", width: 21, kind: "text" },
      { header: "Declaration", width: 16, kind: "text" },
    ],
  });
  json.startList("actionNeeded");
  for (const [index, action] of survey.actions.entries()) {
    table.addRow([
      priorityWords[action.priority],
      action.reference,
      action.direction,
      action.what,
      action.reason,
      action.nextStep,
      action.file,
      action.sheet,
      action.cell,
      action.since,
      daysOpen(action, input.asOf),
      action.lrn,
      action.mrn,
      action.declarationId,
    ]);
    json.element(action);
    if (index % BATCH_ROWS === BATCH_ROWS - 1) await writer.afterBatch(0);
  }
  json.endList();
  table.end();
  await writer.afterBatch(0);
}

function daysOpen({ since }: Action, asOf: Date): number | null {
  return since === null ? null : daysBetween(since, asOf);
}
