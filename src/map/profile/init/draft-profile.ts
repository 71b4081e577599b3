// The first draft of a profile from a real file. Every line says how sure it is and shows values of its
// column. A guess is marked, so that every check tells it until a person has decided; a line that is less
// sure is a comment.
import { markOfNumber, type DecimalMark } from "../../../core/decimal-mark.ts";
import { dateForm, type DateOrder } from "../../cells/read-date.ts";
import type { FieldLevel } from "../../model/levels.ts";
import type { SheetRole } from "../../model/message-catalogue.ts";
import { sheetLines } from "./draft-sheet.ts";
import { judgeColumns, type Proposal } from "./judge-columns.ts";
import type { SheetSurvey, SurveyedColumn } from "./survey-sheet.ts";

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
const NEEDED = ["External reference", "Direction", "Goods description"];
/** One value alone may be the same by accident. */
const JOINING_MIN = 2;

export interface Draft {
  readonly text: string;
  /** Columns that the profile reads, the guesses among them. */
  readonly taken: number;
  readonly guesses: number;
  /** Columns that may be one of ours, as comments for a person to decide. */
  readonly asked: number;
  /** Headers that every shipment needs and no column gives. */
  readonly missing: readonly string[];
}

/** One sheet with what is made of its columns, and where it stands in the workbook layout. */
interface JudgedSheet {
  readonly survey: SheetSurvey;
  readonly proposals: readonly Proposal[];
  readonly role: SheetRole | null;
}

export function draftProfile(facts: FileFacts): Draft {
  const sheets = judgedSheets(withJoins(facts.surveys));
  const isWorkbook = sheets.some(({ role }) => role !== null);
  const proposals = sheets.flatMap((sheet) => sheet.proposals);
  const taken = proposals.flatMap((proposal) => (proposal.kind === "take" ? [proposal] : []));
  const found = new Set(taken.map(({ field }) => field.header));
  const missing = NEEDED.filter((header) => !found.has(header));
  const isNamed = facts.format === "xlsx" && (isWorkbook || facts.surveys.length > 1);
  const unread = facts.surveys.filter(
    ({ name }) => !sheets.some(({ survey }) => survey.name === name),
  );
  const lines = [
    `# Draft from ${facts.fileName}, made by \`cas-batch profile init\` from its headers and values.`,
    "# Read every line before you use it: the number after # says how alike two names are (1.00 is",
    "# the same), then come values of the column. `guess: true` marks a guess: every check tells it until",
    "# you delete the mark. Lines that are not sure enough for that are comments.",
    `# Try it: cas-batch profile test THIS_FILE ${quoted(facts.fileName)}`,
    "version: 1",
    `layout: ${isWorkbook ? "workbook" : "flat"}`,
    "",
    ...csvLines(facts),
    ...dateLines(facts.surveys),
    "# timeZone: Europe/Brussels # for dates with a time of day",
    "",
    ...unread.map(
      ({ name }) => `# The sheet ${JSON.stringify(name)} has headers like ours and is not read.`,
    ),
    ...(isWorkbook ? ["sheets:"] : []),
  ];
  for (const { survey, proposals: ofSheet, role } of sheets) {
    const ofColumns = sheetLines(survey, ofSheet, isNamed);
    if (role === null) lines.push(...ofColumns);
    else lines.push(`  ${roleKeys[role]}:`, ...ofColumns.map(indented(4)));
  }
  if (!isWorkbook) {
    lines.push("", "rows:", "  totals: true # rows that begin with Total, Summe … are left out");
  }
  lines.push("", ...constantLines(missing));
  return {
    text: `${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`,
    taken: taken.length,
    guesses: taken.filter(({ isGuess }) => isGuess).length,
    asked: proposals.filter(({ kind }) => kind === "ask").length,
    missing,
  };
}

function judgedSheets(surveys: readonly SheetSurvey[]): readonly JudgedSheet[] {
  const roles = rolesOf(surveys);
  if (roles !== null) {
    return roles.map(([role, survey]) => {
      const joins = role === "goods items" || role === "packaging";
      return { role, survey, proposals: judgeColumns(survey, joins) };
    });
  }
  const [survey] = surveys.toSorted((left, right) => weightOf(right) - weightOf(left));
  return survey === undefined
    ? []
    : [{ role: null, survey, proposals: judgeColumns(survey, false) }];
}

/**
 * Sheets that name the shipment under a header that says nothing: all values of the column are references
 * of another sheet.
 */
function withJoins(surveys: readonly SheetSurvey[]): readonly SheetSurvey[] {
  const references = new Set(
    surveys.flatMap(({ columns }) => columns.filter(isReference).flatMap(({ texts }) => texts)),
  );
  return surveys.map((survey) => {
    if (survey.columns.some(isReference)) return survey;
    const joining = survey.columns.find(
      ({ suggestion, texts }) =>
        suggestion === null &&
        texts.length >= JOINING_MIN &&
        texts.every((text) => references.has(text)),
    );
    if (joining === undefined) return survey;
    const columns = survey.columns.map((column): SurveyedColumn =>
      column === joining ? { ...column, joins: true } : column,
    );
    return { ...survey, columns };
  });
}

function isReference({ suggestion, joins }: SurveyedColumn): boolean {
  return joins === true || suggestion?.field.header === "External reference";
}

/** One sheet for each role, when more than one sheet names the shipment; null for the flat layout. */
function rolesOf(
  surveys: readonly SheetSurvey[],
): readonly (readonly [SheetRole, SheetSurvey])[] | null {
  const joined = surveys.filter(({ columns }) => columns.some(isReference));
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
function constantLines(missing: readonly string[]): readonly string[] {
  const lacksDirection = missing.includes("Direction");
  return [
    "# Values that are the same for all rows, or where a cell is blank:",
    "# constants:",
    `#   Direction: OUT${lacksDirection ? " # every shipment needs one, and no column was found" : ""}`,
    "#   Declaration type: EX",
    ...missing
      .filter((header) => header !== "Direction")
      .map((header) => `# Every shipment needs a column for \`${header}\`; none is sure.`),
  ];
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `"${text}"`;
}

function indented(columns: number): (line: string) => string {
  return (line) => (line === "" ? "" : `${" ".repeat(columns)}${line}`);
}
