// The columns of one sheet in the first draft of a profile, a line each.
import { stringify } from "yaml";
import { directionWords } from "../../catalogue/direction-words.ts";
import type { SheetSurvey, SurveyedColumn } from "./survey-sheet.ts";

/** A suggestion with a lower score is a comment until a person has decided it. */
export const SURE_SCORE_MIN = 0.8;
const EXAMPLE_LENGTH_MAX = 30;
/** A column with more different values than this is no column of kinds. */
const KINDS_MAX = 12;
/** Exact by definition: the pound of 1959. */
const kilogramsPerUnit: ReadonlyMap<string, string> = new Map([
  ...["g", "gr", "gram", "grams", "gramm"].map((unit) => [unit, "0.001"] as const),
  ...["lb", "lbs", "pound", "pounds"].map((unit) => [unit, "0.45359237"] as const),
  ...["t", "ton", "tonne", "tonnes", "tonnen"].map((unit) => [unit, "1000"] as const),
]);

/** @param isNamed Whether the profile names the sheet. */
export function sheetLines(survey: SheetSurvey, isNamed: boolean): readonly string[] {
  const { headerRows, columns } = survey;
  const rows = headerRows.length === 1 ? String(headerRows[0]) : `[${headerRows.join(", ")}]`;
  const matched = columns.filter(({ suggestion }) => suggestion !== null);
  const others = columns.filter(({ suggestion }) => suggestion === null);
  const names = headerNames(columns);
  return [
    ...(isNamed ? [`sheet: ${yamlText(survey.name)}`] : []),
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

/** Headers that occur twice get a number. */
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
  const likeness = `${score.toFixed(2)} like ${JSON.stringify(like)} (${source})`;
  const name = nameOf(column, names);
  if (score < SURE_SCORE_MIN) {
    return [`  # ${name}: ${field.header}${remark(`${likeness}, is it right?`, column)}`];
  }
  const factor = field.units === undefined ? null : kilogramsIn(column.cell.spanned);
  if (factor !== null) {
    const steps = `[{ multiply: ${factor} }, { round: 3 }]`;
    return [`  ${name}: { to: ${field.header}, transforms: ${steps} }${remark(likeness, column)}`];
  }
  const kinds = field.rule.kind === "choice" ? field.rule.values : [];
  const needsMeaning = kinds.length > 0 && texts.some((text) => !kinds.includes(text));
  if (!needsMeaning || texts.length > KINDS_MAX) {
    return [`  ${name}: ${field.header}${remark(likeness, column)}`];
  }
  return [
    `  ${name}:${remark(likeness, column)}`,
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

function nameOf(column: SurveyedColumn, names: Names): string {
  return yamlText(names.get(column) ?? column.cell.spanned);
}

function remark(likeness: string, { examples }: SurveyedColumn): string {
  const shown = examples.map((text) => JSON.stringify(shortened(text))).join(", ");
  const parts = [likeness, shown].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` # ${parts.join("; ")}`;
}

function shortened(text: string): string {
  return text.length <= EXAMPLE_LENGTH_MAX ? text : `${text.slice(0, EXAMPLE_LENGTH_MAX)}…`;
}

/** A text as YAML writes it on one line, with quotes where it needs them. */
function yamlText(text: string): string {
  return stringify(text.replace(/\s+/g, " "), { lineWidth: 0 }).trim();
}
