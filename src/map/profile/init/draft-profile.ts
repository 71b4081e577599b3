// The first draft of a profile from a real file. Every line says how sure it is and shows values of its
// column; a line that is not sure is a comment, so that a person decides it.
import { markOfNumber, type DecimalMark } from "../../../core/decimal-mark.ts";
import { dateForm, type DateOrder } from "../../cells/read-date.ts";
import type { FieldLevel } from "../../model/levels.ts";
import type { SheetRole } from "../../model/message-catalogue.ts";
import { sheetLines, SURE_SCORE_MIN } from "./draft-sheet.ts";
import type { SheetSurvey } from "./survey-sheet.ts";

interface FileFacts {
  readonly fileName: string;
  readonly format: "xlsx" | "csv";
  readonly decimalMark: DecimalMark;
  /** Whether numbers in the file show the mark, or a person named it; else it is a guess. */
  readonly isDecimalMarkSeen: boolean;
  /** Labels that `csv` in a profile takes; null for a workbook. */
  readonly csv: { readonly encoding: string; readonly delimiter: string } | null;
  readonly surveys: readonly SheetSurvey[];
}

const roleKeys = {
  shipments: "shipments",
  "goods items": "goodsItems",
  packaging: "packaging",
  documents: "documents",
} as const satisfies Record<SheetRole, string>;
const roleOfLevel = {
  shipment: "shipments",
  item: "goods items",
  packaging: "packaging",
  document: "documents",
} as const satisfies Record<FieldLevel, SheetRole>;
const KEY_HEADERS = ["External reference", "Direction", "Item number"];

export function draftProfile(facts: FileFacts): string {
  const roles = rolesOf(facts.surveys);
  const lines = [
    `# Draft from ${facts.fileName}, made from its headers by \`cas-batch profile init\`.`,
    "# Read every line before you use it: the number after # says how alike two names are (1.00 is",
    "# the same), then come values of the column. Lines that are not sure are comments.",
    `# Try it: cas-batch profile test THIS_FILE ${quoted(facts.fileName)}`,
    "version: 1",
    `layout: ${roles === null ? "flat" : "workbook"}`,
    "",
    ...csvLines(facts),
    ...dateLines(facts.surveys),
    "# timeZone: Europe/Brussels # for dates with a time of day",
    "",
  ];
  if (roles !== null) {
    lines.push("sheets:");
    for (const [role, survey] of roles) {
      lines.push(
        `  ${roleKeys[role]}:`,
        ...sheetLines(survey, facts.format === "xlsx").map(indented(4)),
      );
    }
  } else {
    const [survey] = facts.surveys.toSorted((left, right) => weightOf(right) - weightOf(left));
    if (survey !== undefined)
      lines.push(...sheetLines(survey, facts.format === "xlsx" && facts.surveys.length > 1));
    lines.push("", "rows:", "  totals: true # rows that begin with Total, Summe … are left out");
  }
  lines.push("", ...constantLines(facts.surveys));
  return `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`;
}

/** One sheet for each role, when more than one sheet names the shipment; null for the flat layout. */
function rolesOf(
  surveys: readonly SheetSurvey[],
): readonly (readonly [SheetRole, SheetSurvey])[] | null {
  const joined = surveys.filter(({ columns }) =>
    columns.some(({ suggestion }) => suggestion?.field.header === "External reference"),
  );
  const byRole = new Map<SheetRole, SheetSurvey>();
  for (const survey of joined) {
    const role = roleOf(survey);
    if (!byRole.has(role)) byRole.set(role, survey);
  }
  if (byRole.size < 2 || !byRole.has("shipments")) return null;
  return (["shipments", "goods items", "packaging", "documents"] as const).flatMap((role) => {
    const survey = byRole.get(role);
    return survey === undefined ? [] : [[role, survey] as const];
  });
}

