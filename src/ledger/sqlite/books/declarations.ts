// What was observed of declarations. Observations come in any order (search pages, single answers,
// notifications), so each one is compared with the newest before it counts. What a later one leaves
// out stays as it was: an answer without an MRN does not take the MRN away.
import { mergeSummaries, type DeclarationSummary } from "../../../core/declaration.ts";
import type {
  DeclarationBooks,
  DeclarationObservation,
  DeclarationRef,
} from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";
import { readSummary } from "../file/stored-json.ts";
import { differencesAfter } from "./differences.ts";
import { markRunsBehind } from "./runs.ts";
import { updateRecord } from "./shipment-acceptance.ts";
import { shipments } from "./shipments.ts";
import { unreadDeclarations } from "./unread-declarations.ts";

interface StoredRow {
  readonly declaration_no: number;
  readonly shipment_id: number | null;
  readonly observed_at: string;
  readonly summary: string;
  readonly differs: string | null;
}

export function declarations(connection: Connection, booksId: number): DeclarationBooks {
  const record = declarationRecord(connection, booksId);
  const withoutErrors = `FROM declarations
     WHERE books_id = ? AND current_status IN (SELECT value FROM json_each(?))
       AND errors_fetched = 0`;
  const markBehind = markRunsBehind(connection, booksId);
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
  const updateErrors = connection.prepare<[string, string, number, string]>(
    `UPDATE declarations SET errors = ?, errors_fetched = 1, last_seen_at = max(last_seen_at, ?)
     WHERE books_id = ? AND declaration_id = ?`,
  );
  const selectSearched = connection.prepare<[number], { readonly searched_until: string | null }>(
    "SELECT searched_until FROM books WHERE books_id = ?",
  );
  const updateSearched = connection.prepare<[string, number]>(
    "UPDATE books SET searched_until = ? WHERE books_id = ?",
  );
  return {
    ...shipments(connection, booksId),
    recordDeclarations: (observations) =>
      connection.write(() => {
        const changed = new Set<string>();
        for (const observation of observations) {
          if (record(observation)) changed.add(observation.summary.declarationId);
        }
        wereRead(observations.map(({ summary }) => summary.declarationId));
        markBehind([...changed]);
        return [...changed];
      }),
    declarationsWithoutErrors: (statuses, limit) =>
      connection.read(() => selectWithoutErrors.all(booksId, JSON.stringify(statuses), limit)),
    isLinked: (declarationId) =>
      connection.read(() => selectLinked.get(booksId, declarationId) !== undefined),
    countWithoutErrors: (statuses) =>
      connection.read(() => countWithoutErrors.get(booksId, JSON.stringify(statuses))?.count ?? 0),
    ...unread,
    recordDeclarationErrors: (declarationId, errors, observedAt) =>
      connection.write(() => {
        const at = observedAt.toISOString();
        const { changes } = updateErrors.run(JSON.stringify(errors), at, booksId, declarationId);
        if (changes !== 1)
          throw new Error(`The declaration ${declarationId} has not been recorded`);
        markBehind([declarationId]);
      }),
    searchedUntil: () => connection.read(() => selectSearched.get(booksId)?.searched_until ?? null),
    recordSearchedUntil: (time) =>
      connection.write(() => {
        updateSearched.run(time, booksId);
      }),
  };
}

