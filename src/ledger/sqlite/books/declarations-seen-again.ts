// Another observation of a declaration that the books have. Observations come in any order (search pages, single
// answers, notifications), so each one is compared with the newest before it counts. What a later one leaves
// out stays as it was: an answer without an MRN does not take the MRN away.
import { mergeSummaries, type DeclarationSummary } from "../../../core/declaration.ts";
import type { Connection } from "../file/connection.ts";
import { readSummary } from "../file/stored-json.ts";
import { differencesAfter } from "./differences.ts";
import type { Observed } from "./new-declarations.ts";

export interface KnownRow {
  readonly declaration_id: string;
  readonly declaration_no: number;
  readonly shipment_id: number | null;
  readonly observed_at: string;
  readonly summary: string;
  readonly differs: string | null;
}

interface News {
  readonly changed: boolean;
  readonly hasNewStatus: boolean;
}

const NO_NEWS: News = { changed: false, hasNewStatus: false };

/** To be called inside a transaction. */
export function declarationsSeenAgain(
  connection: Connection,
): (observed: Observed, known: KnownRow) => News {
  const { seen, seenUnchanged, setDiffers, wasTold } = sightings(connection);
  const { fillGaps, renew } = renewals(connection);
  return ({ observation: { summary, source }, observedAt, text }, row) => {
    const { declaration_no: declarationNo, observed_at: knownAt } = row;
    if (row.summary === text && row.differs === null) {
      if (observedAt < knownAt) seen(declarationNo, observedAt);
      else seenUnchanged(declarationNo, observedAt);
      return NO_NEWS;
    }
    const known = readSummary(row.summary);
    const hasNewStatus = summary.currentStatus !== known.currentStatus;
    const isLate = isOlder(summary, observedAt, known, knownAt);
    const isTold = source === "notification";
    const sayings = { known, knownAt, said: summary, saidAt: observedAt, isTold, isOlder: isLate };
    const differs = differencesAfter(row.differs, sayings, () => wasTold(declarationNo));
    if (differs !== row.differs) setDiffers(declarationNo, differs);
    if (isLate) {
      seen(declarationNo, observedAt);
      return { changed: isTold && fillGaps(declarationNo, known, summary), hasNewStatus };
    }
    const later = mergeSummaries(known, summary);
    // The time of an earlier status says nothing about a later one.
    const merged = hasNewStatus ? { ...later, lastUpdated: summary.lastUpdated } : later;
    const changed = isChanged(known, merged);
    renew(declarationNo, merged, { changed, hasNewStatus, observedAt, source });
    return { changed, hasNewStatus };
  };
}

/** When it was seen, and what the search and a notification say differently of it. */
function sightings(connection: Connection) {
  const seeAgain = connection.prepare<[string, string, number]>(
    `UPDATE declarations SET observed_at = ?, last_seen_at = max(last_seen_at, ?)
     WHERE declaration_no = ?`,
  );
  const touch = connection.prepare<[string, string, number]>(
    `UPDATE declarations SET first_seen_at = min(first_seen_at, ?),
       last_seen_at = max(last_seen_at, ?) WHERE declaration_no = ?`,
  );
  const setDiffers = connection.prepare<[string | null, number]>(
    "UPDATE declarations SET differs = ? WHERE declaration_no = ?",
  );
  const selectTold = connection.prepare<[number]>(
    "SELECT 1 FROM declaration_statuses WHERE declaration_no = ? AND source = 'notification' LIMIT 1",
  );
  return {
    /** By an observation that does not count. */
    seen: (declarationNo: number, at: string): void => {
      touch.run(at, at, declarationNo);
    },
    seenUnchanged: (declarationNo: number, at: string): void => {
      seeAgain.run(at, at, declarationNo);
    },
    setDiffers: (declarationNo: number, differs: string | null): void => {
      setDiffers.run(differs, declarationNo);
    },
    wasTold: (declarationNo: number): boolean => selectTold.get(declarationNo) !== undefined,
  };
}

/** What it says now. */
function renewals(connection: Connection) {
  const update = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `UPDATE declarations SET current_status = @status, observed_at = @observedAt,
       last_seen_at = max(last_seen_at, @observedAt), summary = @summary,
       errors_fetched = iif(@changed, 0, errors_fetched),
       attachments_listed = iif(@changed, 0, attachments_listed)
     WHERE declaration_no = @declarationNo`,
  );
  const addStatus = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `INSERT INTO declaration_statuses (declaration_no, sequence, status, observed_at, source)
     VALUES (@declarationNo,
             (SELECT 1 + coalesce(max(sequence), 0) FROM declaration_statuses
              WHERE declaration_no = @declarationNo),
             @status, @observedAt, @source)`,
  );
  const setSummary = connection.prepare<[string, number]>(
    "UPDATE declarations SET summary = ? WHERE declaration_no = ?",
  );
  return {
    renew: (
      declarationNo: number,
      merged: DeclarationSummary,
      {
        changed,
        hasNewStatus,
        observedAt,
        source,
      }: News & { readonly observedAt: string; readonly source: string },
    ): void => {
      const status = merged.currentStatus;
      const row = { declarationNo, status, observedAt };
      update.run({ ...row, summary: JSON.stringify(merged), changed: changed ? 1 : 0 });
      if (hasNewStatus) addStatus.run({ ...row, source });
    },
    /** An event that comes late may be the only one that tells a number. Whether it changes anything. */
    fillGaps: (
      declarationNo: number,
      known: DeclarationSummary,
      earlier: DeclarationSummary,
    ): boolean => {
      const filled = { ...mergeSummaries(earlier, known), lastUpdated: known.lastUpdated };
      setSummary.run(JSON.stringify(filled), declarationNo);
      return isChanged(known, filled);
    },
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

/** CAS's times carry a zone, so only their instants compare. */
export function timeOf(time: string | null): number | null {
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
