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
import { ofItsFiles, type ReportInput, type ReportTotals } from "../survey/report-input.ts";
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
/** With more of them the print would be too small to read. */
const ONE_PAGE_FILES_MAX = 8;
/** Two halves and a gap, together as wide as a laptop's screen. */
const WIDTHS = [32, 11, 12, 11, 12, 11, 2, 22, 13, 14, 10, 28];
const BESIDE_COLUMN = 7;
/** How many columns of the left half stand behind the first one, and behind the second one. */
const FACT_SPAN = 5;
const NOTE_SPAN = 4;
/** The same of the right half, for a note behind its third column. */
const BESIDE_NOTE_SPAN = 2;

export function summarySheet(
  input: ReportInput,
  totals: ReportTotals,
  batches: readonly BatchRecord[],
): PageSheet {
  const isWhole = totals.balanced && input.stoppedEarly === null;
  return {
    name: "Summary",
    widths: WIDTHS,
    besideColumn: BESIDE_COLUMN,
    headline: verdict(input, totals),
    headlineHeightPoints: 30,
    tone: !isWhole ? "bad" : input.simulated ? "wait" : "good",
    onePage: batches.length <= ONE_PAGE_FILES_MAX,
    sections: [
      { rows: warnings(input, totals), across: true },
      { rows: facts(input, totals) },
      controlTotals(input, totals),
      outcomes(totals),
      { ...statuses(input, totals), beside: true },
      { ...changesSection(input, totals), beside: true },
      { ...ages(input, totals), beside: true },
      { ...trend(input, totals), beside: true },
      { title: "This report", rows: madeBy(input, totals) },
      { title: "What came back", rows: whatCameBack(input, totals), beside: true },
      { ...filesSection(batches), across: true },
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
  const { timeZone, completeUpTo, lookedBackUntil = null, allAskedSince = null } = input;
  const { environment, tenant, asOf } = input;
  const searchedUntil = timeCell(completeUpTo) ?? "CAS was not searched to the end";
  const { actionNeeded } = totals;
  const needsAction =
    actionNeeded > 0 ? `${counted(actionNeeded)}: see the sheet Action needed` : "nothing";
  return [
    [
      { value: "Needs action" },
      {
        value: needsAction,
        style: actionNeeded > 0 ? "bad" : "good",
        span: FACT_SPAN,
        link: { sheet: "Action needed" },
      },
    ],
    ...factRows([
      [`As of (${timeZone})`, asOf, "time"],
      [`Complete up to (${timeZone})`, searchedUntil, "time"],
      [
        `Read a second time up to (${timeZone})`,
        timeCell(lookedBackUntil) ?? "not yet, a later reconcile does it",
        "time",
      ],
      [
        `Open shipments asked since (${timeZone})`,
        allAskedSince ?? "no shipment waits for CAS",
        "time",
      ],
      ["Environment", environment],
      ["Tenant", tenant],
    ]),
  ];
}

/** What made the report, and what it was made of. */
function madeBy(input: ReportInput, totals: ReportTotals): PageRow[] {
  const { error, warning, info } = totals.findings;
  const leftovers = bucketsInOrder
    .filter((bucket) => totals.leftovers[bucket] > 0)
    .map((bucket) => `${counted(totals.leftovers[bucket])} ${bucket}`);
  const findings = [plural(error, "error"), plural(warning, "warning"), plural(info, "remark")];
  return factRows([
    ["Run", input.runId ?? "the newest state of every shipment"],
    ["Written by", `cas-batch ${input.programVersion}, command ${input.command}`],
    [
      "Ledger checked",
      "latest" in input.filter
        ? "all of it"
        : "this run's files, and all that is known of their shipments",
    ],
    ["Findings in the files", findings.join(", "), "wrapped", "Errors"],
    [
      "Queued by other runs, sent now",
      leftovers.length > 0 ? leftovers.join(", ") : null,
      "wrapped",
    ],
  ]);
}

function whatCameBack(input: ReportInput, totals: ReportTotals): PageRow[] {
  const { documents, documentsFetched } = totals;
  const rows: readonly (readonly [label: string, count: number, sheet: string])[] = [
    ["Messages refused by CAS", totals.refusals, "Errors"],
    ["Errors of CAS and customs", totals.declarationErrors, "Errors"],
    ["Accepted, no declaration yet", totals.withoutDeclaration, "Shipments"],
    ["Declarations in no file", totals.notInFiles, "Not in files"],
    ["Documents, not fetched", documents - documentsFetched, "Attachments"],
  ];
  const errorsOpen = input.errorsOpen ?? 0;
  return [
    ...rows.map(([label, count, sheet]): PageRow => [
      { value: label, link: { sheet } },
      { value: count, kind: "integer", style: "strong" },
    ]),
    ...(errorsOpen === 0
      ? []
      : [[{ value: "Errors not fetched yet" }, { value: errorsOpen, kind: "integer" }] as const]),
  ];
}

/** A fact that is null is left out. */
function factRows(
  known: readonly (readonly [label: string, CellValue, kind?: CellKind, sheet?: string])[],
): PageRow[] {
  return known
    .filter(([, value]) => value !== null)
    .map(([label, value, kind = "wrapped", sheet]): PageRow => [
      { value: label, kind: "wrapped", ...(sheet === undefined ? {} : { link: { sheet } }) },
      { value, kind, style: "fact", span: FACT_SPAN },
    ]);
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
    note(words, NOTE_SPAN),
  ];
  return {
    title: "Control totals",
    headers: ["What", "Count", "How it is made up"],
    rows: [
      total("Rows read", rows.read, note("below the headers of all files", NOTE_SPAN)),
      summand("blank", rows.blank, "empty rows, sums, repeated headers, rows left out"),
      summand("invalid", rows.invalid, "belong to no shipment: see the sheet Errors"),
      summand("duplicate", rows.duplicate, "repeat another row word for word, counted once"),
      summand("in shipments", rows.inShipments, "whatever became of the shipments"),
      total("Sum of these four", rowSum, ...agreement(rows.read, rowSum, "rows read")),
      total(
        "Shipments",
        shipments,
        note(
          "latest" in filter ? "the newest line of every shipment" : "all of these files",
          NOTE_SPAN,
        ),
      ),
      total("Sum of their outcomes", bucketSum, ...agreement(shipments, bucketSum, "shipments")),
    ],
  };
}

function agreement(expected: number, found: number, what: string): readonly PageCell[] {
  const agrees = expected === found;
  const words = agrees ? `equals the ${what}` : `DIFFERS from the ${what} by ${found - expected}`;
  return [{ value: words, style: agrees ? "good" : "bad", kind: "wrapped", span: NOTE_SPAN }];
}

function outcomes({ buckets }: ReportTotals): PageSection {
  const present = bucketsInOrder.filter((bucket) => buckets[bucket] > 0);
  const absent = bucketsInOrder.filter((bucket) => buckets[bucket] === 0);
  return {
    title: "Shipments by outcome",
    headers: ["Outcome", "Shipments", "What it means"],
    rows: [
      ...present.map((bucket): PageRow => [
        { value: bucket, style: bucketMeanings[bucket].tone, link: { sheet: "Shipments" } },
        integer(buckets[bucket]),
        note(bucketMeanings[bucket].meaning, NOTE_SPAN),
      ]),
      // A bar is never shorter than a stub, so what is zero has none.
      [{ value: "none of these" }, integer(0), note(absent.join(", "), NOTE_SPAN)],
    ],
    bars: present.length,
  };
}

function statuses(input: ReportInput, { declarationStatuses }: ReportTotals): PageSection {
  const rows = Object.entries(declarationStatuses)
    .sort(([left], [right]) => compareStatuses(left, right))
    .map(([status, count]): PageRow => {
      const { stage, meaning } = statusMeaning(status);
      return [
        { value: status, kind: "wrapped", link: { sheet: "Declarations" } },
        integer(count),
        { value: stageWords[stage], style: statusTone(status) },
        note(meaning, BESIDE_NOTE_SPAN),
      ];
    });
  return {
    title: "Declarations by status",
    headers: ["Status", "Declarations", "Where it is", "What it means"],
    rows: rows.length === 0 ? [[note(`No declarations so far${ofItsFiles(input)}`)]] : rows,
    bars: rows.length,
  };
}

/** As the column Days open of the sheet Shipments has it. */
function ages(input: ReportInput, { openAges }: ReportTotals): PageSection {
  const open = openAges.reduce((sum, { count }) => sum + count, 0);
  return {
    title: "Open shipments by age",
    headers: ["Since CAS took them", "Shipments"],
    rows:
      open === 0
        ? [[note(`No shipment that CAS took is open${ofItsFiles(input)}`)]]
        : openAges.map(({ label, count }) => [{ value: label }, integer(count)]),
    bars: open === 0 ? 0 : openAges.length,
  };
}

function trend({ timeZone }: ReportInput, { trend: days }: ReportTotals): PageSection {
  return {
    title: "The last seven days",
    headers: [`Day (${timeZone})`, "Accepted", "Refused", "Finished"],
    rows: days.map(({ day, accepted, refused, finished }) => [
      { value: day },
      integer(accepted),
      integer(refused),
      integer(finished),
    ]),
    bars: days.some(({ accepted }) => accepted > 0) ? days.length : 0,
  };
}

const fileColumns: Readonly<Record<string, (batch: BatchRecord) => PageCell>> = {
  File: ({ file }) => ({ value: file.name, kind: "wrapped" }),
  "Rows read": ({ counts }) => integer(counts.rowsRead),
  Blank: ({ counts }) => integer(counts.rowsBlank),
  Invalid: ({ counts }) => integer(counts.rowsInvalid),
  Duplicate: ({ counts }) => integer(counts.rowsDuplicate),
  "In shipments": ({ counts }) => integer(counts.rowsInShipments),
  "": () => ({ value: null }),
  "Read as": ({ layout, rejected }) =>
    rejected
      ? { value: "REJECTED as a whole", style: "bad" }
      : { value: layout === null ? "unknown layout" : `${layout} layout` },
  Shipments: ({ counts }) => integer(counts.shipments),
  Balanced: ({ counts }) =>
    fileBalances(counts) ? { value: "yes", style: "good" } : { value: "NO", style: "bad" },
  "SHA-256": ({ file }) => ({
    value: file.sha256.replace(/^.{32}/, "$&\n"),
    kind: "wrapped",
    span: BESIDE_NOTE_SPAN,
  }),
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

/** @param span where it must not flow over what stands beside it */
function note(value: string, span = 1): PageCell {
  return { value, style: "note", span, ...(span > 1 ? { kind: "wrapped" } : {}) };
}