/** The level that most of its columns belong to. */
function roleOf({ columns }: SheetSurvey): SheetRole {
  const counts = { shipment: 0, item: 0, packaging: 0, document: 0 };
  for (const { suggestion } of columns) {
    if (suggestion !== null && !KEY_HEADERS.includes(suggestion.field.header)) {
      counts[suggestion.field.level] += 1;
    }
  }
  const levels = ["shipment", "item", "packaging", "document"] as const;
  const most = levels.reduce((best, level) => (counts[level] > counts[best] ? level : best));
  return roleOfLevel[most];
}

function weightOf({ columns }: SheetSurvey): number {
  return columns.reduce((sum, { suggestion }) => sum + (suggestion?.score ?? 0), 0);
}

function csvLines(facts: FileFacts): readonly string[] {
  const { csv, decimalMark, isDecimalMarkSeen, format } = facts;
  const about = format === "csv" ? "as this file seems to have it" : "of numbers that are text";
  const doubt = isDecimalMarkSeen ? markDoubt(facts) : "No number that is text shows it";
  return [
    ...(csv === null
      ? []
      : [
          "csv:",
          `  encoding: ${csv.encoding}`,
          `  delimiter: ${csv.delimiter === "\t" ? "tab" : JSON.stringify(csv.delimiter)}`,
        ]),
    doubt === null
      ? `decimalMark: "${decimalMark}" # ${about}`
      : `# decimalMark: "${decimalMark}" # or the other one? ${doubt}`,
  ];
}

/**
 * Why the mark that the file seems to have is not certain for its columns of numbers; null when it
 * is. A draft that named it would decide the question without the person who knows.
 */
function markDoubt({ format, decimalMark, surveys }: FileFacts): string | null {
  // The values of a workbook's number cells say nothing about its texts.
  if (format === "xlsx") return null;
  const texts = surveys
    .flatMap(({ columns }) => columns)
    .flatMap(({ suggestion, texts }) => (isNumeric(suggestion?.field.rule.kind) ? texts : []));
  const first = (wanted: ReturnType<typeof markOfNumber>): string | undefined =>
    texts.find((text) => markOfNumber(text) === wanted);
  const own = first(decimalMark);
  const other = first(decimalMark === "," ? "." : ",");
  if (other !== undefined) {
    return own === undefined
      ? `Its numbers are such as ${other}`
      : `It has numbers such as ${own} and such as ${other}`;
  }
  const either = first("either");
  return own === undefined && either !== undefined
    ? `Numbers such as ${either} do not show it`
    : null;
}

function isNumeric(kind: string | undefined): boolean {
  return kind === "decimal" || kind === "integer";
}

function dateLines(surveys: readonly SheetSurvey[]): readonly string[] {
  const orders = new Set<DateOrder>();
  let example: string | null = null;
  for (const { texts } of surveys.flatMap(({ columns }) => columns)) {
    for (const text of texts) {
      const form = dateForm(text);
      if (form === "other") continue;
      example ??= text;
      if (form === "day-first") orders.add("dmy");
      if (form === "month-first") orders.add("mdy");
    }
  }
  const [order, other] = orders;
  if (example === null) return [];
  return order !== undefined && other === undefined
    ? [`dateOrder: ${order} # dates such as ${example}; every one seen fits`]
    : [`# dateOrder: dmy # dmy or mdy? Dates such as ${example} do not show it`];
}

/** What no column gives and every shipment needs, to be filled in. */
function constantLines(surveys: readonly SheetSurvey[]): readonly string[] {
  const found = new Set(
    surveys.flatMap(({ columns }) =>
      columns.flatMap(({ suggestion }) =>
        suggestion !== null && suggestion.score >= SURE_SCORE_MIN ? [suggestion.field.header] : [],
      ),
    ),
  );
  return [
    "# Values that are the same for all rows, or where a cell is blank:",
    "# constants:",
    `#   Direction: OUT${found.has("Direction") ? "" : " # every shipment needs one, and no column was found"}`,
    "#   Declaration type: EX",
    ...["External reference", "Goods description"]
      .filter((header) => !found.has(header))
      .map((header) => `# Every shipment needs a column for \`${header}\`; none was found.`),
  ];
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text}"`;
}

function indented(columns: number): (line: string) => string {
  return (line) => (line === "" ? "" : `${" ".repeat(columns)}${line}`);
}
