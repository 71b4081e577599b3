// The first sheet. Its first line says whether every row is accounted for and whether it was real; then
// come the totals, the outcomes of the shipments, the statuses of their declarations, and the files.
import { counted, plural } from "../../core/text/count-words.ts";
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { BatchRecord } from "../../ledger/contract/views.ts";
import type {
  CellKind,
  CellValue,
  PageCell,
  PageRow,
  PageSection,
  PageSheet,
} from "../model/sheet.ts";
import { changesSection } from "./changes-sheet.ts";
import { fileBalances } from "../../core/balance.ts";
import type { ReportInput, ReportTotals } from "../survey/report-input.ts";
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import { sendingWords } from "../../core/sending-words.ts";
import { timeCell } from "../text/report-time.ts";
import {
  bucketMeanings,
  bucketsInOrder,
  compareStatuses,
  stageWords,
  statusTone,
} from "../words/outcome-meanings.ts";

/** Enough for the eye; the JSON twin holds them all. */
const IMBALANCES_SHOWN_MAX = 20;
const SHORT_HASH_DIGITS = 12;
/** With more of them the print would be too small to read. */
const ONE_PAGE_FILES_MAX = 8;

export function summarySheet(
  input: ReportInput,
  totals: ReportTotals,
  batches: readonly BatchRecord[],
): PageSheet {
  const isWhole = totals.balanced && input.stoppedEarly === null;
  return {
    name: "Summary",
    widths: [34, 16, 14, 10, 11, 13, 11, 11, 20, 16],
    headline: verdict(input, totals),
    headlineHeightPoints: 34,
    tone: !isWhole ? "bad" : input.simulated ? "wait" : "good",
    onePage: batches.length <= ONE_PAGE_FILES_MAX,
    sections: [
      { rows: [...warnings(input, totals), [], ...facts(input, totals)] },
      controlTotals(input, totals),
      outcomes(totals),
      statuses(totals),
      changesSection(input, totals),
      filesSection(batches),
      {
        title: "Fingerprints of the files",
        headers: ["File", "SHA-256"],
        rows: batches.map(({ file }) => [
          { value: file.name, kind: "wrapped" },
          { value: file.sha256 },
        ]),
      },
    ],
  };
}

/** The first line of the report, in words that stand alone. */
function verdict({ simulated, stoppedEarly, only }: ReportInput, totals: ReportTotals): string {
  const origin =
    (only === undefined ? "" : "A SELECTION, only what is open is listed · ") +
    (simulated ? `${NOTHING_FILED} · ` : "") +
    (stoppedEarly === null ? "" : "STOPPED EARLY · ");
  if (!totals.balanced) {
    const count = totals.imbalances.length;
    return `${origin}NOT BALANCED: ${counted(count)} ${count === 1 ? "count does" : "counts do"} not add up`;
  }
  return stoppedEarly === null
    ? `${origin}BALANCED: every row of every file is accounted for`
    : `${origin}balanced as far as files were read`;
}

function warnings(
  { stoppedEarly, sender }: ReportInput,
  { imbalances, buckets }: ReportTotals,
): PageRow[] {
  const stopped =
    stoppedEarly === null
      ? []
      : [
          `Stopped early: ${stoppedEarly.reason}`,
          ...stoppedEarly.filesNotRead.map((name) => `Not read: ${name}`),
        ];
  const shown = imbalances.slice(0, IMBALANCES_SHOWN_MAX);
  const lines = [
    ...(sender === null ? [] : [{ line: sendingWords(sender, buckets), tone: "wait" } as const]),
    ...[...stopped, ...shown].map((line): PageRow => ({ line, tone: "bad" })),
  ];
  return imbalances.length === shown.length
    ? lines
    : [...lines, [note(`${shown.length} of ${imbalances.length} shown; the JSON twin has all`)]];
}

function facts(input: ReportInput, totals: ReportTotals): PageRow[] {
  const { error, warning, info } = totals.findings;
  const leftovers = bucketsInOrder
    .filter((bucket) => totals.leftovers[bucket] > 0)
    .map((bucket) => `${counted(totals.leftovers[bucket])} ${bucket}`);
  const searchedUntil = timeCell(input.completeUpTo) ?? "CAS was not searched to the end";
  const findings = [plural(error, "error"), plural(warning, "warning"), plural(info, "remark")];
  const known: readonly (readonly [string, CellValue, CellKind?])[] = [
    ["Environment", input.environment],
    ["Tenant", input.tenant],
    ["Run", input.runId ?? "the newest state of every shipment"],
    ["Written by", `cas-batch ${input.programVersion}, command ${input.command}`],
    ["As of (UTC)", input.asOf, "time"],
    ["Declarations complete up to (UTC)", searchedUntil, "time"],
    ["Findings in the files", findings.join(", ")],
    ["Queued by other runs, sent by this one", leftovers.length > 0 ? leftovers.join(", ") : null],
    ["Messages refused by CAS", totals.refusals, "integer"],
    ["Accepted, no declaration seen yet", totals.withoutDeclaration, "integer"],
    ["Errors of CAS and customs", totals.declarationErrors, "integer"],
    ["Declarations whose errors are not fetched yet", input.errorsOpen || null, "integer"],
    ["Declarations in no file of ours", totals.notInFiles, "integer"],
  ];
  return [
    needsAction(totals),
    ...known
      .filter(([, value]) => value !== null)
      .map(([label, value, kind = "text"]): PageRow => [
        { value: label },
        { value, kind, style: "fact" },
      ]),
  ];
}

