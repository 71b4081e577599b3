// Findings for people: errors first, each with its cell and the next step, those of one value in one column
// together; then warnings and notes, equal ones as one. Of each kind only the first are kept, so memory does not grow with the file; asked for all of them,
// each is written in the order of the file.
import { columnLetters, parseCellAddress } from "../../core/cell.ts";
import { findingCodes } from "../../core/codes/finding-codes.ts";
import type { Finding } from "../../core/finding.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import type { Batches } from "../../runs/result/result.ts";
import { headerWords, type Write } from "./text-lines.ts";

/** How many errors a person reads one by one; the JSON form, an annotated copy and the report hold them all. */
const ERRORS_SHOWN_MAX = 50;
/** How many kinds of warnings, and of notes, are shown. */
const KINDS_SHOWN_MAX = 50;
/** So many equal warnings are still shown one by one. */
const SINGLE_MAX = 3;
/** How many cells with the same value are named. */
const CELLS_NAMED_MAX = 8;
/** How many notes of a kind are shown where each says something else. */
const NOTES_OF_KIND_MAX = 20;

/** Findings of one code in one column of one sheet. */
interface Kind {
  readonly first: Entry[];
  count: number;
}

interface Entry {
  readonly finding: Finding;
  readonly order: number;
  /** Of errors that say the same of the same value. */
  count: number;
  /** The cells of the others, or the first of them. */
  readonly others: string[];
}

/** How much of the findings is shown. */
export type FindingDetail = "errors" | "first of each kind" | "all";

export async function printFindings(
  findings: Batches<Finding>,
  detail: FindingDetail,
  write: Write,
): Promise<void> {
  if (detail === "all") {
    await printAll(findings, write);
    return;
  }
  const kinds = { error: new Map<string, Kind>(), warning: new Map<string, Kind>() };
  const notes = new Map<string, Kind>();
  let order = 0;
  for await (const batch of findings) {
    for (const finding of batch) {
      order += 1;
      const { severity, code } = finding;
      if (severity === "info") add(notes, code, finding, order, NOTES_OF_KIND_MAX);
      else add(kinds[severity], kindOf(finding), finding, order, ERRORS_SHOWN_MAX);
    }
  }
  const errorLines = linesOfErrors([...kinds.error.values()]);
  if (errorLines.length > 0) await write(`\n${errorLines.join("")}`);
  if (detail === "errors") return;
  const warningLines = linesOfWarnings([...kinds.warning.values()]);
  if (warningLines.length > 0) await write(`\n${warningLines.join("")}`);
  const noteLines = [...notes.values()].flatMap(linesOfNotes);
  if (noteLines.length > 0) await write(`\n${noteLines.join("")}`);
}

async function printAll(findings: Batches<Finding>, write: Write): Promise<void> {
  let isFirst = true;
  for await (const batch of findings) {
    if (batch.length === 0) continue;
    // A note asks for nothing.
    const lines = batch.map((finding) =>
      describeFinding(finding.severity === "info" ? { ...finding, hint: null } : finding),
    );
    await write(`${isFirst ? "\n" : ""}${lines.join("")}`);
    isFirst = false;
  }
}

function add(
  kinds: Map<string, Kind>,
  key: string,
  finding: Finding,
  order: number,
  keptMax: number,
): void {
  const kind = kinds.get(key) ?? { first: [], count: 0 };
  kinds.set(key, kind);
  kind.count += 1;
  const { severity, value, message, cell } = finding;
  const same =
    severity === "error" && value !== null && cell !== null
      ? kind.first.find((entry) => entry.finding.message === message)
      : undefined;
  if (same !== undefined && cell !== null) {
    same.count += 1;
    if (same.others.length < CELLS_NAMED_MAX) same.others.push(cell);
  } else if (kind.first.length < keptMax) {
    kind.first.push({ finding, order, count: 1, others: [] });
  }
}

function kindOf({ code, file, sheet, cell, header }: Finding): string {
  return JSON.stringify([code, file, sheet, columnOf(cell), header]);
}

function columnOf(cell: string | null): string | null {
  const place = cell === null ? null : parseCellAddress(cell);
  return place === null ? null : columnLetters(place.columnIndex);
}

