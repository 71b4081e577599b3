// The first sheet: whether the books balance and whether it was real, on the first line; then the
// totals, what became of the shipments, where their declarations stand, and the files.
import { statusMeaning } from "../../core/declaration-statuses.ts";
import type { BatchRecord } from "../../ledger/contract/views.ts";
import { fileBalances } from "../../core/balance.ts";
import { counted, groupedNumber } from "../text/cell-text.ts";
import {
  bucketMeanings,
  bucketsInOrder,
  compareStatuses,
  stageWords,
  statusTone,
} from "../words/outcome-meanings.ts";
import { pageCell, startPage, type PageCell, type PageSheet } from "../workbook/page-sheet.ts";
import type { ReportInput, ReportTotals } from "../survey/report-input.ts";
import {
  noteStyle,
  plainStyles,
  strongStyles,
  tonedStyles,
  verdictStyle,
  type ColumnKind,
  type Tone,
} from "../workbook/report-styles.ts";
import { timeCell } from "../text/report-time.ts";
import type { ReportWriter } from "./report-writer.ts";

const WIDTHS = [34, 16, 14, 10, 11, 13, 11, 11, 20, 16];
const VERDICT_HEIGHT_POINTS = 34;
/** Enough for the eye; the JSON twin holds them all. */
const IMBALANCES_SHOWN_MAX = 20;
const SHORT_HASH_DIGITS = 12;
/** With more of them the print would be too small to read. */
const ONE_PAGE_FILES_MAX = 8;

/** The first line of the report, in words that stand alone. */
function verdict({ simulated, stoppedEarly }: ReportInput, totals: ReportTotals): string {
  const origin =
    (simulated ? "SIMULATOR, nothing was filed with customs · " : "") +
    (stoppedEarly === null ? "" : "STOPPED EARLY · ");
  if (stoppedEarly !== null && totals.balanced) {
    return `${origin}balanced as far as files were read`;
  }
  return totals.balanced
    ? `${origin}BALANCED: every row of every file is accounted for`
    : `${origin}NOT BALANCED: ${counted(totals.imbalances.length, "count does", "counts do")} not add up`;
}

export function writeSummary({ workbook, input, survey }: ReportWriter): void {
  const { totals, batches } = survey;
  const isWhole = totals.balanced && input.stoppedEarly === null;
  const tone: Tone = !isWhole ? "bad" : input.simulated ? "wait" : "good";
  const page = startPage(workbook, {
    name: "Summary",
    widths: WIDTHS,
    tabTone: tone,
    frozenRows: 1,
    onePage: batches.length <= ONE_PAGE_FILES_MAX,
  });
  page.addLine(verdict(input, totals), verdictStyle(tone), VERDICT_HEIGHT_POINTS);
  if (input.stoppedEarly !== null) {
    const { reason, filesNotRead } = input.stoppedEarly;
    page.addLine(`Stopped early: ${reason}`, tonedStyles.bad.text);
    for (const name of filesNotRead) page.addLine(`Not read: ${name}`, tonedStyles.bad.text);
  }
  for (const imbalance of totals.imbalances.slice(0, IMBALANCES_SHOWN_MAX)) {
    page.addLine(imbalance, tonedStyles.bad.text);
  }
  if (totals.imbalances.length > IMBALANCES_SHOWN_MAX) {
    page.addRow([
      note(`${IMBALANCES_SHOWN_MAX} of ${totals.imbalances.length} shown; the JSON twin has all`),
    ]);
  }
  addFacts(page, input, totals);
  addControlTotals(page, input, totals);
  addBuckets(page, totals);
  addStatuses(page, totals);
  addFiles(page, batches);
  page.end();
}

function addFacts(page: PageSheet, input: ReportInput, totals: ReportTotals): void {
  const { error, warning, info } = totals.findings;
  const fact = (label: string, content: PageCell["content"], kind: ColumnKind = "text"): void => {
    const style = { ...strongStyles[kind], alignment: { horizontal: "left" as const } };
    page.addRow([pageCell(label), { content, style }]);
  };
  page.addRow([]);
  page.addRow([
    pageCell("Needs action"),
    totals.actionNeeded > 0
      ? {
          content: `${groupedNumber(totals.actionNeeded)}: see the sheet Action needed`,
          style: tonedStyles.bad.text,
        }
      : { content: "nothing", style: tonedStyles.good.text },
    ...[0, 1].map(() => ({
      content: null,
      style: (totals.actionNeeded > 0 ? tonedStyles.bad : tonedStyles.good).text,
    })),
  ]);
  fact("Environment", input.environment);
  fact("Tenant", input.tenant);
  fact("Run", input.runId ?? "the newest state of every shipment");
  fact("Written by", `cas-batch ${input.programVersion}, command ${input.command}`);
  fact("As of (UTC)", input.asOf, "time");
  fact(
    "Declarations complete up to (UTC)",
    timeCell(input.completeUpTo) ?? "CAS was not searched to the end",
    "time",
  );
  fact(
    "Findings in the files",
    [counted(error, "error"), counted(warning, "warning"), counted(info, "remark")].join(", "),
  );
  const leftovers = bucketsInOrder.filter((bucket) => totals.leftovers[bucket] > 0);
  if (leftovers.length > 0) {
    fact(
      "Queued by other runs, sent by this one",
      leftovers.map((bucket) => `${groupedNumber(totals.leftovers[bucket])} ${bucket}`).join(", "),
    );
  }
  fact("Messages refused by CAS", totals.refusals, "integer");
  fact("Accepted, no declaration seen yet", totals.withoutDeclaration, "integer");
  fact("Errors of CAS and customs", totals.declarationErrors, "integer");
  fact("Declarations in no file of ours", totals.notInFiles, "integer");
}

