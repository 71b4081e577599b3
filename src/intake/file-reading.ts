// One reading of an open file: rows in, shipment lines and findings out to a sink, and the counts by which
// the books balance. When the file must be read in another way the reading says so, and nothing of it
// counts.
import { findingCodes } from "../core/codes/finding-codes.ts";
import type { CarryForm, FileForm } from "../core/file-form.ts";
import type { Finding } from "../core/finding.ts";
import { DEFAULT_KIND, kindOf } from "../core/message-kind.ts";
import { plural } from "../core/text/count-words.ts";
import type { BatchRow } from "../ledger/contract/staging.ts";
import { buildShipments } from "../map/build-shipment.ts";
import type { MappingPlan, SheetPlan } from "../map/model/mapping-plan.ts";
import { placeIn, weighedFinding } from "../map/model/plan-finding.ts";
import { withSeverities } from "../map/model/severity.ts";
import { fileDateOf } from "../map/profile/file-date.ts";
import { profileLines } from "../map/profile/profile-lines.ts";
import type { MergedFault } from "../map/rows/merged-cells.ts";
import { createShipmentsWatch, type ShipmentsWatch } from "../map/watch/shipments-watch.ts";
import { fileError, unreadable } from "../parse/text/file-finding.ts";
import { defaultReadLimits } from "../parse/text/read-limits.ts";
import { createAdjacentGroups } from "./records/adjacent-groups.ts";
import {
  splitRecords,
  type OpenedFile,
  type RecordBatch,
  type RecordSource,
  type RowGroup,
} from "./records/record-batch.ts";
import { openRowStage } from "./records/sqlite-row-stage.ts";
import type { BatchSink, FileEnd, ShipmentLine, StageOptions } from "./sinks/batch-sink.ts";

/** How many of the rows that a profile leaves out are named; their number always is. */
const LEFT_OUT_ROWS_NAMED = 5;

/** What a reading takes for granted about a file. */
export interface ReadingMode {
  /** Whether the rows of a shipment stand together. */
  readonly order: "together" | "scattered";
  /** The merged cells at fault; null before a reading has judged them. */
  readonly merged: readonly MergedFault[] | null;
}

type ReadingOutcome =
  | { readonly kind: "whole"; readonly end: FileEnd }
  /** The mode did not hold: the file must be read again in this one. */
  | { readonly kind: "again"; readonly mode: ReadingMode };

/** What one reading has counted of a sheet. */
interface SheetCounts {
  readonly sheet: SheetPlan;
  /** One-based. */
  lastRowNumber: number;
  /** Rows that the profile leaves out, and the first of them. */
  readonly leftOut: LeftOut;
  /** Rows of shipments that it leaves out on the sheet of the shipments. */
  readonly leftOutWith: LeftOut;
}

interface LeftOut {
  count: number;
  readonly first: number[];
}

export class FileReading {
  readonly #source: RecordSource;
  readonly #sink: BatchSink;
  readonly #options: StageOptions;
  readonly #plan: MappingPlan;
  readonly #mode: ReadingMode;
  /** By the sheets of the plan. */
  readonly #sheets: readonly SheetCounts[];
  readonly #merged: MergedFault[] = [];
  readonly #watch: ShipmentsWatch;
  #rowsWithContent = 0;
  #lineNumber = 0;
  #errors = 0;
  #isRefused = false;

