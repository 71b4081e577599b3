// The sink of a run that sends and keeps nothing (`check`, `--dry-run`): the same books as the
// ledger's, counted.
import type { SourceFile } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type { BatchCounts } from "../../ledger/contract/views.ts";
import type { BatchSink, FileEnd } from "./batch-sink.ts";
import { createSpool } from "./spool.ts";

interface FileTally {
  readonly file: SourceFile;
  readonly end: FileEnd;
  readonly counts: BatchCounts;
}

export interface Tally extends BatchSink {
  readonly files: readonly FileTally[];
  /** In batches; they may be more than memory should hold. */
  readonly findings: Iterable<readonly Finding[]>;
  /** Gives back the disk that findings took; they cannot be read after it. */
  readonly close: () => void;
}

export function createTally(): Tally {
  const files: FileTally[] = [];
  const findings = createSpool<Finding>("findings");
  let before = findings.mark();
  let file: SourceFile | null = null;
  let rows = { invalid: 0, duplicate: 0, inShipments: 0 };
  let shipments = { invalid: 0, valid: 0 };

  return {
    files,
    findings,
    close: findings.close,
    open: (opened) => {
      if (file === null) before = findings.mark();
      else findings.rewind(before);
      file = opened;
      rows = { invalid: 0, duplicate: 0, inShipments: 0 };
      shipments = { invalid: 0, valid: 0 };
      return Promise.resolve();
    },
    addRows: (added) => {
      for (const row of added) rows[row.bucket] += 1;
      return Promise.resolve();
    },
    addFindings: (added) => {
      findings.add(added);
      return Promise.resolve();
    },
    addLines: (lines) => {
      const buckets = Array.from(lines, (line): LineBucket => {
        rows.inShipments += line.rows.length;
        const isInvalid = line.message === null && line.isAborted !== true;
        if (isInvalid) shipments.invalid += 1;
        else shipments.valid += 1;
        return isInvalid ? "invalid" : line.isAborted === true ? "aborted" : "unsent";
      });
      return Promise.resolve(buckets);
    },
    seal: (end) => {
      if (file === null) throw new Error("A tally is sealed before it is opened");
      files.push({ file, end, counts: countsOf(end, rows, shipments) });
      file = null;
      return Promise.resolve();
    },
  };
}

function countsOf(
  end: FileEnd,
  rows: Readonly<Record<"invalid" | "duplicate" | "inShipments", number>>,
  shipments: Readonly<Record<"invalid" | "valid", number>>,
): BatchCounts {
  return {
    rowsRead: end.rowsRead,
    rowsBlank: end.rowsBlank,
    rowsInvalid: rows.invalid,
    rowsDuplicate: rows.duplicate,
    rowsInShipments: rows.inShipments,
    shipments: shipments.invalid + shipments.valid,
    buckets: {
      invalid: shipments.invalid,
      unchanged: 0,
      held: 0,
      superseded: 0,
      accepted: 0,
      rejected: 0,
      unknown: 0,
      sending: 0,
      unsent: end.rejected ? 0 : shipments.valid,
      aborted: end.rejected ? shipments.valid : 0,
    },
  };
}
