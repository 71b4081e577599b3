// The last sheet: what the words and the sheets of the report mean.
import { declarationStatuses, statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { PageSheet } from "../model/sheet.ts";
import type { ReportInput, ReportTotals } from "../survey/report-input.ts";
import {
  bucketMeanings,
  bucketsInOrder,
  compareStatuses,
  stageWords,
  statusTone,
} from "../words/outcome-meanings.ts";

const sheets: readonly (readonly [string, string])[] = [
  [
    "Summary",
    "Whether every row is accounted for, and how many shipments and declarations stand where",
  ],
  [
    "Action needed",
    "What needs a person: urgent first, then what to correct, then what to decide; in each group the oldest first. An invalid shipment is one line, however many of its cells are wrong",
  ],
  [
    "Changed since last report",
    "What moved since the last report of the same kind, by the time at which cas-batch learned it. What became of shipments of new files stands on the sheet Shipments",
  ],
  [
    "Shipments",
    "Every shipment of the files. Days open count from the acceptance by CAS until all declarations are done. Declaration status none seen yet: CAS took the message, and nothing shows so far that it made a declaration of it; after a day without one the shipment stands on Action needed",
  ],
  [
    "Declarations",
    "Every declaration that CAS made of these shipments; one shipment may have several",
  ],
  [
    "Errors",
    "Every fault that our check of the file, CAS or customs found. The cell is the one to correct",
  ],
  [
    "Not in files",
    "Declarations in CAS that come from no file of ours: entered by hand or by another system",
  ],
  [
    "Attachments",
    "The documents that CAS listed for these declarations, where they were fetched to, and their checksums",
  ],
];

const readingNotes = (timeZone: string): readonly string[] => [
  `Columns of times are in ${timeZone}; the hour that comes twice when clocks go back shows its offset. Times within sentences name their zone`,
  "The time of a status is when cas-batch saw it, or when CAS last updated it if that was earlier",
  "Complete up to: changes in CAS after that time may be missing from this report",
  "No status is final: customs may reopen a declaration, and the next report shows it",
  "Codes and references are text, so their zeros stay. Nothing in this workbook is a formula; what is underlined leads to another sheet of it",
  "A text too long for a cell is cut with a mark that names its length; the file of the same name ending in .json holds all of it",
];

export function legendSheet(
  { declarationStatuses: seen }: ReportTotals,
  { timeZone }: Pick<ReportInput, "timeZone">,
): PageSheet {
  const statuses = new Set([...Object.keys(declarationStatuses), ...Object.keys(seen)]);
  return {
    name: "Legend",
    widths: [34, 16, 60, 70],
    headline: "How to read this report",
    headlineHeightPoints: 28,
    tone: "quiet",
    onePage: false,
    sections: [
      { rows: readingNotes(timeZone).map((value) => [{ value }]) },
      {
        title: "The sheets",
        headers: ["Sheet", "", "What it holds"],
        rows: sheets.map(([name, words]) => [
          { value: name, style: "strong", link: { sheet: name } },
          { value: null },
          { value: words, kind: "wrapped" },
        ]),
      },
      {
        title: "Outcomes of a shipment",
        headers: ["Outcome", "", "What it means"],
        rows: bucketsInOrder.map((bucket) => [
          { value: bucket, style: bucketMeanings[bucket].tone },
          { value: null },
          { value: bucketMeanings[bucket].meaning, kind: "wrapped" },
        ]),
      },
      {
        title: "Statuses of a declaration",
        headers: ["Status", "Where it is", "What it means", "What to do"],
        rows: [...statuses].sort(compareStatuses).map((status) => {
          const { stage, meaning, nextStep } = statusMeaning(status);
          return [
            { value: status },
            { value: stageWords[stage], style: statusTone(status) },
            { value: meaning, kind: "wrapped" },
            { value: nextStep ?? "Nothing", kind: "wrapped" },
          ];
        }),
      },
    ],
  };
}
