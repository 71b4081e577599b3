// The books balance when every row and every shipment of every file stands in exactly one bucket.

/** Balanced when rowsRead = rowsBlank + rowsInvalid + rowsDuplicate + rowsInShipments. */
export interface FileCounts {
  readonly rowsRead: number;
  readonly rowsBlank: number;
  readonly rowsInvalid: number;
  readonly rowsDuplicate: number;
  readonly rowsInShipments: number;
  readonly shipments: number;
  readonly buckets: Readonly<Record<string, number>>;
}

export function fileBalances(counts: FileCounts): boolean {
  return sumOfRows(counts) === counts.rowsRead && sumOfBuckets(counts) === counts.shipments;
}

export function sumOfRows(counts: FileCounts): number {
  return counts.rowsBlank + counts.rowsInvalid + counts.rowsDuplicate + counts.rowsInShipments;
}

export function sumOfBuckets({ buckets }: FileCounts): number {
  return Object.values(buckets).reduce((sum, count) => sum + count, 0);
}
