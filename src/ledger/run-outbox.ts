// How far the messages of one run are: for whoever staged them and leaves the sending to another.
import type { Connection } from "./connection.ts";
import type { LedgerBooks, OutboxCounts } from "./ledger.ts";

type RunOutbox = Pick<LedgerBooks, "outboxCountsOfRun">;

export function runOutbox(connection: Connection, booksId: number): RunOutbox {
  const count = connection.prepare<[number, string], OutboxCounts>(
    `SELECT coalesce(sum(state = 'queued'), 0) AS queued,
            coalesce(sum(state = 'sending'), 0) AS sending,
            coalesce(sum(state = 'unknown'), 0) AS unknown
     FROM versions WHERE version_id IN (
       SELECT l.version_id FROM runs r JOIN batches b USING (run_no) JOIN lines l USING (batch_no)
       WHERE r.books_id = ? AND r.run_id = ? AND b.sealed_at IS NOT NULL AND l.bucket IS NULL)`,
  );
  return {
    outboxCountsOfRun: (runId) =>
      connection.read(() => count.get(booksId, runId) ?? { queued: 0, sending: 0, unknown: 0 }),
  };
}
