// One file from its bytes to shipment lines: opened, read row by row, grouped, mapped, handed to a
// sink (the ledger, or a tally when nothing is to be kept). Every row that goes in is accounted for
// in what comes out; a file that cannot be read is rejected whole and stops nothing else.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { SheetRow, SourceFile, Table } from "./core/cell.ts";
import { UnreadableFileError } from "./core/errors.ts";
import type { Finding } from "./core/finding.ts";
import type { OnProgress } from "./core/progress.ts";
import { contentHash, type ShipmentMessage } from "./core/shipment.ts";
import type { BatchRow, LineBucket, LineDraft, MessageDraft } from "./ledger/ledger.ts";
import type { RowGroup, RowStage, StagedRow } from "./ledger/row-stage.ts";
import { openRowStage } from "./ledger/sqlite-row-stage.ts";
import { buildShipments } from "./map/build-shipment.ts";
import { HEADER_SEARCH_ROWS, planMapping, type MappingPlan } from "./map/plan-mapping.ts";
import { createRowReader } from "./map/read-row.ts";
import { openTable, type OpenTableOptions } from "./parse/open-table.ts";

/** Where a file's contents go. */
export interface BatchSink {
  readonly open: (file: SourceFile) => Promise<void>;
  readonly addRows: (rows: readonly BatchRow[]) => Promise<void>;
  readonly addFindings: (findings: readonly Finding[]) => Promise<void>;
  readonly addLines: (lines: readonly LineDraft[]) => Promise<readonly LineBucket[]>;
  readonly seal: (end: FileEnd) => Promise<void>;
}

export interface FileEnd {
  readonly rejected: boolean;
  readonly rowsRead: number;
  readonly rowsBlank: number;
  readonly layout: string | null;
  readonly detected: Readonly<Record<string, string>>;
}

export interface StageOptions {
  readonly name: string;
  readonly reading: OpenTableOptions;
  /** `abort`: one error anywhere in the file, and nothing of it is sent. */
  readonly onInvalid: "skip" | "abort";
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export async function stageFile(
  path: string,
  sink: BatchSink,
  options: StageOptions,
): Promise<FileEnd> {
  const reading = new FileReading(sink, options);
  let table: Table | null = null;
  try {
    const opened = await openTable(path, { ...options.reading, name: options.name });
    table = opened;
    await sink.open(opened.file);
    await reading.readTable(opened);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    if (table === null) await sink.open(await describeUnreadable(path, options.name));
    await reading.reject([error.finding]);
  } finally {
    await table?.close();
  }
  const end = reading.end(table);
  await sink.seal(end);
  return end;
}

// State that grows while one file is read: what the books need to balance.
class FileReading {
  readonly #sink: BatchSink;
  readonly #options: StageOptions;
  #layout: string | null = null;
  #rowsRead = 0;
  #rowsWithContent = 0;
  #lineNumber = 0;
  #hasErrors = false;
  #isUnreadable = false;

