// One file from its bytes to shipment lines: opened, read row by row, grouped, mapped, handed to a
// sink (the ledger, or a tally when nothing is to be kept). Every row that goes in is accounted for
// in what comes out; a file that cannot be read is rejected whole and stops nothing else.
//
// Most files keep the rows of a shipment together; each shipment is then built as soon as the next
// one begins, and no row is kept. When a reference turns up again after another one, what was built
// is forgotten and the file is read once more, its rows brought together by a row stage.
import { resolve } from "node:path";
import type { SourceFile } from "../core/cell.ts";
import { UnreadableFileError } from "../core/errors.ts";
import { findingEntry } from "../core/finding-codes.ts";
import type { Finding } from "../core/finding.ts";
import { openSteadyFile } from "../core/steady-file.ts";
import type { BatchRow } from "../ledger/ledger.ts";
import { buildShipments } from "../map/build-shipment.ts";
import { withSeverities } from "../map/model/severity.ts";
import { planMapping, type MappingPlan } from "../map/plan-mapping.ts";
import { rowsLeftOut } from "../map/plan/rows-left-out.ts";
import { profileReading } from "../map/profile/profile-reading.ts";
import type { Profile } from "../map/profile/profile.ts";
import type { MergedFault } from "../map/rows/merged-cells.ts";
import { createShipmentsWatch, type ShipmentsWatch } from "../map/watch/shipments-watch.ts";
import { assertUnchanged, changedWhileRead } from "../parse/assert-unchanged.ts";
import type { OpenTableOptions } from "../parse/open-table.ts";
import { createAdjacentGroups } from "./records/adjacent-groups.ts";
import { openRecords } from "./records/open-records.ts";
import {
  splitRecords,
  type RecordBatch,
  type RecordSource,
  type RowGroup,
} from "./records/record-batch.ts";
import { openRowStage } from "./records/sqlite-row-stage.ts";
import type {
  BatchSink,
  FileEnd,
  SheetCarry,
  ShipmentLine,
  StageOptions,
} from "./sinks/batch-sink.ts";

/** How many of the rows that a profile leaves out are named; their number always is. */
const LEFT_OUT_ROWS_NAMED = 5;

export async function stageFile(
  path: string,
  sink: BatchSink,
  options: StageOptions,
): Promise<FileEnd> {
  let known: Known = { file: null, order: "together", merged: null };
  for (let reading = 1; reading <= READINGS_MAX; reading += 1) {
    const read = await readFile(path, sink, options, known);
    if ("order" in read) {
      known = read;
      continue;
    }
    await sink.seal(read);
    return read;
  }
  throw new Error(`A file is not known after ${READINGS_MAX} readings`);
}

/** The first, one more for scattered rows, one more for merged cells. */
const READINGS_MAX = 3;

/** What earlier readings of a file have found, and the next must know from its beginning. */
interface Known {
  /** What they read; null before the first. */
  readonly file: SourceFile | null;
  /** How the rows of a shipment are taken to stand in the file. */
  readonly order: "together" | "scattered";
  /** The merged cells at fault; null before they were looked for. */
  readonly merged: readonly MergedFault[] | null;
}

/** What is known now when that is more than was taken for granted; then nothing of it was kept. */
async function readFile(
  path: string,
  sink: BatchSink,
  options: StageOptions,
  known: Known,
): Promise<FileEnd | Known> {
  let source: RecordSource | null = null;
  let reading: FileReading | null = null;
  try {
    source = await openRecords(path, readingOf(options), options.profile, known.merged);
    reading = new FileReading(source, sink, options);
    const { file } = source.opened;
    if (known.file !== null && known.file.sha256 !== file.sha256) throw changedWhileRead(file.name);
    await sink.open(file);
    const more = await reading.read({ ...known, file });
    if (more !== null) return more;
    await assertUnchanged(file);
    return reading.end();
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    const opened = source?.opened;
    const file = known.file ?? opened?.file ?? error.file;
    await sink.open(file ?? (await describeUnreadable(path, options.name)));
    // What could be opened before and cannot now was changed, whatever else is wrong with it.
    const isGone = known.file !== null && opened === undefined;
    const { finding } = isGone ? changedWhileRead(options.name) : error;
    await sink.addFindings([...(reading?.fileFindings ?? []), finding]);
    return {
      rejected: true,
      rowsRead: 0,
      rowsBlank: 0,
      layout: reading?.layout ?? null,
      detected: detectedOf(opened?.detected ?? {}, options.profile),
      headerRows: null,
    };
  } finally {
    await source?.close();
  }
}

