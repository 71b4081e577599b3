// The notes on one file for its annotated copy: findings by row and cell, and the outcome of each row's
// shipment. Filled from a check or from the books of a run. The words of the first findings are kept, the rows
// with errors of all; the copy says how many findings it leaves out.
import { counted } from "../../core/text/count-words.ts";
import { missingColumn } from "../../core/incomplete-row.ts";
import type { Finding, Severity } from "../../core/finding.ts";
import type { RowRef } from "../../core/shipment.ts";
import { sourcePlaceText } from "../../core/source-place.ts";
import type { RowNote } from "./annotate-columns.ts";
import { joinShown } from "../text/join-texts.ts";

/** Findings whose words are kept for one file; each takes about 500 bytes. */
const DETAILS_MAX = 100_000;
/** Values read otherwise than written whose words are kept beside them; more comments a copy does not hold. */
const REPAIRED_MAX = 5_000;
const REASONS_SHOWN_MAX = 10;
/** Between reasons: a line end would need a higher row, and the user's heights are to stay. */
const BETWEEN = " | ";
const ROWS_NAMED_MAX = 3;
/** Said of rows that belong to no shipment because they are no data. */
const NOT_READ: ReadonlySet<string> = new Set(["header-repeated", "row-of-totals"]);
/** Said of rows that lack columns. */
const INCOMPLETE: ReadonlySet<string> = new Set(["row-too-short", "row-broken"]);
/** Found in many rows of a column, and told once for all of them. */
const OF_COLUMNS: ReadonlySet<string> = new Set(["dates-ambiguous", "numbers-ambiguous"]);
/** The reason of a row whose findings came after the last one that is kept. */
const NOT_SHOWN = "Findings of this row are not shown, for the file has too many";

/** A fault to show: our own finding, or what CAS or customs said of a cell. */
export interface Fault extends Pick<Finding, "sheet" | "row" | "cell" | "message" | "hint"> {
  /** A code of ours, or one of CAS or customs. */
  readonly code: string;
  readonly severity: Exclude<Severity, "info">;
  /** Whether the reason of its shipment says it already. */
  readonly isInReason?: true;
}

/** What became of one shipment of the file. */
export interface LineNote extends RowNote {
  /** Whether its rows are to be corrected and fed in again. */
  readonly isFailed: boolean;
  /** The reason where rows stand elsewhere than in the file that was read: it names no cells. */
  readonly reasonWithoutPlaces: string;
  readonly rows: readonly RowRef[];
}

interface SheetNotes {
  readonly faults: Map<number, Fault[]>;
  /** Rows with an error, also those whose details are not kept. */
  readonly failed: Set<number>;
  /** Rows that are no data. */
  readonly notRead: Set<number>;
  /** Rows that end early, with the letters of the first column that they lack. */
  readonly incomplete: Map<number, string>;
  readonly lines: Map<number, LineNote>;
}

/** A value that was read otherwise than written: no fault, but people may want to see it. */
type Repaired = Pick<Finding, "cell" | "message">;

export class FileNotes {
  readonly #detailsMax: number;
  readonly #sheets = new Map<string, SheetNotes>();
  readonly #unplaced: Fault[] = [];
  readonly #ofColumns: Fault[] = [];
  /** By sheet and row. */
  readonly #repaired = new Map<string, Map<number, Repaired[]>>();
  #repairedCount = 0;
  #details = 0;
  #faults = 0;

  /** @param detailsMax findings whose words are kept */
  constructor(detailsMax = DETAILS_MAX) {
    this.#detailsMax = detailsMax;
  }

  addFinding(finding: Finding): void {
    const { severity } = finding;
    if (severity !== "info") this.addFault({ ...finding, severity });
    else if (finding.code === "value-repaired") this.#addRepaired(finding);
  }

  #addRepaired({ sheet, row, cell, message }: Finding): void {
    if (sheet === null || row === null || cell === null) return;
    this.#repairedCount += 1;
    if (this.#repairedCount > REPAIRED_MAX) return;
    const ofSheet = this.#repaired.get(sheet) ?? new Map<number, Repaired[]>();
    this.#repaired.set(sheet, ofSheet);
    const ofRow = ofSheet.get(row) ?? [];
    ofSheet.set(row, ofRow);
    ofRow.push({ cell, message });
  }

