// Until when CAS asked to be sent nothing. It outlives the run that received the answer, so that the
// next run waits too.
import type { OutboxBooks } from "../../contract/outbox.ts";
import type { Connection } from "../file/connection.ts";

export function waits(
  connection: Connection,
  booksId: number,
): Pick<OutboxBooks, "waitAskedUntil" | "recordWait" | "forgetWait"> {
  const select = connection.prepare<[number], { readonly until: string }>(
    "SELECT until FROM waits WHERE books_id = ?",
  );
  const upsert = connection.prepare<[number, string]>(
    `INSERT INTO waits (books_id, until) VALUES (?, ?)
     ON CONFLICT (books_id) DO UPDATE SET until = max(until, excluded.until)`,
  );
  const remove = connection.prepare<[number]>("DELETE FROM waits WHERE books_id = ?");
  const release = connection.prepare<[number]>(
    "UPDATE versions SET not_before = NULL WHERE books_id = ? AND state = 'queued'",
  );
  return {
    waitAskedUntil: () =>
      connection.read(() => {
        const row = select.get(booksId);
        return row === undefined ? null : new Date(row.until);
      }),
    recordWait: (until) =>
      connection.write(() => {
        upsert.run(booksId, until.toISOString());
      }),
    forgetWait: () =>
      connection.write(() => {
        remove.run(booksId);
        release.run(booksId);
      }),
  };
}
