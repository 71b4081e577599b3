// What the numbers of a file say about its decimal mark. A number of one form only may contradict the
// mark found in the head of the file. Then a number that can be read in two ways was read by a wrong
// mark, and may have been handed on already, so nothing of the file is sent. Numbers that could not be
// read stop their own shipments. Either way the user gets one question, about the file or a column,
// never one per cell.
import { cellAddress } from "../../core/cell.ts";
import type { DecimalMark } from "../../core/decimal-mark.ts";
import { sourcePlaceText } from "../../core/source-place.ts";
import type { Finding } from "../../core/finding.ts";
import type { MappingPlan, PlanColumn, SheetPlan } from "../model/mapping-plan.ts";
import { decimalMarkHint } from "../cells/read-decimal.ts";
import { placeIn, weighedFinding } from "../model/plan-finding.ts";

/** A column whose numbers are read with the mark of the file. */
interface MarkPlace {
  readonly sheet: SheetPlan;
  readonly column: PlanColumn;
  readonly mark: DecimalMark;
  /** Nothing in the head of the file shows it. */
  readonly isGuess: boolean;
}

interface SeenNumbers {
  /** Where the first of them stands. */
  readonly of: MarkPlace;
  count: number;
  firstText: string;
  firstRow: number;
  lastRow: number;
}

/** The numbers of one column. */
export interface MarkTally {
  readonly of: MarkPlace;
  /** Have one form only. */
  readonly ",": SeenNumbers;
  readonly ".": SeenNumbers;
  /** Can be read in two ways, and were read with the mark of the file. */
  readonly taken: SeenNumbers;
  /** Could not be read with it. */
  readonly refused: SeenNumbers;
}

const markNames = { ",": "comma", ".": "point" } as const;

export function markTally(of: MarkPlace): MarkTally {
  return { of, ",": noneSeen(of), ".": noneSeen(of), taken: noneSeen(of), refused: noneSeen(of) };
}

function noneSeen(of: MarkPlace): SeenNumbers {
  return { of, count: 0, firstText: "", firstRow: 0, lastRow: 0 };
}

export function addNumber(to: SeenNumbers, text: string, rowNumber: number): void {
  if (to.count === 0) {
    to.firstText = text;
    to.firstRow = rowNumber;
  }
  to.count += 1;
  to.lastRow = rowNumber;
}

/** @param tallies In the order in which the columns were read. */
export function decimalMarkFindings(
  plan: MappingPlan,
  tallies: readonly MarkTally[],
): readonly Finding[] {
  const [any] = tallies;
  if (any === undefined) return [];
  const { mark } = any.of;
  const sumOf = (kind: "," | "." | "taken"): SeenNumbers => {
    const parts = tallies.map((tally) => tally[kind]);
    // The first of them stands for all.
    const first = parts.find(({ count }) => count > 0) ?? noneSeen(any.of);
    return { ...first, count: parts.reduce((sum, { count }) => sum + count, 0) };
  };
  const taken = sumOf("taken");
  const inFile = { ",": sumOf(","), ".": sumOf(".") };
  const other = inFile[otherThan(mark)];
  if (taken.count > 0 && (other.count > 0 || inFile[mark].count === 0)) {
    const why =
      other.count === 0
        ? "no number of the columns that are read shows which is meant"
        : `the file has numbers with ${marksIn(plan, inFile)}`;
    const message = `The decimal mark of "${plan.fileName}" is in doubt: ${numbers(taken)}, ${example(plan, taken)}, can be read with the ${markNames[mark]} and as thousands, and ${why}`;
    return report(plan, "decimal-mark-in-doubt", other.count > 0 ? other : taken, message);
  }
  return tallies.flatMap((tally) => {
    const { refused, of } = tally;
    if (refused.count === 0) return [];
    const to = refused.count === 1 ? "" : ` to row ${refused.lastRow}`;
    const where = `"${refused.firstText}" in row ${refused.firstRow}${to}`;
    const message = `Column ${of.column.letters} \`${of.column.header}\` cannot be read: ${numbers(refused)}, ${to === "" ? "" : "from "}${where}, ${reasonOf(plan, tally, inFile)}`;
    return report(plan, "numbers-ambiguous", refused, message);
  });
}

/** Why numbers of a column could not be read, as the end of a sentence that they begin. */
function reasonOf(
  plan: MappingPlan,
  tally: MarkTally,
  inFile: Readonly<Record<DecimalMark, SeenNumbers>>,
): string {
  const { mark, isGuess } = tally.of;
  const isOne = tally.refused.count === 1;
  const seen = {
    ",": tally[","].count > 0 ? tally[","] : inFile[","],
    ".": tally["."].count > 0 ? tally["."] : inFile["."],
  };
  const own = seen[mark];
  const other = seen[otherThan(mark)];
  if (own.count > 0 && other.count > 0) {
    return `${isOne ? "stands" : "stand"} in a file that has numbers with ${marksIn(plan, seen)}`;
  }
  if (isGuess) {
    const telling = own.count > 0 ? own : other;
    return telling.count > 0
      ? `may have thousands or fractions, and only "${telling.firstText}" in row ${telling.firstRow} shows the decimal mark, too late for those above`
      : "may have thousands or fractions, and no number in the head of the file shows the decimal mark";
  }
  return other.count > 0
    ? `${isOne ? "has" : "have"} the ${markNames[otherThan(mark)]}, ${example(plan, other)}, and the head of the file has the ${markNames[mark]}`
    : `may have thousands or fractions: the decimal mark of the file is the ${markNames[mark]}, and one group of three digits does not show it`;
}

function report(
  plan: MappingPlan,
  code: "decimal-mark-in-doubt" | "numbers-ambiguous",
  { of: { sheet, column }, firstText, firstRow }: SeenNumbers,
  message: string,
): readonly Finding[] {
  const place = placeIn(plan, sheet, firstRow, column);
  const hint = decimalMarkHint(sheet.textColumns !== null);
  return weighedFinding(plan, code, place, { value: firstText, message, hint });
}

function otherThan(mark: DecimalMark): DecimalMark {
  return mark === "," ? "." : ",";
}

function marksIn(plan: MappingPlan, seen: Readonly<Record<DecimalMark, SeenNumbers>>): string {
  return ([",", "."] as const)
    .filter((mark) => seen[mark].count > 0)
    .map((mark) => `the ${markNames[mark]} (${numbers(seen[mark])}, ${example(plan, seen[mark])})`)
    .join(" and ");
}

function numbers({ count }: SeenNumbers): string {
  return count === 1 ? "1 number" : `${count} numbers`;
}

/** Names the sheet in a file of several. */
function example(plan: MappingPlan, { of, firstText, firstRow }: SeenNumbers): string {
  const { sheet, column } = of;
  const address = cellAddress(column.columnIndex, firstRow);
  const place = sourcePlaceText(plan.namesSheetInSources ? sheet.sheet : null, address);
  return `such as "${firstText}" in ${place} \`${column.header}\``;
}