  /** The values of a sheet that were read otherwise than written, in the order of its rows. */
  repairedOf(sheet: string): readonly Repaired[] {
    return [...(this.#repaired.get(sheet)?.values() ?? [])].flat();
  }

  addFault(fault: Fault): void {
    this.#faults += 1;
    if (fault.sheet !== null && fault.row !== null) {
      const { failed, notRead, incomplete } = this.#sheet(fault.sheet);
      if (fault.severity === "error") failed.add(fault.row);
      if (NOT_READ.has(fault.code)) notRead.add(fault.row);
      const missing = missingColumn(fault.message);
      if (INCOMPLETE.has(fault.code) && missing !== null) incomplete.set(fault.row, missing);
    }
    if (OF_COLUMNS.has(fault.code)) this.#ofColumns.push(fault);
    // Of the file or a sheet as a whole there are few, and none may be missed.
    if (fault.sheet === null || fault.row === null) {
      this.#unplaced.push(fault);
      this.#details += 1;
      return;
    }
    if (this.#details >= this.#detailsMax) return;
    this.#details += 1;
    const { faults } = this.#sheet(fault.sheet);
    const known = faults.get(fault.row);
    if (known === undefined) faults.set(fault.row, [fault]);
    else known.push(fault);
  }

  addLine(line: LineNote): void {
    for (const { sheet, row } of line.rows) this.#sheet(sheet).lines.set(row, line);
  }

  /** Faults of the file or of a sheet as a whole. */
  get unplaced(): readonly Fault[] {
    return this.#unplaced;
  }

  /** That not all faults are shown, in words; null when all are. */
  get cut(): string | null {
    if (this.#faults <= this.#details) return null;
    return `${counted(this.#details)} of ${counted(this.#faults)} findings are shown in this copy; \`cas-batch check --json\` shows all`;
  }

  /** The same of values that were read otherwise than written. */
  get repairedCut(): string | null {
    if (this.#repairedCount <= REPAIRED_MAX) return null;
    return `${counted(REPAIRED_MAX)} of ${counted(this.#repairedCount)} values that were read otherwise than written have a comment; \`cas-batch check -v\` shows each`;
  }

  get sheetNames(): readonly string[] {
    return [...this.#sheets.keys()];
  }

  faultsOf(sheet: string): ReadonlyMap<number, readonly Fault[]> {
    return this.#sheets.get(sheet)?.faults ?? new Map<number, Fault[]>();
  }

  /** Whether the row belongs to what must be corrected and fed in again. */
  isFailed(sheet: string, row: number): boolean {
    const notes = this.#sheets.get(sheet);
    const line = notes?.lines.get(row);
    if (line !== undefined) return line.isFailed;
    return notes?.failed.has(row) ?? false;
  }

  /** Whether the row was read as data, and so may carry something on; null when it is not known. */
  isRead(sheet: string, row: number): boolean | null {
    const notes = this.#sheets.get(sheet);
    if (notes === undefined) return null;
    if (notes.lines.has(row)) return true;
    if (notes.notRead.has(row)) return false;
    return this.#hasFaults(sheet, row) ? true : null;
  }

  /**
   * What our columns say about a row; null for a row that nothing is known of.
   * @param places whether cells and rows are named: in a file of failed rows they stand elsewhere
   */
  noteOf(
    sheet: string,
    row: number,
    places: "with places" | "without" = "with places",
  ): RowNote | null {
    const notes = this.#sheets.get(sheet);
    const line = notes?.lines.get(row);
    const faults = notes?.faults.get(row) ?? [];
    const inWords = places === "without" ? faultAlone : faultInRow;
    const repaired = places === "without" ? this.#repairedIn(sheet, row) : [];
    const further = line === undefined ? faults : faults.filter((fault) => !isInReason(fault));
    const shown = [...shownFaults(further, inWords)];
    const isFailed = notes?.failed.has(row) ?? false;
    if (isFailed && !faults.some(isError)) shown.push(NOT_SHOWN);
    const missing = notes?.incomplete.get(row);
    // Without it the copy of the row would pass for a whole one.
    if (missing !== undefined && missingColumn(oneLine(shown)) === null) {
      shown.unshift(`The row ends before column ${missing}`);
    }
    if (line === undefined) return shown.length === 0 ? null : lonelyRow(faults, shown, isFailed);
    const ofLine = places === "without" ? line.reasonWithoutPlaces : line.reason;
    const reasons = [ofLine, ...shown, ...repaired].filter((text) => text !== "");
    if (reasons.length > 0) return { ...line, reason: oneLine(reasons) };
    const elsewhere = line.isFailed ? this.#elsewhere(line, row, sheet) : [];
    if (elsewhere.length === 0) {
      const reason = line.isFailed ? this.#reasonOfColumns(line.rows, inWords) : "";
      return reason === "" ? line : { ...line, reason };
    }
    const named =
      places === "without"
        ? ""
        : `: ${joinShown(elsewhere.slice(0, ROWS_NAMED_MAX), elsewhere.length, ", ")}`;
    return { ...line, reason: `Another row of the shipment is to be corrected${named}` };
  }

  /** In a file of failed rows nothing stands beside a cell. */
  #repairedIn(sheet: string, row: number): readonly string[] {
    return (this.#repaired.get(sheet)?.get(row) ?? []).map(({ message }) => message);
  }

  /** The faults of all rows of a shipment, in a few lines. */
  reasonOfRows(rows: readonly RowRef[], namesSheets: boolean): string {
    const faults = rows.flatMap(({ sheet, row }) => this.#sheets.get(sheet)?.faults.get(row) ?? []);
    const inWords = namesSheets ? faultInRow : faultInText;
    const reason = oneLine(shownFaults(faults.filter(isError), inWords));
    return reason === "" ? this.#reasonOfColumns(rows, inWords) : reason;
  }

  #reasonOfColumns(rows: readonly RowRef[], inWords: (fault: Fault) => string): string {
    const ofSheets = this.#ofColumns.filter((fault) =>
      rows.some(({ sheet }) => sheet === fault.sheet),
    );
    return oneLine(shownFaults(ofSheets.filter(isError), inWords));
  }

  /** Rows with an error that are part of no shipment, and errors of a sheet or the file. */
  *failuresWithoutLine(
    namesSheets: boolean,
  ): Generator<{ readonly place: string; readonly reason: string }> {
    const inWords = namesSheets ? faultInRow : faultInText;
    for (const [name, { faults, failed, lines }] of this.#sheets) {
      for (const row of failed) {
        if (lines.has(row)) continue;
        const errors = (faults.get(row) ?? []).filter(isError);
        const reason = errors.length === 0 ? NOT_SHOWN : oneLine(shownFaults(errors, inWords));
        yield { place: `${name} ${String(row)}`, reason };
      }
    }
    for (const fault of this.#unplaced) {
      if (fault.severity === "error") yield { place: fault.sheet ?? "", reason: inWords(fault) };
    }
  }

  /** Where the faults of a failed shipment are, for its rows that have none. */
  #elsewhere(line: LineNote, ownRow: number, ownSheet: string): readonly string[] {
    return line.rows
      .filter(({ sheet, row }) => row !== ownRow || sheet !== ownSheet)
      .filter(({ sheet, row }) => this.#hasFaults(sheet, row))
      .map(({ sheet, row }) => `${sheet} row ${String(row)}`);
  }

  #hasFaults(sheet: string, row: number): boolean {
    const notes = this.#sheets.get(sheet);
    return notes !== undefined && (notes.faults.has(row) || notes.failed.has(row));
  }

  #sheet(name: string): SheetNotes {
    const known = this.#sheets.get(name);
    if (known !== undefined) return known;
    const created: SheetNotes = {
      faults: new Map(),
      failed: new Set(),
      notRead: new Set(),
      incomplete: new Map(),
      lines: new Map(),
    };
    this.#sheets.set(name, created);
    return created;
  }
}

function shownFaults(
  faults: readonly Fault[],
  inWords: (fault: Fault) => string,
): readonly string[] {
  if (faults.length === 0) return [];
  const words = new Set(faults.map(inWords));
  return [joinShown([...words].slice(0, REASONS_SHOWN_MAX), words.size, BETWEEN)];
}

export function oneLine(texts: readonly string[]): string {
  return texts.join(BETWEEN).replaceAll(/\r?\n|\r/g, BETWEEN);
}

/** Shape: `Shipments!B7: Direction cannot be "X": one of IN, OUT is needed`. */
function faultInRow({ sheet, cell, message }: Fault): string {
  return cell === null ? message : `${sourcePlaceText(sheet, cell)}: ${message}`;
}

/** Of a text file, which has one sheet. */
function faultInText({ cell, message }: Fault): string {
  return cell === null ? message : `${cell}: ${message}`;
}

function faultAlone({ message }: Fault): string {
  return message;
}

function isInReason(fault: Fault): boolean {
  return fault.isInReason === true;
}

function isError({ severity }: Fault): boolean {
  return severity === "error";
}

/** A row that is part of no shipment. */
function lonelyRow(faults: readonly Fault[], shown: readonly string[], isFailed: boolean): RowNote {
  const isTwin = faults.some(({ code }) => code === "row-duplicate");
  return {
    outcome: isFailed ? "invalid" : isTwin ? "duplicate" : "left out",
    referenceId: "",
    status: "",
    mrn: "",
    reason: oneLine(shown),
  };
}

/** What stands in the comment of a bad cell. */
export function commentText(faults: readonly Fault[]): string {
  const texts = faults.map(({ code, message, hint }) =>
    [code, message, ...(hint === null ? [] : [`→ ${hint}`])].join("\n"),
  );
  return [...new Set(texts)].join("\n\n");
}
