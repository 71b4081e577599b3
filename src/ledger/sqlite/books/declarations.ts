// The declarations of the books: what is recorded of them, their errors, and up to when all were read.
import type { DeclarationBooks, DeclarationRef } from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";
import { declarationRecord } from "./declaration-record.ts";
import { markRunsBehind } from "./runs.ts";
import { shipments } from "./shipments.ts";
import { unreadDeclarations } from "./unread-declarations.ts";

interface ReadTimes {
  readonly searched_until: string | null;
  readonly looked_back_until: string | null;
}

export function declarations(connection: Connection, booksId: number): DeclarationBooks {
  const record = declarationRecord(connection, booksId);
  const withoutErrors = `FROM declarations
     WHERE books_id = ? AND current_status IN (SELECT value FROM json_each(?))
       AND errors_fetched = 0`;
  const markBehind = markRunsBehind(connection);
  const selectWithoutErrors = connection.prepare<[number, string, number], DeclarationRef>(
    `SELECT declaration_id AS declarationId, current_status AS currentStatus,
            CAST(shipment_id AS TEXT) AS shipmentId ${withoutErrors}
     ORDER BY declaration_no LIMIT ?`,
  );
  const countWithoutErrors = connection.prepare<[number, string], { readonly count: number }>(
    `SELECT count(*) AS count ${withoutErrors}`,
  );
  const selectLinked = connection.prepare<[number, string], { readonly shipment_id: number }>(
    `SELECT shipment_id FROM declarations
     WHERE books_id = ? AND declaration_id = ? AND shipment_id IS NOT NULL`,
  );
  const { wereRead, ...unread } = unreadDeclarations(connection, booksId);
  const updateErrors = connection
    .prepare<[string, string, number, string], number | null>(
      `UPDATE declarations SET errors = ?, errors_fetched = 1, last_seen_at = max(last_seen_at, ?)
       WHERE books_id = ? AND declaration_id = ? RETURNING shipment_id`,
    )
    .pluck();
  const selectTimes = connection.prepare<[number], ReadTimes>(
    "SELECT searched_until, looked_back_until FROM books WHERE books_id = ?",
  );
  const updateSearched = connection.prepare<[string, number]>(
    "UPDATE books SET searched_until = ? WHERE books_id = ?",
  );
  const updateLookedBack = connection.prepare<[string, number]>(
    "UPDATE books SET looked_back_until = ? WHERE books_id = ?",
  );
  return {
    ...shipments(connection, booksId),
    recordDeclarations: (observations) =>
      connection.write(() => {
        const { changed, shipmentNumbers } = record(observations);
        wereRead(observations.map(({ summary }) => summary.declarationId));
        markBehind(shipmentNumbers);
        return changed;
      }),
    declarationsWithoutErrors: (statuses, limit) =>
      connection.read(() => selectWithoutErrors.all(booksId, JSON.stringify(statuses), limit)),
    isLinked: (declarationId) =>
      connection.read(() => selectLinked.get(booksId, declarationId) !== undefined),
    countWithoutErrors: (statuses) =>
      connection.read(() => countWithoutErrors.get(booksId, JSON.stringify(statuses))?.count ?? 0),
    ...unread,
    recordDeclarationErrors: (found, observedAt) =>
      connection.write(() => {
        const at = observedAt.toISOString();
        const shipmentNumbers = new Set<number>();
        for (const { declarationId, errors } of found) {
          const owner = updateErrors.get(JSON.stringify(errors), at, booksId, declarationId);
          if (owner === undefined)
            throw new Error(`The declaration ${declarationId} has not been recorded`);
          if (owner !== null) shipmentNumbers.add(owner);
        }
        markBehind(shipmentNumbers);
      }),
    searchedUntil: () => connection.read(() => selectTimes.get(booksId)?.searched_until ?? null),
    lookedBackUntil: () =>
      connection.read(() => selectTimes.get(booksId)?.looked_back_until ?? null),
    recordLookedBackUntil: (time) =>
      connection.write(() => {
        updateLookedBack.run(time, booksId);
      }),
    recordSearchedUntil: (time) =>
      connection.write(() => {
        updateSearched.run(time, booksId);
      }),
  };
}