// State that grows while one file is read: what the books need to balance.
class FileReading {
  readonly #source: RecordSource;
  readonly #sink: BatchSink;
  readonly #options: StageOptions;
  readonly #plan: MappingPlan;
  /** By the sheets of the plan. */
  readonly #lastRowNumbers: number[];
  /** By the sheets of the plan: how many rows its profile leaves out, and the first of them. */
  readonly #leftOut: { count: number; readonly first: number[] }[];
  readonly #merged: MergedFault[] = [];
  readonly #watch: ShipmentsWatch;
  #rowsWithContent = 0;
  #lineNumber = 0;
  #hasErrors = false;
  #isRefused = false;

  constructor(source: RecordSource, sink: BatchSink, options: StageOptions) {
    this.#source = source;
    this.#sink = sink;
    this.#options = options;
    this.#plan = planMapping(source.opened.mapping);
    this.#watch = createShipmentsWatch(this.#plan);
    this.#lastRowNumbers = this.#plan.sheets.map(({ headerRow }) => headerRow);
    this.#leftOut = this.#plan.sheets.map(() => ({ count: 0, first: [] }));
  }

  get layout(): string | null {
    return this.#plan.layout;
  }

  /** What is known before the first row is read. */
  get fileFindings(): readonly Finding[] {
    const { findings, severities } = this.#plan;
    return [...withSeverities(this.#source.opened.findings, severities), ...findings];
  }

  /** What is known now when the file must be read anew by it; else null. */
  async read(known: Known): Promise<Known | null> {
    await this.#addFindings(this.fileFindings);
    if (this.#isUnmapped()) return null;
    // On several sheets the rows of a shipment never stand together.
    if (known.order === "together" && this.#plan.sheets.length === 1) {
      if (!(await this.#readTogether())) return { ...known, order: "scattered" };
    } else await this.#readScattered();
    if (this.#merged.length > 0) return { ...known, merged: this.#merged };
    await this.#addFindings(this.#watch.atEnd());
    await this.#addFindings(
      this.#leftOut.flatMap(({ count, first }, sheetIndex) =>
        rowsLeftOut(this.#plan, sheetIndex, count, first),
      ),
    );
    return null;
  }

  end(): FileEnd {
    const rowsRead = this.#plan.sheets.reduce(
      (sum, { headerRow }, index) => sum + (this.#lastRowNumbers[index] ?? 0) - headerRow,
      0,
    );
    const { text } = this.#source.opened;
    return {
      rejected:
        this.#isUnmapped() ||
        this.#isRefused ||
        (this.#hasErrors && this.#options.onInvalid === "abort"),
      rowsRead,
      rowsBlank: rowsRead - this.#rowsWithContent,
      layout: this.#plan.layout,
      detected: detectedOf(this.#source.opened.detected, this.#options.profile),
      ...(text === undefined ? {} : { text }),
      headerRows: Object.fromEntries(
        this.#plan.sheets.map(({ sheet, headerRow }) => [sheet, headerRow]),
      ),
      carry: this.#carry(),
      numberColumns: Object.fromEntries(
        this.#plan.sheets.map(({ sheet, columns }) => [
          sheet,
          columns.flatMap(({ columnIndex, byFileMark }) =>
            byFileMark === undefined ? [] : [columnIndex],
          ),
        ]),
      ),
    };
  }

  #carry(): Readonly<Record<string, SheetCarry>> {
    const { direction, sheets } = this.#plan;
    return Object.fromEntries(
      sheets.flatMap(({ sheet, sheetIndex, columns, referenceColumn, directionColumn }) => {
        const reference = columns[referenceColumn];
        if (reference === undefined) return [];
        const carry: SheetCarry = {
          referenceColumns: reference.partIndexes ?? [reference.columnIndex],
          directionColumn: columns[directionColumn]?.columnIndex ?? null,
          direction,
          leavesRowsOut: (this.#leftOut[sheetIndex]?.count ?? 0) > 0,
        };
        return [[sheet, carry] as const];
      }),
    );
  }

  #isUnmapped(): boolean {
    return this.#plan.layout === null || this.fileFindings.some(isError);
  }

  async #readTogether(): Promise<boolean> {
    const groups = createAdjacentGroups();
    for await (const batch of this.#source.batches()) {
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
      for await (const batch of this.#source.batches()) {
        await this.#takeBatch(batch);
        await stage.add(splitRecords(batch.records));
      }
      for await (const groups of stage.groups()) await this.#addShipments(groups);
    } finally {
      await stage.close();
    }
  }

  async #takeBatch(batch: RecordBatch): Promise<void> {
    this.#options.signal.throwIfAborted();
    const { sheetIndex, invalidRows, merged = [] } = batch;
    for (const fault of merged) this.#merged.push(fault);
    this.#rowsWithContent += batch.rowsWithContent;
    this.#lastRowNumbers[sheetIndex] = Math.max(
      this.#lastRowNumbers[sheetIndex] ?? 0,
      batch.lastRowNumber,
    );
    const leftOut = this.#leftOut[sheetIndex];
    if (leftOut !== undefined) {
      leftOut.count += batch.leftOutRows.length;
      leftOut.first.push(...batch.leftOutRows.slice(0, LEFT_OUT_ROWS_NAMED - leftOut.first.length));
    }
    const sheet = this.#plan.sheets[sheetIndex]?.sheet ?? "";
    if (invalidRows.length > 0) {
      await this.#sink.addRows(invalidRows.map((row) => ({ sheet, row, bucket: "invalid" })));
    }
    await this.#addFindings(batch.findings);
    this.#options.onProgress({
      phase: "reading",
      subject: this.#options.name,
      done: this.#rowsWithContent,
      total: null,
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

  // One at a time: a shipment with all that it was built from lives as long as its line is looked at.
  // Held for a whole batch, they outlive the collector's young generation and treble the memory.
  *#linesOf(
    groups: readonly RowGroup[],
    rows: BatchRow[],
    findings: Finding[],
  ): Generator<ShipmentLine> {
    for (const { contents } of groups) {
      for (const shipment of buildShipments(this.#plan, contents, this.#watch)) {
        for (const finding of shipment.findings) findings.push(finding);
        for (const row of shipment.duplicateRows) rows.push({ ...row, bucket: "duplicate" });
        const { key, message } = shipment;
        if (key === null) {
          for (const row of shipment.rows) rows.push({ ...row, bucket: "invalid" });
          continue;
        }
        this.#lineNumber += 1;
        yield { lineNumber: this.#lineNumber, key, rows: shipment.rows, message };
      }
    }
  }

  async #addFindings(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    for (const finding of findings) {
      if (!isError(finding)) continue;
      this.#hasErrors = true;
      if (findingEntry(finding.code).refusesFile === true) this.#isRefused = true;
    }
    await this.#sink.addFindings(findings);
  }
}

/** What the profile says about text files; what the command line says wins. */
function readingOf({ reading, profile, name }: StageOptions): OpenTableOptions {
  return { ...(profile === null ? {} : profileReading(profile)), ...reading, name };
}

function detectedOf(
  detected: Readonly<Record<string, string>>,
  profile: Profile | null,
): Readonly<Record<string, string>> {
  return profile === null ? detected : { ...detected, profile: profile.name };
}

function isError(finding: Finding): boolean {
  return finding.severity === "error";
}

/** The file as far as it can be told, so that its rejection still stands in the books. */
async function describeUnreadable(path: string, name: string): Promise<SourceFile> {
  const absolute = resolve(path);
  try {
    const file = await openSteadyFile(absolute);
    await file.close();
    return { path: absolute, name, sizeBytes: file.sizeBytes, sha256: file.sha256 };
  } catch {
    return { path: absolute, name, sizeBytes: 0, sha256: "" };
  }
}