  constructor(source: RecordSource, sink: BatchSink, options: StageOptions, mode: ReadingMode) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    this.#mode = mode;
    this.#plan = source.opened.plan;
    this.#watch = createShipmentsWatch(this.#plan);
    this.#sheets = this.#plan.sheets.map((sheet) => ({
      sheet,
      lastRowNumber: sheet.headerRow,
      leftOut: { count: 0, first: [] },
      leftOutWith: { count: 0, first: [] },
    }));
  }

  async read(): Promise<ReadingOutcome> {
    const mode = this.#mode;
    await this.#addFindings(fileFindings(this.#source.opened));
    if (this.#isUnmapped()) return { kind: "whole", end: this.#end() };
    // On several sheets the rows of a shipment never stand together.
    if (mode.order === "together" && this.#plan.sheets.length === 1) {
      if (!(await this.#readTogether())) {
        return { kind: "again", mode: { ...mode, order: "scattered" } };
      }
    } else await this.#readScattered();
    if (this.#merged.length > 0) return { kind: "again", mode: { ...mode, merged: this.#merged } };
    await this.#addFindings(this.#watch.atEnd());
    await this.#addFindings(this.#sheets.flatMap((counts) => this.#rowsLeftOut(counts)));
    return { kind: "whole", end: this.#end() };
  }

  #end(): FileEnd {
    const rowsRead = this.#sheets.reduce(
      (sum, { sheet, lastRowNumber }) => sum + lastRowNumber - sheet.headerRow,
      0,
    );
    const { sheets } = this.#plan;
    const { profile } = this.#options;
    const lines = profile === null ? null : profileLines(profile, this.#plan);
    const { text } = this.#source.opened;
    return {
      rejected:
        this.#isUnmapped() ||
        this.#plan.isRefused ||
        this.#isRefused ||
        (this.#errors > 0 && this.#options.onInvalid === "abort"),
      rowsRead,
      rowsBlank: rowsRead - this.#rowsWithContent,
      layout: this.#plan.layout,
      detected: detectedOf(this.#source.opened.detected, this.#options),
      ...(text === undefined ? {} : { text }),
      headerRows: Object.fromEntries(sheets.map(({ sheet, headerRow }) => [sheet, headerRow])),
      carry: this.#carry(),
      numberColumns: Object.fromEntries(
        sheets.map(({ sheet, columns }) => [
          sheet,
          columns.flatMap(({ columnIndex, byFileMark }) =>
            byFileMark === null ? [] : [columnIndex],
          ),
        ]),
      ),
      headers: Object.fromEntries(
        sheets.map(({ sheet, columns }) => [
          sheet,
          Object.fromEntries(columns.map(({ letters, header }) => [letters, header])),
        ]),
      ),
      ...(lines === null ? {} : { profile: lines }),
    };
  }

  #carry(): NonNullable<FileForm["carry"]> {
    const carried = this.#sheets.flatMap(({ sheet, leftOut }): (readonly [string, CarryForm])[] => {
      const reference = sheet.columns[sheet.referenceColumn];
      if (reference === undefined) return [];
      const carry = {
        referenceColumns: reference.partIndexes ?? [reference.columnIndex],
        directionColumn: sheet.columns[sheet.directionColumn]?.columnIndex ?? null,
        direction: this.#plan.direction,
        leavesRowsOut: leftOut.count > 0,
      };
      return [[sheet.sheet, carry]];
    });
    return Object.fromEntries(carried);
  }

  #rowsLeftOut({ sheet, leftOut, leftOutWith }: SheetCounts): readonly Finding[] {
    const shipments = this.#plan.sheets.find(({ role }) => role === "shipments")?.sheet ?? "";
    const found = (of: LeftOut, words: (rows: string) => string): readonly Finding[] => {
      const [row] = of.first;
      if (row === undefined) return [];
      const named = of.first.join(", ");
      const more = of.count > of.first.length ? ` … (${of.first.length} of ${of.count} shown)` : "";
      const message = `${words(plural(of.count, "row"))}: ${named}${more}`;
      const place = placeIn(this.#plan, sheet, row);
      return weighedFinding(this.#plan, "rows-left-out", place, { message });
    };
    return [
      ...found(leftOut, (rows) => `The profile leaves out ${rows} of sheet ${sheet.sheet}`),
      ...found(
        leftOutWith,
        (rows) =>
          `With the shipments that the profile leaves out on sheet ${shipments}, ${rows} of sheet ${sheet.sheet} ${leftOutWith.count === 1 ? "is" : "are"} left out`,
      ),
    ];
  }

  #isUnmapped(): boolean {
    const { findings, plan } = this.#source.opened;
    return plan.layout === null || withSeverities(findings, plan.severities).some(isError);
  }

  /** False when the rows of a shipment turn out to stand apart. */
  async #readTogether(): Promise<boolean> {
    const groups = createAdjacentGroups(this.#bound);
    for await (const batch of this.#source.batches(this.#mode.merged)) {
      await this.#takeBatch(batch);
      const whole = groups.add(splitRecords(batch.records));
      if (whole === null) return false;
      await this.#addShipments(whole);
    }
    await this.#addShipments(groups.finish());
    return true;
  }

  async #readScattered(): Promise<void> {
    const stage = await openRowStage();
    try {
      for await (const batch of this.#source.batches(this.#mode.merged)) {
        await this.#takeBatch(batch);
        await stage.add(splitRecords(batch.records));
      }
      // What follows would be forgotten, and needs the memory that an open file takes.
      if (this.#merged.length > 0) return;
      await this.#source.close();
      for await (const groups of stage.groups(this.#bound)) await this.#addShipments(groups);
    } finally {
      await stage.close();
    }
  }

  async #takeBatch(batch: RecordBatch): Promise<void> {
    this.#options.signal.throwIfAborted();
    const { sheetIndex, invalidRows, merged = [] } = batch;
    for (const fault of merged) this.#merged.push(fault);
    this.#rowsWithContent += batch.rowsWithContent;
    const counts = this.#sheets[sheetIndex];
    if (counts !== undefined) {
      counts.lastRowNumber = Math.max(counts.lastRowNumber, batch.lastRowNumber);
      addLeftOut(counts.leftOut, batch.leftOutRows);
    }
    const sheet = counts?.sheet.sheet ?? "";
    if (invalidRows.length > 0) {
      await this.#sink.addRows(invalidRows.map((row) => ({ sheet, row, bucket: "invalid" })));
    }
    await this.#addFindings(batch.findings);
    this.#options.onProgress({
      phase: "reading",
      subject: this.#options.name,
      done: this.#rowsWithContent,
      total: null,
      errors: this.#errors,
    });
  }

  async #addShipments(groups: readonly RowGroup[]): Promise<void> {
    this.#options.signal.throwIfAborted();
    const rows: BatchRow[] = [];
    const findings: Finding[] = [];
    await this.#sink.addLines(this.#linesOf(groups, rows, findings));
    if (rows.length > 0) await this.#sink.addRows(rows);
    await this.#addFindings(findings);
  }

  /** The rows of a shipment are held together, so that one without end would take all memory. */
  readonly #bound = (chars: number): void => {
    const { shipmentCharsMax } = { ...defaultReadLimits, ...this.#options.reading.limits };
    if (chars <= shipmentCharsMax) return;
    const { name } = this.#options;
    throw unreadable(
      name,
      "file-too-large",
      `One ${kindOf(this.#plan.kind).noun} of "${name}" takes more than ${shipmentCharsMax} characters`,
      {
        hint: "Check the column that identifies the messages: it is probably the same in all rows",
      },
    );
  };

  // One at a time: a shipment with all that it was built from lives as long as its line is in use.
  // Held for a whole batch, they outlive the collector's young generation and treble the memory.
  *#linesOf(
    groups: readonly RowGroup[],
    rows: BatchRow[],
    findings: Finding[],
  ): Generator<ShipmentLine> {
    for (const { contents } of groups) {
      for (const shipment of this.#built(contents)) {
        for (const finding of shipment.findings) findings.push(finding);
        for (const row of shipment.duplicateRows) rows.push({ ...row, bucket: "duplicate" });
        for (const { sheetIndex, rowNumber } of shipment.leftOutRows) {
          this.#rowsWithContent -= 1;
          const counts = this.#sheets[sheetIndex];
          if (counts !== undefined) addLeftOut(counts.leftOutWith, [rowNumber]);
        }
        const { key, message } = shipment;
        if (key === null) {
          for (const row of shipment.rows) rows.push({ ...row, bucket: "invalid" });
          continue;
        }
        this.#lineNumber += 1;
        const line: ShipmentLine = {
          lineNumber: this.#lineNumber,
          key,
          rows: shipment.rows,
          message,
        };
        // Below a header at fault its values may be others than those that were read.
        const isAborted = this.#plan.isRefused && message !== null;
        yield isAborted ? { ...line, message: null, isAborted } : line;
      }
    }
  }

  #built(contents: readonly string[]): ReturnType<typeof buildShipments> {
    try {
      return buildShipments(this.#plan, contents, this.#watch);
    } catch (error) {
      throw fileError(this.#options.name, error);
    }
  }

  async #addFindings(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    for (const finding of findings) {
      if (!isError(finding)) continue;
      this.#errors += 1;
      if (findingCodes[finding.code].refusesFile === true) this.#isRefused = true;
    }
    await this.#sink.addFindings(findings);
  }
}

function addLeftOut(to: LeftOut, rows: readonly number[]): void {
  to.count += rows.length;
  to.first.push(...rows.slice(0, LEFT_OUT_ROWS_NAMED - to.first.length));
}

/** What is known before the first row is read. */
export function fileFindings({ findings, plan }: OpenedFile): readonly Finding[] {
  return [...withSeverities(findings, plan.severities), ...plan.findings];
}

export function detectedOf(
  detected: Readonly<Record<string, string>>,
  { profile, name }: Pick<StageOptions, "profile" | "name">,
): Readonly<Record<string, string>> {
  if (profile === null) return detected;
  const withProfile = {
    ...detected,
    ...(profile.kind === DEFAULT_KIND ? {} : { messages: profile.kind }),
    // Without a name it is that of the kind, which no file holds.
    ...(profile.name === "" ? {} : { profile: profile.name }),
  };
  if (profile.fileDate === null) return withProfile;
  const fileDate = fileDateOf(profile, name) ?? "not in the name, so the time of saving counts";
  return { ...withProfile, fileDate };
}

function isError(finding: Finding): boolean {
  return finding.severity === "error";
}