  constructor(sink: BatchSink, options: StageOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  async readTable(table: Table): Promise<void> {
    await this.#addFindings(table.findings);
    const plan = planMapping({
      fileName: table.file.name,
      decimalMark: table.decimalMark,
      sheets: await readHeads(table),
    });
    this.#layout = plan.layout;
    if (plan.layout === null || plan.findings.some(isError)) return this.reject(plan.findings);
    await this.#addFindings(plan.findings);

    const stage = await openRowStage();
    try {
      for (const sheet of plan.sheets) await this.#stageSheet(table, plan, sheet, stage);
      for await (const groups of stage.groups()) await this.#addShipments(plan, groups);
    } finally {
      await stage.close();
    }
  }

  async reject(findings: readonly Finding[]): Promise<void> {
    this.#isUnreadable = true;
    await this.#addFindings(findings);
  }

  end(table: Table | null): FileEnd {
    return {
      rejected: this.#isUnreadable || (this.#hasErrors && this.#options.onInvalid === "abort"),
      rowsRead: this.#rowsRead,
      rowsBlank: this.#rowsRead - this.#rowsWithContent,
      layout: this.#layout,
      detected: table?.detected ?? {},
    };
  }

  async #stageSheet(
    table: Table,
    plan: MappingPlan,
    sheet: MappingPlan["sheets"][number],
    stage: RowStage,
  ): Promise<void> {
    const readRow = createRowReader(plan, sheet);
    let lastRowNumber = sheet.headerRow;
    for await (const rows of table.rows(sheet.sheet)) {
      this.#options.signal.throwIfAborted();
      const staged: StagedRow[] = [];
      const invalid: BatchRow[] = [];
      const findings: Finding[] = [];
      for (const row of rows) {
        if (row.rowNumber <= sheet.headerRow) continue;
        const read = readRow(row);
        if (read.kind === "blank") continue;
        this.#rowsWithContent += 1;
        lastRowNumber = Math.max(lastRowNumber, row.rowNumber);
        if (read.kind === "record") {
          staged.push({ groupKey: read.groupKey, content: read.content });
        } else {
          invalid.push({ sheet: sheet.sheet, row: row.rowNumber, bucket: "invalid" });
          findings.push(...read.findings);
        }
      }
      await stage.add(staged);
      if (invalid.length > 0) await this.#sink.addRows(invalid);
      await this.#addFindings(findings);
      this.#options.onProgress({
        phase: "reading",
        subject: this.#options.name,
        done: this.#rowsWithContent,
        total: null,
      });
    }
    this.#rowsRead += lastRowNumber - sheet.headerRow;
  }

  async #addShipments(plan: MappingPlan, groups: readonly RowGroup[]): Promise<void> {
    this.#options.signal.throwIfAborted();
    const lines: LineDraft[] = [];
    const rows: BatchRow[] = [];
    const findings: Finding[] = [];
    for (const shipment of groups.flatMap((group) => buildShipments(plan, group.contents))) {
      findings.push(...shipment.findings);
      rows.push(...shipment.duplicateRows.map((row) => ({ ...row, bucket: "duplicate" as const })));
      if (shipment.key === null) {
        rows.push(...shipment.rows.map((row) => ({ ...row, bucket: "invalid" as const })));
        continue;
      }
      this.#lineNumber += 1;
      lines.push({
        lineNumber: this.#lineNumber,
        key: shipment.key,
        rows: shipment.rows,
        message: shipment.message === null ? null : draftOf(shipment.message),
      });
    }
    if (rows.length > 0) await this.#sink.addRows(rows);
    await this.#addFindings(findings);
    await this.#sink.addLines(lines);
  }

  async #addFindings(findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    if (findings.some(isError)) this.#hasErrors = true;
    await this.#sink.addFindings(findings);
  }
}

function draftOf({ body, messageType, sources }: ShipmentMessage): MessageDraft {
  return { messageType, payload: JSON.stringify(body), contentHash: contentHash(body), sources };
}

function isError(finding: Finding): boolean {
  return finding.severity === "error";
}

async function readHeads(
  table: Table,
): Promise<readonly { readonly name: string; readonly head: readonly SheetRow[] }[]> {
  const heads = [];
  for (const { name } of table.sheets) {
    const head: SheetRow[] = [];
    for await (const rows of table.rows(name)) {
      head.push(...rows);
      if (head.length >= HEADER_SEARCH_ROWS) break;
    }
    heads.push({ name, head: head.slice(0, HEADER_SEARCH_ROWS) });
  }
  return heads;
}

/** The file as far as it can be told, so that its rejection still stands in the books. */
async function describeUnreadable(path: string, name: string): Promise<SourceFile> {
  const absolute = resolve(path);
  try {
    const { size } = await stat(absolute);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(absolute)) hash.update(chunk as Buffer);
    return { path: absolute, name, sizeBytes: size, sha256: hash.digest("hex") };
  } catch {
    return { path: absolute, name, sizeBytes: 0, sha256: "" };
  }
}
