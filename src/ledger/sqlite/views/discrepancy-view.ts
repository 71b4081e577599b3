// Where our books and what CAS tells and shows do not agree, each by one query over the whole books. What stands
// with a single shipment or declaration is found by the report, which reads them anyway.
import type { AbandonedFile, Discrepancies, UnsentLine, ViewBooks } from "../../contract/views.ts";
import { batchLife, OPEN_BATCH_SQL, type OpenBatch } from "../home/open-batch.ts";
import type { Connection } from "../file/connection.ts";
import { LINE_BUCKET_SQL } from "../file/line-bucket.ts";
import { dateOrNull, readDifferences, type Stored } from "../file/stored-json.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { LAST_RECEIVED_SQL, lastListeners } from "./notification-view.ts";

/** A search may lag behind a notification, and a notification comes again until it is taken. Source: assumed. */
const SETTLED_AFTER_MS = 3_600_000;
/** Documents may be fetched once a day. */
const FETCHED_AFTER_MS = 25 * 3_600_000;
/** What cannot be set right is told for so long. */
const TOLD_FOR_MS = 7 * 86_400_000;
/** Who has neither had a receiver nor got a notification for so long does not use them any more. */
const USED_FOR_MS = 30 * 86_400_000;

/** Statuses of our declarations that a search showed before any notification. */
const SEEN_FIRST = `FROM declaration_statuses h INDEXED BY declaration_statuses_by_time
    CROSS JOIN declarations d USING (declaration_no)
  WHERE d.books_id = @booksId AND d.shipment_id IS NOT NULL
    AND h.source <> 'notification' AND h.observed_at >= @from`;
const WAS_TOLD_LATER = `EXISTS (SELECT 1 FROM notifications n
  WHERE n.books_id = d.books_id AND n.declaration_id = d.declaration_id
    AND n.received_at >= h.observed_at)`;

interface CountRow {
  readonly count: number;
  readonly since: string | null;
}

