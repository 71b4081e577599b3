// The first draft of a profile from a real file: every line says how sure it is and shows what stands
// in the column, and what is not sure is a comment, so that nothing is matched behind anyone's back.
import { stringify } from "yaml";
import type { FieldLevel } from "../field-catalogue.ts";
import type { SheetRole } from "../mapping-plan.ts";
import { directionWords } from "./direction-words.ts";
import type { DateOrder } from "../read-date.ts";
import type { DecimalMark } from "./profile.ts";
import type { SheetSurvey, SurveyedColumn } from "./survey-sheet.ts";

export interface FileFacts {
  readonly fileName: string;
  readonly format: "xlsx" | "csv";
  readonly decimalMark: DecimalMark;
  /** Labels that `csv` in a profile takes; null for a workbook. */
  readonly csv: { readonly encoding: string; readonly delimiter: string } | null;
  readonly surveys: readonly SheetSurvey[];
}

/** Below this a suggestion stands in a comment until a person has looked at it. */
const SURE_SCORE_MIN = 0.8;
const EXAMPLE_LENGTH_MAX = 30;
/** A column with more different values than this is no column of kinds. */
const KINDS_MAX = 12;
/** Exact by definition: the pound of 1959. */
const kilogramsPerUnit: ReadonlyMap<string, string> = new Map([
  ...["g", "gr", "gram", "grams", "gramm"].map((unit) => [unit, "0.001"] as const),
  ...["lb", "lbs", "pound", "pounds"].map((unit) => [unit, "0.45359237"] as const),
  ...["t", "ton", "tonne", "tonnes", "tonnen"].map((unit) => [unit, "1000"] as const),
]);
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}$/;
const MONTHS = 12;

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
      lines.push(`  ${roleKeys[role]}:`, ...sheetLines(survey, facts, true).map(indented(4)));
    }
  } else {
    const [survey] = facts.surveys.toSorted((left, right) => weightOf(right) - weightOf(left));
    if (survey !== undefined) lines.push(...sheetLines(survey, facts, facts.surveys.length > 1));
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

function csvLines({ csv, decimalMark, format }: FileFacts): readonly string[] {
  return [
    ...(csv === null
      ? []
      : [
          "csv:",
          `  encoding: ${csv.encoding}`,
          `  delimiter: ${csv.delimiter === "\t" ? "tab" : JSON.stringify(csv.delimiter)}`,
        ]),
    `decimalMark: "${decimalMark}" # ${format === "csv" ? "as this file seems to have it" : "of numbers that are text"}`,
  ];
}

function dateLines(surveys: readonly SheetSurvey[]): readonly string[] {
  const orders = new Set<DateOrder>();
  let example: string | null = null;
  for (const { texts } of surveys.flatMap(({ columns }) => columns)) {
    for (const text of texts) {
      const [, first, second] = YEAR_LAST.exec(text) ?? [];
      if (first === undefined || second === undefined) continue;
      example ??= text;
      if (Number(first) > MONTHS) orders.add("dmy");
      if (Number(second) > MONTHS) orders.add("mdy");
    }
  }
  const [order, other] = orders;
  if (example === null) return [];
  return order !== undefined && other === undefined
    ? [`dateOrder: ${order} # dates such as ${example}; every one seen fits`]
    : [`# dateOrder: dmy # dmy or mdy? Dates such as ${example} do not tell`];
}

function sheetLines(survey: SheetSurvey, facts: FileFacts, isNamed: boolean): readonly string[] {
  const { headerRows, columns } = survey;
  const rows = headerRows.length === 1 ? String(headerRows[0]) : `[${headerRows.join(", ")}]`;
  const matched = columns.filter(({ suggestion }) => suggestion !== null);
  const others = columns.filter(({ suggestion }) => suggestion === null);
  const names = headerNames(columns);
  return [
    ...(isNamed && facts.format === "xlsx" ? [`sheet: ${yamlText(survey.name)}`] : []),
    `headerRow: ${rows}`,
    "columns:",
    ...matched.flatMap((column) => columnLines(column, names)),
    ...(others.length === 0
      ? []
      : [
          "  # Nothing that we know is like these. Give them a header of docs/fields.md or a path into the",
          "  # message, or `ignore`:",
        ]),
    ...others.map((column) => `  # ${nameOf(column, names)}: ignore${remark("", column)}`),
  ];
}

type Names = ReadonlyMap<SurveyedColumn, string>;

/** Headers that stand there twice are told apart by their number. */
function headerNames(columns: readonly SurveyedColumn[]): Names {
  const counts = new Map<string, number>();
  const total = new Map<string, number>();
  const keyOf = ({ cell }: SurveyedColumn): string => cell.spanned.toLowerCase();
  for (const column of columns) total.set(keyOf(column), (total.get(keyOf(column)) ?? 0) + 1);
  return new Map(
    columns.map((column) => {
      const count = (counts.get(keyOf(column)) ?? 0) + 1;
      counts.set(keyOf(column), count);
      const isAlone = total.get(keyOf(column)) === 1;
      return [column, isAlone ? column.cell.spanned : `${column.cell.spanned} #${count}`];
    }),
  );
}

function columnLines(column: SurveyedColumn, names: Names): readonly string[] {
  const { suggestion, texts } = column;
  if (suggestion === null) return [];
  const { field, score, like, language } = suggestion;
  const source = language === "template" ? "our own header" : language;
  const told = `${score.toFixed(2)} like ${JSON.stringify(like)} (${source})`;
  const name = nameOf(column, names);
  if (score < SURE_SCORE_MIN) {
    return [`  # ${name}: ${field.header}${remark(`${told}, is it right?`, column)}`];
  }
  const factor = field.units === undefined ? null : kilogramsIn(column.cell.spanned);
  if (factor !== null) {
    const steps = `[{ multiply: ${factor} }, { round: 3 }]`;
    return [`  ${name}: { to: ${field.header}, transforms: ${steps} }${remark(told, column)}`];
  }
  const kinds = field.rule.kind === "choice" ? field.rule.values : [];
  const needsMeaning = kinds.length > 0 && texts.some((text) => !kinds.includes(text));
  if (!needsMeaning || texts.length > KINDS_MAX) {
    return [`  ${name}: ${field.header}${remark(told, column)}`];
  }
  return [
    `  ${name}:${remark(told, column)}`,
    `    to: ${field.header}`,
    "    values:",
    ...kinds.map((kind) => `      ${kind}: ${kind}`),
    ...texts
      .filter((text) => !kinds.includes(text))
      .map((text) => {
        const meaning = directionWords.get(text.toLowerCase());
        return field.header === "Direction" && meaning !== undefined
          ? `      ${yamlText(text)}: ${meaning}`
          : `      # ${yamlText(text)}: ${kinds.join(" or ")}?`;
      }),
  ];
}

/** Kilograms in the unit that a header ends with, when that is another one. */
function kilogramsIn(header: string): string | null {
  const last = /([a-z]+)\W*$/.exec(header.toLowerCase())?.[1] ?? "";
  return kilogramsPerUnit.get(last) ?? null;
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

function nameOf(column: SurveyedColumn, names: Names): string {
  return yamlText(names.get(column) ?? column.cell.spanned);
}

function remark(told: string, { examples }: SurveyedColumn): string {
  const shown = examples.map((text) => JSON.stringify(shortened(text))).join(", ");
  const parts = [told, shown].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` # ${parts.join("; ")}`;
}

function shortened(text: string): string {
  return text.length <= EXAMPLE_LENGTH_MAX ? text : `${text.slice(0, EXAMPLE_LENGTH_MAX)}…`;
}

/** A text as YAML writes it on one line, with quotes where it needs them. */
function yamlText(text: string): string {
  return stringify(text.replace(/\s+/g, " "), { lineWidth: 0 }).trim();
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text}"`;
}

function indented(columns: number): (line: string) => string {
  return (line) => (line === "" ? "" : `${" ".repeat(columns)}${line}`);
}
