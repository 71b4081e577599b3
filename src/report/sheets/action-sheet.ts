// The sheet people open first: what to do, worst first, each line an order.
import type { TableSheet, Tone } from "../model/sheet.ts";
import type { Priority } from "../../core/codes/action-codes.ts";
import type { Action } from "../survey/action-list.ts";
import { daysBetween } from "../text/report-time.ts";

const priorities: Readonly<Record<Priority, { readonly text: string; readonly tone: Tone }>> = {
  1: { text: "1 urgent", tone: "bad" },
  2: { text: "2 to correct", tone: "wait" },
  3: { text: "3 to decide", tone: "quiet" },
  4: { text: "4 to know", tone: "quiet" },
};
/** How many rows are written between two drains. */
const BATCH_ROWS = 500;

export function actionSheet(actions: readonly Action[], asOf: Date): TableSheet<Action> {
  return {
    name: "Action needed",
    frozenColumns: 2,
    tabTone: actions.some(({ priority }) => priority < 4) ? "bad" : "good",
    emptyNote: "Nothing needs action",
    columns: [
      {
        header: "Priority",
        width: 12,
        value: ({ priority }) => priorities[priority].text,
        tone: ({ priority }) => priorities[priority].tone,
      },
      { header: "External reference", width: 20, value: ({ reference }) => reference },
      { header: "Direction", width: 10, value: ({ direction }) => direction },
      { header: "What happened", width: 25, kind: "wrapped", value: ({ what }) => what },
      { header: "Reason", width: 52, kind: "wrapped", value: ({ reason }) => reason },
      { header: "Next step", width: 40, kind: "wrapped", value: ({ nextStep }) => nextStep },
      { header: "File", width: 26, kind: "wrapped", value: ({ file }) => file },
      { header: "Sheet", width: 14, value: ({ sheet }) => sheet },
      { header: "Cell or row", width: 11, value: ({ cell }) => cell },
      { header: "Since (UTC)", width: 16, kind: "time", value: ({ since }) => since },
      {
        header: "Days open",
        width: 9,
        kind: "days",
        value: ({ since }) => (since === null ? null : daysBetween(since, asOf)),
      },
      { header: "LRN", width: 20, value: ({ lrn }) => lrn },
      { header: "MRN", width: 21, value: ({ mrn }) => mrn },
      { header: "Declaration", width: 16, value: ({ declarationId }) => declarationId },
      { header: "Kind", width: 16, value: ({ kind }) => kind },
    ],
    lists: [{ name: "actionNeeded", batches: inBatches(actions) }],
    record: (action) => action,
  };
}

function* inBatches(actions: readonly Action[]): Iterable<readonly Action[]> {
  for (let start = 0; start < actions.length; start += BATCH_ROWS) {
    yield actions.slice(start, start + BATCH_ROWS);
  }
}