/** Returns whether the declaration is new or changed; to be called inside a transaction. */
export function declarationRecord(
  connection: Connection,
  booksId: number,
): (observation: DeclarationObservation) => boolean {
  const select = connection.prepare<[number, string], StoredRow>(
    `SELECT declaration_no, shipment_id, observed_at, summary, differs FROM declarations
     WHERE books_id = ? AND declaration_id = ?`,
  );
  const insert = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT INTO declarations (books_id, declaration_id, shipment_id, current_status, observed_at,
                               first_seen_at, last_seen_at, summary)
     VALUES (@booksId, @declarationId, @shipmentId, @status, @observedAt, @observedAt, @observedAt,
             @summary)`,
  );
  const update = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `UPDATE declarations SET current_status = @status, observed_at = @observedAt,
       last_seen_at = max(last_seen_at, @observedAt), summary = @summary,
       errors_fetched = iif(@changed, 0, errors_fetched),
       attachments_listed = iif(@changed, 0, attachments_listed)
     WHERE declaration_no = @declarationNo`,
  );
  const touch = connection.prepare<[string, string, number]>(
    `UPDATE declarations SET first_seen_at = min(first_seen_at, ?),
       last_seen_at = max(last_seen_at, ?) WHERE declaration_no = ?`,
  );
  const addStatus = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `INSERT INTO declaration_statuses (declaration_no, sequence, status, observed_at, source)
     VALUES (@declarationNo,
             (SELECT 1 + coalesce(max(sequence), 0) FROM declaration_statuses
              WHERE declaration_no = @declarationNo),
             @status, @observedAt, @source)`,
  );
  const setDiffers = connection.prepare<[string | null, number]>(
    "UPDATE declarations SET differs = ? WHERE declaration_no = ?",
  );
  const selectTold = connection.prepare<[number]>(
    "SELECT 1 FROM declaration_statuses WHERE declaration_no = ? AND source = 'notification' LIMIT 1",
  );
  const link = connection.prepare<[number, number]>(
    "UPDATE declarations SET shipment_id = ? WHERE declaration_no = ?",
  );
  const markShipment = connection.prepare<[number, string]>(
    "UPDATE shipments SET has_declaration = 1 WHERE books_id = ? AND shipment_id = ?",
  );
  const markDeclared = (shipmentId: string): void => {
    if (markShipment.run(booksId, shipmentId).changes !== 1) {
      throw new Error(`There is no shipment ${shipmentId} to link a declaration to`);
    }
  };

  const recordUpdate = updateRecord(connection);
  /** Where CAS gives no time, a status that is new was given since the last observation. */
  const noteUpdate = (
    owner: number | null,
    { lastUpdated }: DeclarationSummary,
    newStatusAt: string | null,
  ): void => {
    const updatedMs = timeOf(lastUpdated);
    const updatedAt = updatedMs === null ? newStatusAt : new Date(updatedMs).toISOString();
    if (owner !== null && updatedAt !== null) recordUpdate(owner, updatedAt);
  };

  const setSummary = connection.prepare<[string, number]>(
    "UPDATE declarations SET summary = ? WHERE declaration_no = ?",
  );
  /** An event that comes late may be the only one that tells a number. */
  const fillGaps = (
    declarationNo: number,
    known: DeclarationSummary,
    earlier: DeclarationSummary,
  ): boolean => {
    const filled = { ...mergeSummaries(earlier, known), lastUpdated: known.lastUpdated };
    setSummary.run(JSON.stringify(filled), declarationNo);
    return isChanged(known, filled);
  };

  return ({ summary, shipmentId, observedAt: observedDate, source }) => {
    const observedAt = observedDate.toISOString();
    const stored = select.get(booksId, summary.declarationId);
    if (stored === undefined) {
      if (shipmentId !== null) markDeclared(shipmentId);
      noteUpdate(numberOrNull(shipmentId), summary, observedAt);
      const { lastInsertRowid } = insert.run({
        booksId,
        declarationId: summary.declarationId,
        shipmentId,
        status: summary.currentStatus,
        observedAt,
        summary: JSON.stringify(summary),
      });
      const status = summary.currentStatus;
      addStatus.run({ declarationNo: Number(lastInsertRowid), status, observedAt, source });
      return true;
    }
    const declarationNo = stored.declaration_no;
    // Linked once and for good, by an observation of any age.
    if (shipmentId !== null && stored.shipment_id === null) {
      markDeclared(shipmentId);
      link.run(Number(shipmentId), declarationNo);
    }
    const known = readSummary(stored.summary);
    const hasNewStatus = summary.currentStatus !== known.currentStatus;
    const owner = stored.shipment_id ?? numberOrNull(shipmentId);
    noteUpdate(owner, summary, hasNewStatus ? observedAt : null);
    const isLate = isOlder(summary, observedAt, known, stored.observed_at);
    const differs = differencesAfter(
      stored.differs,
      {
        ...{ known, knownAt: stored.observed_at, said: summary, saidAt: observedAt },
        ...{ isTold: source === "notification", isOlder: isLate },
      },
      () => selectTold.get(declarationNo) !== undefined,
    );
    if (differs !== stored.differs) setDiffers.run(differs, declarationNo);
    if (isLate) {
      touch.run(observedAt, observedAt, declarationNo);
      return source === "notification" && fillGaps(declarationNo, known, summary);
    }
    const later = mergeSummaries(known, summary);
    // The time of an earlier status says nothing about a later one.
    const merged = hasNewStatus ? { ...later, lastUpdated: summary.lastUpdated } : later;
    const changed = isChanged(known, merged);
    const status = merged.currentStatus;
    update.run({
      declarationNo,
      status,
      observedAt,
      summary: JSON.stringify(merged),
      changed: changed ? 1 : 0,
    });
    if (status !== known.currentStatus) {
      addStatus.run({ declarationNo, status, observedAt, source });
    }
    return changed;
  };
}

function isOlder(
  summary: DeclarationSummary,
  observedAt: string,
  known: DeclarationSummary,
  knownObservedAt: string,
): boolean {
  const updated = timeOf(summary.lastUpdated);
  const knownUpdated = timeOf(known.lastUpdated);
  if (updated !== null && knownUpdated !== null && updated !== knownUpdated) {
    return updated < knownUpdated;
  }
  return observedAt < knownObservedAt;
}

function numberOrNull(shipmentId: string | null): number | null {
  return shipmentId === null ? null : Number(shipmentId);
}

/** CAS's times carry a zone, so only their instants compare. */
function timeOf(time: string | null): number | null {
  const instant = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(instant) ? null : instant;
}

function isChanged(known: DeclarationSummary, merged: DeclarationSummary): boolean {
  return (
    known.currentStatus !== merged.currentStatus ||
    known.lrn !== merged.lrn ||
    known.mrn !== merged.mrn ||
    known.lastUpdated !== merged.lastUpdated
  );
}
