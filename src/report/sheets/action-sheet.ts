// The sheet people open first: what to do, worst first, each line an order. What one must read stands in the first
// columns, as wide together as a laptop's screen and a printed page; ids to look things up with stand behind them.
import type { TableSheet, Tone } from "../model/sheet.ts";
import type { Priority } from "../../core/codes/action-codes.ts";
import type { Action } from "../survey/action.ts";
import type { ActionPlace } from "../survey/action-list.ts";
import { daysBetween } from "../text/report-time.ts";

const priorities: Readonly<Record<Priority, { readonly text: string; readonly tone: Tone }>> = {
  1: { text: "1 urgent", tone: "bad" },
  2: { text: "2 to correct", tone: "wait" },
  3: { text: "3 to decide", tone: "quiet" },
  4: { text: "4 to know", tone: "quiet" },
};
/** How many rows are written between two drains. */
const BATCH_ROWS = 500;

export function actionSheet(
  actions: readonly Action[],
  places: ReadonlyMap<Action, ActionPlace>,
  { asOf, timeZone }: { readonly asOf: Date; readonly timeZone: string },
): TableSheet<Action> {
  const toRow = (sheet: string, row: number | null | undefined) =>
    row === null || row === undefined ? null : { sheet, row };
  return {
    name: "Action needed",
    frozenColumns: 2,
    printedColumns: 9,
    tabTone: actions.some(({ priority }) => priority < 4) ? "bad" : "good",
    emptyNote: "Nothing needs action",
    columns: [
      {
        header: "Priority",
        width: 11,
        value: ({ priority }) => priorities[priority].text,
        tone: ({ priority }) => priorities[priority].tone,
      },
      {
        header: "External reference",
        width: 18,
        kind: "wrapped",
        value: ({ reference }) => reference,
        link: (action) => toRow("Shipments", places.get(action)?.shipment),
      },
      { header: "What happened", width: 17, kind: "wrapped", value: ({ what }) => what },
      { header: "Reason", width: 54, kind: "wrapped", value: ({ reason }) => reason },
      {
        header: "Next step",
        width: 40,
        kind: "wrapped",
        value: ({ nextStep }) => nextStep.split("\n", 1)[0] ?? "",
      },
      {
        header: "Days open",
        width: 7,
        kind: "days",
        value: ({ since }) => (since === null ? null : daysBetween(since, asOf)),
      },
      { header: "File", width: 14, kind: "wrapped", value: ({ file }) => file },
      { header: "Sheet", width: 11, kind: "wrapped", value: ({ sheet }) => sheet },
      {
        header: "Cell or row",
        width: 9,
        kind: "wrapped",
        value: ({ cell }) => cell,
        link: (action) => toRow("Errors", places.get(action)?.finding),
      },
      { header: `Since (${timeZone})`, width: 18, kind: "time", value: ({ since }) => since },
      { header: "Direction", width: 10, value: ({ direction }) => direction },
      { header: "MRN", width: 22, value: ({ mrn }) => mrn },
      { header: "LRN", width: 22, value: ({ lrn }) => lrn },
      { header: "Declaration", width: 18, value: ({ declarationId }) => declarationId },
      { header: "Kind", width: 16, value: ({ kind }) => kind },
      {
        header: "Commands to correct it",
        width: 60,
        value: ({ nextStep }) => nextStep.split("\n").slice(1).join("   ") || null,
      },
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