/** All of them, or as many of each kind as there is room for, and how many more there are. */
function linesOfErrors(kinds: readonly Kind[]): readonly string[] {
  let room = ERRORS_SHOWN_MAX;
  const shown = new Map<Kind, number>();
  for (let round = 0; room > 0 && kinds.some(({ first }) => first.length > round); round += 1) {
    for (const kind of kinds) {
      if (kind.first.length <= round || room === 0) continue;
      shown.set(kind, round + 1);
      room -= 1;
    }
  }
  const chosen = kinds.flatMap((kind) => kind.first.slice(0, shown.get(kind) ?? 0));
  // The next step of equal errors is said once.
  const hinted = new Set<string>();
  const lines = chosen
    .toSorted((left, right) => left.order - right.order)
    .map(({ finding, count, others }) => {
      const step = `${finding.code} ${finding.hint ?? ""}`;
      const isNew = !hinted.has(step);
      hinted.add(step);
      return describeFinding(isNew ? finding : { ...finding, hint: null }, cellsToo(count, others));
    });
  const leftOf = (kind: Kind): number =>
    kind.first.slice(0, shown.get(kind) ?? 0).reduce((left, { count }) => left - count, kind.count);
  const cut = kinds.filter((kind) => leftOf(kind) > 0);
  if (cut.length === 0) return lines;
  const more = cut.slice(0, KINDS_SHOWN_MAX).flatMap((kind) => {
    const left = leftOf(kind);
    const [first] = kind.first;
    return first === undefined ? [] : [`  … ${counted(left)} more × ${kindWords(first.finding)}\n`];
  });
  return [...lines, ...more, ...cutWords(cut.length, "error")];
}

function linesOfWarnings(kinds: readonly Kind[]): readonly string[] {
  const lines = kinds.slice(0, KINDS_SHOWN_MAX).flatMap(({ first, count }) => {
    const [one] = first;
    if (one === undefined || count <= SINGLE_MAX) {
      return first.map(({ finding }) => describeFinding(finding));
    }
    const { finding } = one;
    return [
      `  ${finding.severity.padEnd(7)}  ${counted(count)} × ${kindWords(finding)}, first ${spotOf(finding)}: ${finding.message}${hintLine(finding)}\n`,
    ];
  });
  const isCut = kinds.some(({ count }) => count > SINGLE_MAX) || kinds.length > KINDS_SHOWN_MAX;
  return isCut ? [...lines, ...cutWords(kinds.length, "warning")] : lines;
}

/** One line a kind, or each where each says something else; and how many more there are. */
function linesOfNotes({ first, count }: Kind): readonly string[] {
  const [one] = first;
  const shown =
    one !== undefined && findingCodes[one.finding.code].shownEach === true
      ? first
      : first.slice(0, 1);
  return shown.map(({ finding }, at) => {
    const more = at === shown.length - 1 ? count - shown.length : 0;
    const others = more === 0 ? "" : ` (and ${counted(more)} more of this kind; -v shows each)`;
    return `  note     ${inItsPlace(finding)}  [${finding.code}]${others}\n`;
  });
}

/** Where all of them are, and how many kinds have no line. */
function cutWords(kinds: number, what: "error" | "warning"): readonly string[] {
  const unnamed = kinds - KINDS_SHOWN_MAX;
  const others = unnamed > 0 ? `${counted(unnamed)} more kinds of ${what}s; ` : "";
  return [
    `  … ${others}-v or --json shows every ${what}, and \`cas-batch check --annotate DIR\` marks each at its cell\n`,
  ];
}

/** Shape: `code-as-number, march.xlsx › Goods items › column L (Commodity code)`. */
function kindWords({ code, file, sheet, cell, header }: Finding): string {
  const column = columnOf(cell);
  const place = [file, sheet, column === null ? null : `column ${column}`].filter(
    (part) => part !== null,
  );
  return `${code}, ${place.join(" › ")}${header === null ? "" : ` (${headerWords(header)})`}`;
}

function spotOf({ cell, row }: Finding): string {
  return cell ?? (row === null ? "in the file" : `row ${String(row)}`);
}

/** Shape: two lines, the fault with its place and the next step. */
function describeFinding(finding: Finding, more = ""): string {
  const { severity } = finding;
  return `  ${(severity === "info" ? "note" : severity).padEnd(7)}  ${inItsPlace(finding)}${more}  [${finding.code}]${hintLine(finding)}\n`;
}

/** Shape: `; 379 more: B3, B4, … `. */
function cellsToo(count: number, others: readonly string[]): string {
  if (count === 1) return "";
  const cut = count - 1 > others.length ? ", …" : "";
  return `; the same in ${plural(count - 1, "more cell")}: ${others.join(", ")}${cut}`;
}

function hintLine({ hint }: Finding): string {
  return hint === null ? "" : `\n           ${hint}`;
}

function inItsPlace({ file, sheet, cell, row, header, message }: Finding): string {
  const spot = cell ?? (row === null ? null : `row ${String(row)}`);
  const place = [file, sheet, spot].filter((part) => part !== null).join(" › ");
  const column = header === null ? "" : ` (${headerWords(header)})`;
  return `${place}${column}: ${message}`;
}
