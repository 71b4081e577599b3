// The shipments with errors in the file, by each of their rows: so a finding leads to its shipment.
// Only these are kept: memory grows with the problems, not with the files.
import type { Finding } from "../../core/finding.ts";
import type { BatchRecord, LineView } from "../../ledger/contract/views.ts";

export interface InvalidShipment {
  readonly line: LineView;
  /** Among the lines that the sheet shows; null for one that it does not show. */
  readonly lineNumber: number | null;
  /** The first ones only. */
  readonly findings: Finding[];
  findingCount: number;
}

export class InvalidShipments {
  readonly #byRow = new Map<string, InvalidShipment>();
  readonly #all: InvalidShipment[] = [];
  readonly #searchableBatches: ReadonlySet<string>;

  /**
   * A finding names its file and no batch. Where two files of a report have one name, or a shipment
   * was last seen in an older file of that name, a row does not say which shipment is meant.
   */
  constructor(batches: readonly BatchRecord[]) {
    const byName = Map.groupBy(batches, ({ file }) => file.name);
    const unmistakable = [...byName.values()].filter(({ length }) => length === 1).flat();
    this.#searchableBatches = new Set(unmistakable.map(({ batchId }) => batchId));
  }

  add(line: LineView, lineNumber: number | null): void {
    const invalid: InvalidShipment = { line, lineNumber, findings: [], findingCount: 0 };
    this.#all.push(invalid);
    if (!this.#searchableBatches.has(line.batchId)) return;
    for (const { sheet, row } of line.rows) {
      this.#byRow.set(rowKey(line.fileName, sheet, row), invalid);
    }
  }

  /** The shipment in whose rows a finding stands; null when it stands in no invalid one. */
  at({ file, sheet, row }: Finding): InvalidShipment | null {
    return this.#byRow.get(rowKey(file, sheet, row)) ?? null;
  }

  get all(): readonly InvalidShipment[] {
    return this.#all;
  }
}

function rowKey(file: string, sheet: string | null, row: number | null): string {
  return JSON.stringify([file, sheet, row]);
}
