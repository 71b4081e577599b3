// Whether every row of every file is accounted for. The ledger's counts are not believed: the lines
// it shows are counted one by one, and both sides must agree. Source: docs, The books balance.
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type {
  BatchRecord,
  LedgerDamage,
  LineView,
  ViewFilter,
} from "../../ledger/contract/views.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { sumOfBuckets, sumOfRows } from "../../core/balance.ts";
import { bucketsInOrder } from "../words/outcome-meanings.ts";
import type { RowTotals } from "./report-input.ts";

/** What was counted of one batch's lines. */
interface LineCount {
  lines: number;
  rows: number;
  readonly buckets: Record<LineBucket, number>;
}

export function emptyBuckets(): Record<LineBucket, number> {
  return Object.fromEntries(bucketsInOrder.map((bucket) => [bucket, 0])) as Record<
    LineBucket,
    number
  >;
}

/** Counts lines per batch; its size is that of the list of files. */
export class LineCounter {
  readonly #byBatch = new Map<string, LineCount>();

  add(line: LineView): void {
    const count = this.#byBatch.get(line.batchId) ?? { lines: 0, rows: 0, buckets: emptyBuckets() };
    count.lines += 1;
    count.rows += line.rows.length;
    count.buckets[line.bucket] += 1;
    this.#byBatch.set(line.batchId, count);
  }

  /** Everything that does not add up, one sentence each. */
  imbalances(batches: readonly BatchRecord[], filter: ViewFilter): string[] {
    const ofFiles = batches.flatMap((batch) => [...rowImbalance(batch), ...bucketImbalance(batch)]);
    // The newest lines come from files of many nights, so they cannot equal the counts of any.
    if ("latest" in filter) return ofFiles;
    const known = new Set(batches.map((batch) => batch.batchId));
    const strangers = [...this.#byBatch].filter(([batchId]) => !known.has(batchId));
    return [
      ...ofFiles,
      ...batches.flatMap((batch) => this.#lineImbalance(batch)),
      ...strangers.map(
        ([batchId, count]) =>
          `${plural(count.lines, "shipment")} of batch ${batchId} belong to no file of this report`,
      ),
    ];
  }

  #lineImbalance(batch: BatchRecord): string[] {
    const { lines, rows, buckets } = this.#byBatch.get(batch.batchId) ?? {
      lines: 0,
      rows: 0,
      buckets: emptyBuckets(),
    };
    const { counts, file } = batch;
    const uneven = bucketsInOrder.filter((bucket) => buckets[bucket] !== counts.buckets[bucket]);
    return [
      ...(lines === counts.shipments
        ? []
        : [`${file.name}: ${plural(counts.shipments, "shipment")} read, but ${lines} listed`]),
      ...(rows === counts.rowsInShipments
        ? []
        : [
            `${file.name}: ${plural(counts.rowsInShipments, "row")} counted in shipments, but ${rows} belong to those listed`,
          ]),
      ...uneven.map(
        (bucket) =>
          `${file.name}: ${plural(counts.buckets[bucket], "shipment")} counted as ${bucket}, but ${buckets[bucket]} listed`,
      ),
    ];
  }
}

function rowImbalance({ file, counts }: BatchRecord): string[] {
  const { rowsRead, rowsBlank, rowsInvalid, rowsDuplicate, rowsInShipments } = counts;
  const sum = sumOfRows(counts);
  return sum === rowsRead
    ? []
    : [
        `${file.name}: ${plural(rowsRead, "row")} read, but ${rowsBlank} blank + ${rowsInvalid} invalid + ${rowsDuplicate} duplicate + ${rowsInShipments} in shipments = ${sum}`,
      ];
}

function bucketImbalance({ file, counts }: BatchRecord): string[] {
  const sum = sumOfBuckets(counts);
  return sum === counts.shipments
    ? []
    : [`${file.name}: ${plural(counts.shipments, "shipment")}, but their outcomes sum to ${sum}`];
}

/** Counts may agree over records that are gone or changed; the rules of the ledger notice that. */
export function damageWords({ what, count, places }: LedgerDamage): string {
  const more = count > 1 ? ` and ${counted(count - 1)} more` : "";
  return `${what}: ${places[0] ?? ""}${more}; \`cas-batch ledger verify\` shows all`;
}

export function sumRows(batches: readonly BatchRecord[]): RowTotals {
  const sum = (pick: (batch: BatchRecord) => number): number =>
    batches.reduce((total, batch) => total + pick(batch), 0);
  return {
    read: sum(({ counts }) => counts.rowsRead),
    blank: sum(({ counts }) => counts.rowsBlank),
    invalid: sum(({ counts }) => counts.rowsInvalid),
    duplicate: sum(({ counts }) => counts.rowsDuplicate),
    inShipments: sum(({ counts }) => counts.rowsInShipments),
  };
}
