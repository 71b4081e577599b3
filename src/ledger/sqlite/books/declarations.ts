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
  readonly declaration_id: string;
  readonly declaration_no: number;
  readonly shipment_id: number | null;
  readonly observed_at: string;
  readonly summary: string;
  readonly differs: string | null;
}

interface ReadTimes {
  readonly searched_until: string | null;
  readonly looked_back_until: string | null;
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
        const changed = record(observations);
        wereRead(observations.map(({ summary }) => summary.declarationId));
        markBehind(changed);
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
        for (const { declarationId, errors } of found) {
          const { changes } = updateErrors.run(JSON.stringify(errors), at, booksId, declarationId);
          if (changes !== 1)
            throw new Error(`The declaration ${declarationId} has not been recorded`);
        }
        markBehind(found.map(({ declarationId }) => declarationId));
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

/**
 * Returns the ids of those that are new or changed; to be called inside a transaction. What many need is asked and
 * written once for all of them: a reconcile of a large tenant spends its time here.
 */
export function declarationRecord(
  connection: Connection,
  booksId: number,
): (observations: readonly DeclarationObservation[]) => readonly string[] {
  const select = connection.prepare<[string, number], StoredRow>(
    `SELECT d.declaration_id, d.declaration_no, d.shipment_id, d.observed_at, d.summary, d.differs
     FROM json_each(?) asked CROSS JOIN declarations d
       ON d.books_id = ? AND d.declaration_id = asked.value`,
  );
  const insert = connection.prepare<(string | number | null)[]>(
    `INSERT INTO declarations (books_id, declaration_id, shipment_id, current_status, observed_at,
                               first_seen_at, last_seen_at, summary)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `UPDATE declarations SET current_status = @status, observed_at = @observedAt,
       last_seen_at = max(last_seen_at, @observedAt), summary = @summary,
       errors_fetched = iif(@changed, 0, errors_fetched),
       attachments_listed = iif(@changed, 0, attachments_listed)
     WHERE declaration_no = @declarationNo`,
  );
  const seeAgain = connection.prepare<[string, string, number]>(
    `UPDATE declarations SET observed_at = ?, last_seen_at = max(last_seen_at, ?)
     WHERE declaration_no = ?`,
  );
  const touch = connection.prepare<[string, string, number]>(
    `UPDATE declarations SET first_seen_at = min(first_seen_at, ?),
       last_seen_at = max(last_seen_at, ?) WHERE declaration_no = ?`,
  );
  const addFirstStatuses = connection.prepare<[string, number]>(
    `INSERT INTO declaration_statuses (declaration_no, sequence, status, observed_at, source)
     SELECT d.declaration_no, 1, d.current_status, d.observed_at, told.value
     FROM json_each(?) told CROSS JOIN declarations d ON d.declaration_no = ? + told.key`,
  );
  const addStatus = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `INSERT INTO declaration_statuses (declaration_no, sequence, status, observed_at, source)
     VALUES (@declarationNo,
             (SELECT 1 + coalesce(max(sequence), 0) FROM declaration_statuses
              WHERE declaration_no = @declarationNo),
             @status, @observedAt, @source)`,
  );
  const learnNew = connection.prepare<[number, number, string]>(
    "INSERT INTO learned (books_id, kind, subject_no, after) VALUES (?, 'declarations', ?, ?)",
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
  const markShipments = connection.prepare<[number, string]>(
    `UPDATE shipments SET has_declaration = 1
     WHERE +books_id = ? AND shipment_id IN (SELECT value FROM json_each(?))`,
  );
  const markDeclared = (shipmentNumbers: ReadonlySet<number>): void => {
    if (shipmentNumbers.size === 0) return;
    const numbers = JSON.stringify([...shipmentNumbers]);
    if (markShipments.run(booksId, numbers).changes !== shipmentNumbers.size) {
      throw new Error(`There is no shipment to link a declaration to: one of ${numbers}`);
    }
  };
  const shipmentUpdates = updateRecord(connection, booksId);

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

  const recordNew = (
    { declarationId, currentStatus }: DeclarationSummary,
    owner: number | null,
    observedAt: string,
    text: string,
  ): number => {
    const seen = [currentStatus, observedAt, observedAt, observedAt];
    const { lastInsertRowid } = insert.run(booksId, declarationId, owner, ...seen, text);
    return Number(lastInsertRowid);
  };

  /**
   * The first status of each, and that all of them were learned now. Their numbers follow each other, as nobody else
   * writes meanwhile.
   */
  const begin = (firstNo: number, added: readonly DeclarationObservation[]): void => {
    const sources = added.map(({ source }) => source);
    const statuses = added.map(({ summary }) => summary.currentStatus);
    const { changes } = addFirstStatuses.run(JSON.stringify(sources), firstNo);
    if (changes !== added.length)
      throw new Error(`New declarations have no number after ${firstNo}`);
    learnNew.run(booksId, firstNo, JSON.stringify(statuses));
  };

  const recordAgain = (
    { summary, source }: DeclarationObservation,
    stored: StoredRow,
    observedAt: string,
    text: string,
  ): { readonly changed: boolean; readonly hasNewStatus: boolean } => {
    const declarationNo = stored.declaration_no;
    if (stored.summary === text && stored.differs === null) {
      if (observedAt < stored.observed_at) touch.run(observedAt, observedAt, declarationNo);
      else seeAgain.run(observedAt, observedAt, declarationNo);
      return { changed: false, hasNewStatus: false };
    }
    const known = readSummary(stored.summary);
    const hasNewStatus = summary.currentStatus !== known.currentStatus;
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
      const changed = source === "notification" && fillGaps(declarationNo, known, summary);
      return { changed, hasNewStatus };
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
    if (hasNewStatus) addStatus.run({ declarationNo, status, observedAt, source });
    return { changed, hasNewStatus };
  };

  const recordSome = (
    observations: readonly DeclarationObservation[],
    changed: Set<string>,
  ): void => {
    const ids = JSON.stringify(observations.map(({ summary }) => summary.declarationId));
    const known = new Map(select.all(ids, booksId).map((row) => [row.declaration_id, row]));
    const declared = new Set<number>();
    const isUpdateWaited = shipmentUpdates.isWaiting();
    const updates: [shipmentId: number, updatedAt: string][] = [];
    const added: DeclarationObservation[] = [];
    let lastNo = 0;
    for (const observation of observations) {
      const { summary, shipmentId } = observation;
      const observedAt = observation.observedAt.toISOString();
      const text = JSON.stringify(summary);
      const stored = known.get(summary.declarationId);
      const linkedTo = stored?.shipment_id ?? null;
      const owner = linkedTo ?? (shipmentId === null ? null : Number(shipmentId));
      if (owner !== null && linkedTo === null) declared.add(owner);
      let news = { changed: true, hasNewStatus: true };
      if (stored === undefined) {
        lastNo = recordNew(summary, owner, observedAt, text);
        added.push(observation);
      } else {
        // Linked once and for good, by an observation of any age.
        if (owner !== null && linkedTo === null) link.run(owner, stored.declaration_no);
        news = recordAgain(observation, stored, observedAt, text);
      }
      if (news.changed) changed.add(summary.declarationId);
      if (owner !== null && isUpdateWaited) {
        const updatedAt = updateTime(summary, news.hasNewStatus ? observedAt : null);
        if (updatedAt !== null) updates.push([owner, updatedAt]);
      }
    }
    if (added.length > 0) begin(lastNo - added.length + 1, added);
    markDeclared(declared);
    shipmentUpdates.record(updates);
  };

  return (observations) => {
    const changed = new Set<string>();
    for (const some of withoutRepeats(observations)) recordSome(some, changed);
    return [...changed];
  };
}

/** In parts in which each declaration is seen once, in the same order. */
function withoutRepeats(
  observations: readonly DeclarationObservation[],
): readonly (readonly DeclarationObservation[])[] {
  const parts: DeclarationObservation[][] = [];
  let ids = new Set<string>();
  for (const observation of observations) {
    const { declarationId } = observation.summary;
    const part = parts.at(-1);
    if (part === undefined || ids.has(declarationId)) {
      parts.push([observation]);
      ids = new Set([declarationId]);
    } else {
      part.push(observation);
      ids.add(declarationId);
    }
  }
  return parts;
}

/** Where CAS gives no time, a status that is new was given since the last observation. */
function updateTime(
  { lastUpdated }: DeclarationSummary,
  newStatusAt: string | null,
): string | null {
  const updatedMs = timeOf(lastUpdated);
  return updatedMs === null ? newStatusAt : new Date(updatedMs).toISOString();
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