function needsAction({ actionNeeded }: ReportTotals): PageRow {
  const style = actionNeeded > 0 ? "bad" : "good";
  const words =
    actionNeeded > 0 ? `${counted(actionNeeded)}: see the sheet Action needed` : "nothing";
  return [
    { value: "Needs action" },
    ...[words, null, null].map((value) => ({ value, style }) as const),
  ];
}

function controlTotals({ filter }: ReportInput, totals: ReportTotals): PageSection {
  const { rows, buckets, shipments } = totals;
  const rowSum = rows.blank + rows.invalid + rows.duplicate + rows.inShipments;
  const bucketSum = bucketsInOrder.reduce((sum, bucket) => sum + buckets[bucket], 0);
  const total = (label: string, count: number, ...words: readonly PageCell[]): PageRow => [
    { value: label, style: "strong" },
    { value: count, kind: "integer", style: "strong" },
    ...words,
  ];
  const summand = (label: string, count: number, words: string): PageRow => [
    { value: label, style: "indented" },
    integer(count),
    note(words),
  ];
  return {
    title: "Control totals",
    headers: ["What", "Count", "How it is made up"],
    rows: [
      total("Rows read", rows.read, note("below the headers of all files")),
      summand(
        "blank",
        rows.blank,
        "nothing stands in them, or no goods do: sums, repeated headers, rows that a profile leaves out",
      ),
      summand("invalid", rows.invalid, "belong to no shipment; the sheet Errors says why"),
      summand("duplicate", rows.duplicate, "repeat another row word for word and are counted once"),
      summand("in shipments", rows.inShipments, "whatever became of the shipments"),
      total("Sum of these four", rowSum, ...agreement(rows.read, rowSum, "rows read")),
      total(
        "Shipments",
        shipments,
        note("latest" in filter ? "the newest line of every shipment" : "all of these files"),
      ),
      total("Sum of their outcomes", bucketSum, ...agreement(shipments, bucketSum, "shipments")),
    ],
  };
}

/** In words, on two cells because the words need the room. */
function agreement(expected: number, found: number, what: string): readonly PageCell[] {
  const agrees = expected === found;
  const words = agrees ? `equals the ${what}` : `DIFFERS from the ${what} by ${found - expected}`;
  const style = agrees ? "good" : "bad";
  return [
    { value: words, style },
    { value: null, style },
  ];
}

function outcomes({ buckets }: ReportTotals): PageSection {
  const present = bucketsInOrder.filter((bucket) => buckets[bucket] > 0);
  // A bar is never shorter than a stub, so what is zero stands below, without one.
  const absent = bucketsInOrder.filter((bucket) => buckets[bucket] === 0);
  return {
    title: "Shipments by outcome",
    headers: ["Outcome", "Shipments", "What it means"],
    rows: [...present, ...absent].map((bucket) => [
      { value: bucket, style: buckets[bucket] > 0 ? bucketMeanings[bucket].tone : "plain" },
      integer(buckets[bucket]),
      note(bucketMeanings[bucket].meaning),
    ]),
    bars: present.length,
  };
}

function statuses({ declarationStatuses }: ReportTotals): PageSection {
  const rows = Object.entries(declarationStatuses)
    .sort(([left], [right]) => compareStatuses(left, right))
    .map(([status, count]): PageRow => {
      const { stage, meaning } = statusMeaning(status);
      return [
        { value: status },
        integer(count),
        { value: stageWords[stage], style: statusTone(status) },
        note(meaning),
      ];
    });
  return {
    title: "Declarations by status",
    headers: ["Status", "Declarations", "Where it is", "What it means"],
    rows: rows.length === 0 ? [[note("No declarations so far")]] : rows,
    bars: rows.length,
  };
}

const fileColumns: Readonly<Record<string, (batch: BatchRecord) => PageCell>> = {
  File: ({ file }) => ({ value: file.name, kind: "wrapped" }),
  "Rows read": ({ counts }) => integer(counts.rowsRead),
  Blank: ({ counts }) => integer(counts.rowsBlank),
  Invalid: ({ counts }) => integer(counts.rowsInvalid),
  Duplicate: ({ counts }) => integer(counts.rowsDuplicate),
  "In shipments": ({ counts }) => integer(counts.rowsInShipments),
  Shipments: ({ counts }) => integer(counts.shipments),
  Balanced: ({ counts }) =>
    fileBalances(counts) ? { value: "yes", style: "good" } : { value: "NO", style: "bad" },
  "Read as": ({ layout, rejected }) =>
    rejected
      ? { value: "REJECTED as a whole", style: "bad" }
      : { value: layout === null ? "unknown layout" : `${layout} layout` },
  "SHA-256, short": ({ file }) => ({ value: file.sha256.slice(0, SHORT_HASH_DIGITS) }),
};

function filesSection(batches: readonly BatchRecord[]): PageSection {
  const rows = batches.map((batch) => Object.values(fileColumns).map((cell) => cell(batch)));
  return {
    title: "Files",
    headers: Object.keys(fileColumns),
    rows: rows.length === 0 ? [[note("No files")]] : rows,
  };
}

function integer(value: number): PageCell {
  return { value, kind: "integer" };
}

function note(value: string): PageCell {
  return { value, style: "note" };
}
