// The columns of one sheet in the first draft of a profile, a line each.
import { stringify } from "yaml";
import type { Proposal, Taken } from "./judge-columns.ts";
import type { SheetSurvey, SurveyedColumn } from "./survey-sheet.ts";

const EXAMPLE_LENGTH_MAX = 30;

interface Drafted {
  readonly column: SurveyedColumn;
  readonly proposal: Proposal;
  /** As YAML writes it. */
  readonly name: string;
}

/**
 * @param proposals One for each column.
 * @param isNamed Whether the profile names the sheet.
 */
export function sheetLines(
  { name, headerRows, columns }: SheetSurvey,
  proposals: readonly Proposal[],
  isNamed: boolean,
): readonly string[] {
  const rows = headerRows.length === 1 ? String(headerRows[0]) : `[${headerRows.join(", ")}]`;
  const names = headerNames(columns);
  const drafted = columns.flatMap((column, index): readonly Drafted[] => {
    const proposal = proposals[index];
    return proposal === undefined ? [] : [{ column, proposal, name: yamlText(names[index] ?? "") }];
  });
  const known = drafted.filter(({ proposal }) => proposal.kind !== "leave");
  const others = drafted.filter(({ proposal }) => proposal.kind === "leave");
  const isTaken = known.some(({ proposal }) => proposal.kind === "take");
  return [
    ...(isNamed ? [`sheet: ${yamlText(name)}`] : []),
    `headerRow: ${rows}`,
    isTaken ? "columns:" : "columns: {} # no column is sure: take the {} away when you write one",
    ...known.flatMap(columnLines),
    ...(others.length === 0
      ? []
      : [
          "  # Nothing that we know is like these. Give them a header or a path (`cas-batch fields WORD` finds",
          "  # one), or `ignore`:",
        ]),
    ...others.flatMap(columnLines),
  ];
}

/** Headers that occur twice get a number. */
function headerNames(columns: readonly SurveyedColumn[]): readonly string[] {
  const counts = new Map<string, number>();
  const total = new Map<string, number>();
  const keyOf = ({ cell }: SurveyedColumn): string => cell.spanned.toLowerCase();
  for (const column of columns) total.set(keyOf(column), (total.get(keyOf(column)) ?? 0) + 1);
  return columns.map((column) => {
    const count = (counts.get(keyOf(column)) ?? 0) + 1;
    counts.set(keyOf(column), count);
    const isAlone = total.get(keyOf(column)) === 1;
    return isAlone ? column.cell.spanned : `${column.cell.spanned} #${count}`;
  });
}

function columnLines({ column, proposal, name }: Drafted): readonly string[] {
  switch (proposal.kind) {
    case "leave":
      return [`  # ${name}: ignore${remark(proposal.why, column)}`];
    case "ask": {
      const [likeliest, ...others] = proposal.fields.map(({ header }) => header);
      const or = others.length === 0 ? "" : ` or ${others.join(", or ")}?`;
      return [
        `  # ${name}: ${likeliest ?? "ignore"}${remark(`${proposal.why}; is it right?${or}`, column)}`,
      ];
    }
    case "take": {
      const { field, isGuess, transforms, values, why } = proposal;
      const said = remark(isGuess ? `a guess: ${why}` : why, column);
      if (values.length > 0) return valueLines(name, proposal, said);
      const options = [
        ...(transforms.length === 0 ? [] : [`transforms: [${transforms.join(", ")}]`]),
        ...(isGuess ? ["guess: true"] : []),
      ];
      const to =
        options.length === 0 ? field.header : `{ to: ${field.header}, ${options.join(", ")} }`;
      return [`  ${name}: ${to}${said}`];
    }
  }
}

function valueLines(
  name: string,
  { field, isGuess, values }: Taken,
  said: string,
): readonly string[] {
  const words = new Set(values.map(([word]) => word.toUpperCase()));
  const { offered } = field;
  const asked = offered.length === 0 ? "which code?" : `${offered.join(" or ")}?`;
  return [
    `  ${name}:${said}`,
    `    to: ${field.header}`,
    ...(isGuess ? ["    guess: true"] : []),
    "    values:",
    ...offered.filter((word) => !words.has(word)).map((word) => `      ${word}: ${word}`),
    ...values.map(([word, meaning]) =>
      meaning === null
        ? `      # ${yamlText(word)}: ${asked}`
        : `      ${yamlText(word)}: ${yamlText(meaning)}`,
    ),
  ];
}

function remark(why: string, { examples }: SurveyedColumn): string {
  const shown = examples.map((text) => JSON.stringify(shortened(text))).join(", ");
  const parts = [why, shown].filter((part) => part !== "");
  return parts.length === 0 ? "" : ` # ${parts.join("; ")}`;
}

function shortened(text: string): string {
  return text.length <= EXAMPLE_LENGTH_MAX ? text : `${text.slice(0, EXAMPLE_LENGTH_MAX)}…`;
}

/** A text as YAML writes it on one line, with quotes where it needs them. */
function yamlText(text: string): string {
  return stringify(text.replace(/\s+/g, " "), { lineWidth: 0 }).trim();
}
