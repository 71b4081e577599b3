// What moved since the last report: of shipments that were known then. What came with a file that was read since
// stands on the sheet Shipments, and is only counted here.
import { kindOfKey } from "../../core/shipment.ts";
import { plural } from "../../core/text/count-words.ts";
import type { ChangeKind, ChangeView } from "../../ledger/contract/learned.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type { PageRow, PageSection, TableSheet, Tone } from "../model/sheet.ts";
import type { ReportCounts } from "../survey/report-counts.ts";
import type { ReportInput, ReportTotals } from "../survey/report-input.ts";
import { timeWords } from "../text/report-time.ts";
import { changesSince } from "../survey/changes-since.ts";
import { bucketMeanings, statusTone } from "../words/outcome-meanings.ts";

const NAME = "Changed since last report";

export const changeWords: Readonly<Record<ChangeKind, string>> = {
  "file-read": "File read",
  outcome: "Outcome changed",
  "declaration-new": "New declaration",
  status: "Status changed",
  "status-late": "Earlier status told late",
};

export function changesSheet(input: ReportInput, counts: ReportCounts): TableSheet<ChangeView> {
  const { since = null, timeZone } = input;
  return {
    name: NAME,
    frozenColumns: 2,
    printedColumns: 7,
    tabTone: "quiet",
    emptyNote:
      since === null
        ? "There is no earlier report to compare with"
        : `Nothing has changed since ${sinceWords(since, timeZone)}`,
    columns: [
      { header: "What changed", width: 24, value: ({ what }) => changeWords[what] },
      {
        header: "External reference",
        width: 22,
        value: ({ key }) => key?.externalReference ?? null,
      },
      { header: "Direction", width: 10, value: ({ key }) => key?.direction ?? null },
      { header: "Before", width: 20, value: ({ before }) => before },
      { header: "Now", width: 20, value: nowText, tone: toneOf },
      { header: `Learned (${timeZone})`, width: 18, kind: "time", value: ({ at }) => at },
      { header: "MRN", width: 22, value: ({ mrn }) => mrn },
      { header: "Declaration", width: 18, value: ({ declarationId }) => declarationId },
      { header: "File", width: 26, kind: "wrapped", value: ({ fileName }) => fileName },
      {
        header: "Kind",
        width: 16,
        value: ({ key }) => (key === null ? null : kindOfKey(key)),
      },
    ],
    lists: [{ name: "changes", batches: shownChanges(input, counts) }],
    record: changeRecord,
  };
}

/** As the twin lists it, and `report diff`. */
export function changeRecord({ isOfNewShipment: ofNewShipment, ...change }: ChangeView): object {
  return { ...change, ofNewShipment };
}

async function* shownChanges(
  input: ReportInput,
  counts: ReportCounts,
): AsyncIterable<readonly ChangeView[]> {
  for await (const changes of changesSince(input)) {
    for (const change of changes) counts.addChange(change);
    yield changes.filter(({ isOfNewShipment }) => !isOfNewShipment);
  }
}

function nowText({ what, after, shipments }: ChangeView): string {
  return what === "file-read" ? plural(shipments ?? 0, "shipment") : after;
}

function toneOf({ what, after }: ChangeView): Tone {
  if (what === "file-read") return "quiet";
  return what === "outcome" ? bucketMeanings[after as LineBucket].tone : statusTone(after);
}

/** For the first page. */
export function changesSection(
  { since = null, timeZone }: ReportInput,
  { changes }: ReportTotals,
): PageSection {
  if (since === null) {
    const words = "There is no earlier report to compare with";
    return { title: NAME, rows: [[{ value: words, style: "note" }]] };
  }
  const row = (label: string, count: number): PageRow => [
    { value: label },
    { value: count, kind: "integer" },
  ];
  const notListed =
    changes.ofNewShipments === 0
      ? []
      : [
          [
            {
              value: `Besides, ${plural(changes.ofNewShipments, "change")} of shipments in these files: see the sheet Shipments`,
              kind: "wrapped",
              style: "note",
              span: 4,
            } as const,
          ],
        ];
  return {
    title: NAME,
    headers: [`Since ${sinceWords(since, timeZone)}`, "Count"],
    rows: [
      row("Files read", changes["file-read"]),
      row("Shipments in them", changes.shipmentsRead),
      row("Shipments with another outcome", changes.outcome),
      row("New declarations", changes["declaration-new"]),
      row("Declarations with another status", changes.status),
      ...(changes["status-late"] === 0
        ? []
        : [row("Earlier statuses told late", changes["status-late"])]),
      ...notListed,
    ],
  };
}

/** Shape: `the report of 2026-11-28 06:00 Europe/Brussels`. */
function sinceWords({ at, isReport }: NonNullable<ReportInput["since"]>, timeZone: string): string {
  const time = timeWords(at, timeZone);
  return isReport ? `the report of ${time}` : time;
}