export function discrepancyViews(
  connection: Connection,
  booksId: number,
): Pick<ViewBooks, "unsentLines" | "discrepancies"> {
  const selectUnsent = connection.prepare<[number, string], Omit<UnsentLine, "key"> & StoredKey>(
    `SELECT ${keySql("l")}, ${LINE_BUCKET_SQL} AS bucket, b.file_name AS fileName
     FROM lines l JOIN batches b USING (batch_no) LEFT JOIN versions v USING (version_id)
     WHERE l.books_id = ? AND l.external_reference IN (SELECT value FROM json_each(?))
       AND l.is_latest = 1 AND b.sealed_at IS NOT NULL
       AND ${LINE_BUCKET_SQL} IN ('invalid', 'aborted', 'held', 'rejected')`,
  );
  const selectDiffering = connection.prepare<
    [number],
    { readonly declarationId: string; readonly differs: string }
  >(
    `SELECT declaration_id AS declarationId, differs FROM declarations
     WHERE books_id = ? AND differs IS NOT NULL ORDER BY declaration_no`,
  );
  const selectContradicting = connection.prepare<[number, string], CountRow>(
    `SELECT count(*) AS count, min(received_at) AS since FROM notifications
     WHERE books_id = ? AND is_apart = 1 AND standing = 'contradicting' AND received_at >= ?`,
  );
  const selectLastTold = connection.prepare<[number], string>(LAST_RECEIVED_SQL).pluck();
  /**
   * A status counts as told while notifications tell it: since the last time they did, none has been lost. And where
   * a notification of its declaration came after the search, that was only faster, whatever the two clocks show; then
   * too it was told, which `@later` says.
   */
  const selectUntold = connection.prepare<
    [Readonly<Record<string, string | number | null>>],
    CountRow & { readonly status: string }
  >(
    `WITH RECURSIVE ever (status) AS (
       SELECT min(status) FROM declaration_statuses WHERE source = 'notification'
       UNION ALL
       SELECT (SELECT min(h.status) FROM declaration_statuses h
               WHERE h.source = 'notification' AND h.status > ever.status)
       FROM ever WHERE ever.status IS NOT NULL),
     told (status, last) AS MATERIALIZED (
       SELECT status, max(coalesce(@later ->> status, ''), (
         SELECT h.observed_at
         FROM declaration_statuses h INDEXED BY declaration_statuses_told
           CROSS JOIN declarations d USING (declaration_no)
         WHERE h.source = 'notification' AND h.status = ever.status AND d.books_id = @booksId
         ORDER BY h.observed_at DESC LIMIT 1))
       FROM ever WHERE status IS NOT NULL),
     seen (status, at) AS (
       SELECT h.status, min(julianday(h.observed_at), coalesce(
         julianday(json_extract(d.summary, '$.lastUpdated')), julianday(h.observed_at)))
       ${SEEN_FIRST} AND NOT ${WAS_TOLD_LATER})
     SELECT seen.status, count(*) AS count,
       strftime('%Y-%m-%dT%H:%M:%fZ', min(seen.at)) AS since
     FROM seen LEFT JOIN told USING (status)
     WHERE seen.at > julianday(coalesce(told.last, @listening)) AND seen.at <= julianday(@to)
       AND seen.at >= julianday(@from)
     GROUP BY seen.status ORDER BY seen.status`,
  );
  const selectToldLater = connection.prepare<
    [Readonly<Record<string, string | number>>],
    { readonly status: string; readonly last: string }
  >(
    `SELECT h.status, max(h.observed_at) AS last ${SEEN_FIRST}
       AND h.status IN (SELECT value FROM json_each(@statuses)) AND ${WAS_TOLD_LATER}
     GROUP BY h.status`,
  );
  const selectDocuments = connection.prepare<[Readonly<Record<string, string | number>>], CountRow>(
    `WITH RECURSIVE fetched (type) AS (
       SELECT min(coalesce(document_type, '')) FROM attachments
       WHERE books_id = @booksId AND fetched_at IS NOT NULL
       UNION ALL
       SELECT (SELECT min(coalesce(a.document_type, '')) FROM attachments a
               WHERE a.books_id = @booksId AND a.fetched_at IS NOT NULL
                 AND coalesce(a.document_type, '') > fetched.type)
       FROM fetched WHERE fetched.type IS NOT NULL),
     missing (at) AS (
       SELECT a.first_seen_at FROM fetched
         CROSS JOIN attachments a INDEXED BY attachments_not_fetched
         CROSS JOIN declarations d
           ON d.books_id = a.books_id AND d.declaration_id = a.owner_id AND d.shipment_id IS NOT NULL
       WHERE a.books_id = @booksId AND coalesce(a.document_type, '') = fetched.type
         AND a.owner_kind = 'declaration' AND a.fetched_at IS NULL
       UNION ALL
       -- Announced by a notification, and never listed since.
       SELECT n.received_at
       FROM (SELECT 1 FROM fetched WHERE type IS NOT NULL LIMIT 1)
         CROSS JOIN declarations d INDEXED BY declarations_to_list
         CROSS JOIN notifications n
           ON n.books_id = d.books_id AND n.declaration_id = d.declaration_id
       WHERE d.books_id = @booksId AND d.attachments_listed = 0 AND d.shipment_id IS NOT NULL
         AND n.event_type = 'DeclarationPdfCreated'
         AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.books_id = d.books_id
           AND a.owner_kind = 'declaration' AND a.owner_id = d.declaration_id))
     SELECT count(*) AS count, min(at) AS since FROM missing WHERE at <= @before`,
  );
  const selectOpen = connection.prepare<[number], OpenBatch & Stored<AbandonedFile>>(
    `SELECT ${OPEN_BATCH_SQL}, r.run_id AS runId, b.file_name AS fileName, b.opened_at AS openedAt
     FROM batches b JOIN runs r USING (run_no) WHERE b.books_id = ? AND b.sealed_at IS NULL`,
  );
  /** Of a process that cannot be seen from here only its last sign of life is known. */
  const isAbandoned = (batch: OpenBatch, at: Date): boolean =>
    batchLife(batch) === "abandoned" ||
    (batchLife(batch) === "not seen from here" && (batch.aliveUntil ?? "") <= at.toISOString());
  const lastListener = lastListeners(connection, booksId);

  const untoldAt = (at: Date): Discrepancies["untold"] => {
    const before = (durationMs: number): string =>
      new Date(at.getTime() - durationMs).toISOString();
    const lastTold = selectLastTold.get(booksId) ?? null;
    const listener = lastListener();
    const usedSince = before(USED_FOR_MS);
    const isListenedFor = listener !== null && listener.aliveAt.toISOString() >= usedSince;
    // One that was tried out, ended, and never got anything is not missed.
    const isInUse =
      lastTold === null
        ? isListenedFor && !listener.hasEnded
        : isListenedFor || lastTold >= usedSince;
    if (!isInUse) return null;
    const from = before(TOLD_FOR_MS);
    const untoldSince = (later: Readonly<Record<string, string>>) =>
      selectUntold.all({
        ...{ booksId, from, to: before(SETTLED_AFTER_MS), later: JSON.stringify(later) },
        // A status that was never told is expected only where nothing was ever told.
        listening: lastTold === null ? (listener?.startedAt.toISOString() ?? null) : null,
      });
    let rows = untoldSince({});
    if (rows.length > 0) {
      const statuses = JSON.stringify(rows.map(({ status }) => status));
      const later = selectToldLater.all({ booksId, from, statuses });
      rows = untoldSince(Object.fromEntries(later.map(({ status, last }) => [status, last])));
    }
    const found = severalOf({
      count: rows.reduce((sum, { count }) => sum + count, 0),
      since: rows.map(({ since }) => since).reduce(earlier, null),
    });
    if (found === null) return null;
    return {
      ...found,
      statuses: rows.map(({ status }) => status),
      lastToldAt: dateOrNull(lastTold),
      listener,
    };
  };

  return {
    unsentLines: (references) =>
      connection.read(() =>
        selectUnsent
          .all(booksId, JSON.stringify(references))
          .map(({ bucket, fileName, ...key }) => ({ key: keyOf(key), bucket, fileName })),
      ),
    discrepancies: (at) =>
      connection.read(() => {
        const toldSince = new Date(at.getTime() - TOLD_FOR_MS);
        return {
          differing: selectDiffering.all(booksId).flatMap(({ declarationId, differs }) =>
            Object.entries(readDifferences(differs))
              .map(([member, { told, shown, ...times }]) => ({
                declarationId,
                member: member as "currentStatus" | "lrn" | "mrn",
                ...{ told, toldAt: new Date(times.toldAt) },
                ...{ shown, shownAt: new Date(times.shownAt) },
              }))
              .filter(({ member, toldAt, shownAt }) =>
                member === "currentStatus"
                  ? shownAt.getTime() - toldAt.getTime() >= SETTLED_AFTER_MS
                  : (shownAt > toldAt ? shownAt : toldAt) >= toldSince,
              ),
          ),
          contradicting: severalOf(selectContradicting.get(booksId, toldSince.toISOString())),
          untold: untoldAt(at),
          abandoned: selectOpen
            .all(booksId)
            .filter((batch) => isAbandoned(batch, at))
            .map(({ runId, fileName, openedAt }) => ({
              ...{ runId, fileName },
              openedAt: new Date(openedAt),
            })),
          documents: severalOf(
            selectDocuments.get({
              booksId,
              before: new Date(at.getTime() - FETCHED_AFTER_MS).toISOString(),
            }),
          ),
        };
      }),
  };
}

function severalOf(row: CountRow | undefined): { count: number; since: Date } | null {
  if (row === undefined || row.count === 0 || row.since === null) return null;
  return { count: row.count, since: new Date(row.since) };
}

function earlier(left: string | null, right: string | null): string | null {
  return left === null || (right !== null && right < left) ? right : left;
}
