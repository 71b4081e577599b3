// Until when CAS asked to be sent nothing. It outlives the run that was told, or the next one would
// ask again in the very hours that CAS wants for itself.
import type { Connection } from "../file/connection.ts";
import type { LedgerBooks } from "../../ledger.ts";

type Waits = Pick<LedgerBooks, "waitAskedUntil" | "recordWait" | "forgetWait">;

export function waits(connection: Connection, booksId: number): Waits {
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