function addControlTotals(page: PageSheet, { filter }: ReportInput, totals: ReportTotals): void {
  const { rows, buckets } = totals;
  const rowSum = rows.blank + rows.invalid + rows.duplicate + rows.inShipments;
  const bucketSum = bucketsInOrder.reduce((sum, bucket) => sum + buckets[bucket], 0);
  page.addTitle("Control totals", ["What", "Count", "How it is made up"]);
  const total = (label: string, count: number, words: readonly PageCell[]): void => {
    page.addRow([pageCell(label, "text", true), pageCell(count, "integer", true), ...words]);
  };
  const summand = (label: string, count: number, words: string): void => {
    page.addRow([{ content: label, style: indented }, pageCell(count, "integer"), note(words)]);
  };
  total("Rows read", rows.read, [note("below the headers of all files")]);
  summand(
    "blank",
    rows.blank,
    "nothing stands in them, or no goods do: sums, repeated headers, rows that a profile leaves out",
  );
  summand("invalid", rows.invalid, "belong to no shipment; the sheet Errors says why");
  summand("duplicate", rows.duplicate, "repeat another row word for word and are counted once");
  summand("in shipments", rows.inShipments, "whatever became of the shipments");
  total("Sum of these four", rowSum, agreement(rows.read, rowSum, "rows read"));
  total("Shipments", totals.shipments, [
    note("latest" in filter ? "the newest line of every shipment" : "all of these files"),
  ]);
  total("Sum of their outcomes", bucketSum, agreement(totals.shipments, bucketSum, "shipments"));
}

/** In words, on two cells because the words need the room. */
function agreement(expected: number, found: number, what: string): PageCell[] {
  const agrees = expected === found;
  const words = agrees ? `equals the ${what}` : `DIFFERS from the ${what} by ${found - expected}`;
  const style = (agrees ? tonedStyles.good : tonedStyles.bad).text;
  return [words, null].map((content) => ({ content, style }));
}

function addBuckets(page: PageSheet, { buckets }: ReportTotals): void {
  page.addTitle("Shipments by outcome", ["Outcome", "Shipments", "What it means"]);
  const present = bucketsInOrder.filter((bucket) => buckets[bucket] > 0);
  // A bar is never shorter than a stub, so what is zero stands below, without one.
  const absent = bucketsInOrder.filter((bucket) => buckets[bucket] === 0);
  const rowNumbers = [...present, ...absent].map((bucket) => {
    const { tone, meaning } = bucketMeanings[bucket];
    const style = buckets[bucket] > 0 ? tonedStyles[tone].text : plainStyles.text;
    return page.addRow([
      { content: bucket, style },
      pageCell(buckets[bucket], "integer"),
      note(meaning),
    ]);
  });
  addBars(page, rowNumbers.slice(0, present.length));
}

function addStatuses(page: PageSheet, { declarationStatuses }: ReportTotals): void {
  page.addTitle("Declarations by status", [
    "Status",
    "Declarations",
    "Where it is",
    "What it means",
  ]);
  const statuses = Object.entries(declarationStatuses).sort(([left], [right]) =>
    compareStatuses(left, right),
  );
  const rowNumbers = statuses.map(([status, count]) => {
    const { stage, meaning } = statusMeaning(status);
    return page.addRow([
      pageCell(status),
      pageCell(count, "integer"),
      { content: stageWords[stage], style: tonedStyles[statusTone(status)].text },
      note(meaning),
    ]);
  });
  if (rowNumbers.length === 0) page.addRow([note("No declarations so far")]);
  addBars(page, rowNumbers);
}

function addBars(page: PageSheet, rowNumbers: readonly number[]): void {
  const [first] = rowNumbers;
  const last = rowNumbers.at(-1);
  if (first !== undefined && last !== undefined) page.addBars("B", first, last);
}

function addFiles(page: PageSheet, batches: readonly BatchRecord[]): void {
  page.addTitle("Files", [
    "File",
    "Rows read",
    "Blank",
    "Invalid",
    "Duplicate",
    "In shipments",
    "Shipments",
    "Balanced",
    "Read as",
    "SHA-256, short",
  ]);
  for (const batch of batches) {
    const { file, counts, layout, rejected } = batch;
    const balanced = fileBalances(batch.counts);
    page.addRow([
      pageCell(file.name, "wrapped"),
      pageCell(counts.rowsRead, "integer"),
      pageCell(counts.rowsBlank, "integer"),
      pageCell(counts.rowsInvalid, "integer"),
      pageCell(counts.rowsDuplicate, "integer"),
      pageCell(counts.rowsInShipments, "integer"),
      pageCell(counts.shipments, "integer"),
      { content: balanced ? "yes" : "NO", style: tonedStyles[balanced ? "good" : "bad"].text },
      rejected
        ? { content: "REJECTED as a whole", style: tonedStyles.bad.text }
        : pageCell(layout === null ? "unknown layout" : `${layout} layout`),
      pageCell(file.sha256.slice(0, SHORT_HASH_DIGITS)),
    ]);
  }
  if (batches.length === 0) page.addRow([note("No files")]);
  page.addTitle("Fingerprints of the files", ["File", "SHA-256"]);
  for (const { file } of batches) {
    page.addRow([pageCell(file.name, "wrapped"), pageCell(file.sha256)]);
  }
}

const indented = { ...plainStyles.text, alignment: { horizontal: "left" as const, indent: 2 } };

/** Words that may flow over the empty cells to their right. */
function note(content: string): PageCell {
  return { content, style: noteStyle };
}
