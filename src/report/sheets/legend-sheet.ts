// The last sheet: what the words and the sheets mean, so that nobody needs a manual to read the report.
import { declarationStatuses, statusMeaning } from "../../core/declaration-statuses.ts";
import {
  bucketMeanings,
  bucketsInOrder,
  compareStatuses,
  stageWords,
  statusTone,
} from "../words/outcome-meanings.ts";
import { pageCell, startPage } from "../workbook/page-sheet.ts";
import { tonedStyles, verdictStyle } from "../workbook/report-styles.ts";
import type { ReportWriter } from "./report-writer.ts";

const HEADING_HEIGHT_POINTS = 28;

const sheets: readonly (readonly [string, string])[] = [
  [
    "Summary",
    "Whether every row is accounted for, and how many shipments and declarations stand where",
  ],
  [
    "Action needed",
    "What somebody has to do: urgent first, then what to correct, then what to decide; in each group the oldest first. An invalid shipment is one line, however many of its cells are wrong",
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
    "Every fault, whoever found it: our check of the file, CAS, customs. The cell is the one to correct",
  ],
  [
    "Not in files",
    "Declarations in CAS that come from no file of ours: entered by hand or by another system",
  ],
];

const readingNotes: readonly string[] = [
  "All times are in UTC. The time of a status is when cas-batch saw it, or when CAS last updated it if that was earlier",
  "Complete up to: changes in CAS after that time may be missing from this report",
  "No status is final: customs may reopen a declaration, and the next report shows it",
  "Codes and references are text, so their zeros stay. Nothing in this workbook is a formula",
  "A text too long for a cell is cut with a mark that names its length; the file of the same name ending in .json holds all of it",
];

export function writeLegend({ workbook, survey }: ReportWriter): void {
  const page = startPage(workbook, {
    name: "Legend",
    widths: [34, 16, 60, 70],
    tabTone: "quiet",
    frozenRows: 1,
    onePage: false,
  });
  page.addLine("How to read this report", verdictStyle("quiet"), HEADING_HEIGHT_POINTS);
  for (const note of readingNotes) page.addRow([pageCell(note)]);
  page.addTitle("The sheets", ["Sheet", "", "What it holds"]);
  for (const [name, words] of sheets) {
    page.addRow([pageCell(name, "text", true), pageCell(null), pageCell(words, "wrapped")]);
  }
  page.addTitle("Outcomes of a shipment", ["Outcome", "", "What it means"]);
  for (const bucket of bucketsInOrder) {
    const { tone, meaning } = bucketMeanings[bucket];
    page.addRow([
      { content: bucket, style: tonedStyles[tone].text },
      pageCell(null),
      pageCell(meaning, "wrapped"),
    ]);
  }
  page.addTitle("Statuses of a declaration", [
    "Status",
    "Where it is",
    "What it means",
    "What to do",
  ]);
  const statuses = new Set([
    ...Object.keys(declarationStatuses),
    ...Object.keys(survey.totals.declarationStatuses),
  ]);
  for (const status of [...statuses].sort(compareStatuses)) {
    const { stage, meaning, nextStep } = statusMeaning(status);
    page.addRow([
      pageCell(status),
      { content: stageWords[stage], style: tonedStyles[statusTone(status)].text },
      pageCell(meaning, "wrapped"),
      pageCell(nextStep ?? "Nothing", "wrapped"),
    ]);
  }
  page.end();
}
