// Removes what retention no longer needs: the content of messages, and the rows and findings of
// files. What proves that something was sent stays for good (key, version numbers, fingerprint,
// receipt, attempts, declarations), so nothing is ever sent again because it was pruned.
import { resolve } from "node:path";
import { restingStatuses } from "../../../core/codes/declaration-statuses.ts";
import { openConnection, type Connection } from "../file/connection.ts";
import { IS_OPEN_SQL } from "../file/open-shipment.ts";

/** One durable write each, so that a running sender never waits for long. */
const SHIPMENTS_PER_WRITE = 500;
const FILES_PER_WRITE = 20;

export interface PruneSummary {
  /** Shipments whose messages lose their content. */
  readonly shipments: number;
  readonly versions: number;
  /** Files whose rows and findings go. */
  readonly files: number;
  readonly findings: number;
  /** Notifications that lose their content; their ids stay, so that none of them counts twice. */
  readonly notifications: number;
  /** Changes made by hand that lose their content; what was changed, by whom and when stays. */
  readonly changes: number;
  readonly payloadBytes: number;
  /** Shipments that are as old, but not finished: customs or a person has still to act. */
  readonly stillOpen: number;
  /** Whether the file was written anew without what was removed: not while a process sends. */
  readonly packed: boolean;
}

interface ShipmentRow {
  readonly shipment_id: number;
  readonly finished: 0 | 1;
  readonly versions: number;
  readonly payload_bytes: number;
}

interface Choice {
  /** What has not changed since then is removed. */
  readonly before: Date;
  readonly now: Date;
  /** False: only count. */
  readonly remove: boolean;
}

/** @throws CasBatchError as openConnection() */
export async function pruneLedger(path: string, choice: Choice): Promise<PruneSummary> {
  const connection = openConnection(resolve(path), false);
  try {
    connection.prepare("CREATE TEMP TABLE finished (shipment_id INTEGER PRIMARY KEY)").run();
    const shipments = await pruneShipments(connection, choice);
    const files = await pruneFiles(connection, choice);
    const notifications = await pruneNotifications(connection, choice);
    const changes = await pruneChanges(connection, choice);
    const packed = choice.remove && !hasHolder(connection, choice.now);
    // Pages and the write-ahead log hold old copies of what was removed.
    if (packed) connection.prepare("VACUUM").run();
    if (choice.remove) connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").all();
    return { ...shipments, ...files, notifications, changes, packed };
  } finally {
    connection.close();
  }
}

/** Writing the file anew would block a sender for too long. */
function hasHolder(connection: Connection, now: Date): boolean {
  const select = connection.prepare<[string]>("SELECT 1 FROM leases WHERE expires_at > ?");
  return select.get(now.toISOString()) !== undefined;
}

/**
 * Shipments that have not changed since `before`. Finished: no version is queued, sending or unknown,
 * and the declarations of what CAS accepted are at rest.
 */
const OLD_SHIPMENTS = `
  SELECT s.shipment_id, NOT ${IS_OPEN_SQL} AS finished,
    count(*) AS versions, sum(octet_length(v.payload) + octet_length(v.sources)) AS payload_bytes
  FROM shipments s JOIN versions v ON v.shipment_id = s.shipment_id AND v.pruned_at IS NULL
  WHERE s.shipment_id > @after
    AND NOT EXISTS (
      SELECT 1 FROM versions o JOIN batches f USING (batch_no)
      WHERE o.shipment_id = s.shipment_id
        AND (f.sealed_at IS NULL OR f.sealed_at >= @before OR o.accepted_at >= @before
          OR EXISTS (
            SELECT 1 FROM lines l JOIN batches g ON g.batch_no = l.batch_no
            WHERE l.version_id = o.version_id AND g.opened_at >= @before)
          OR EXISTS (
            SELECT 1 FROM attempts a WHERE a.version_id = o.version_id
              AND max(a.started_at, coalesce(a.ended_at, ''), coalesce(a.settled_at, ''))
                >= @before)))
    AND NOT EXISTS (
      SELECT 1 FROM declarations d
      WHERE d.shipment_id = s.shipment_id AND d.last_seen_at >= @before)
  GROUP BY s.shipment_id ORDER BY s.shipment_id LIMIT @limit`;

async function pruneShipments(
  connection: Connection,
  { before, now, remove }: Choice,
): Promise<Omit<PruneSummary, "files" | "findings" | "notifications" | "changes" | "packed">> {
  const select = connection.prepare<[Readonly<Record<string, string | number>>], ShipmentRow>(
    OLD_SHIPMENTS,
  );
  const note = connection.prepare<[number]>("INSERT INTO finished VALUES (?)");
  const strip = connection.prepare<[string, number]>(
    `UPDATE versions SET payload = '{}', sources = '{}', pruned_at = ?,
       reason = iif(json_valid(reason), json_remove(reason, '$.changes'), reason)
     WHERE shipment_id = ? AND pruned_at IS NULL`,
  );
  const fixed = { before: before.toISOString(), resting: JSON.stringify(restingStatuses) };
  const sum = { shipments: 0, versions: 0, payloadBytes: 0, stillOpen: 0 };
  const takePage = (after: number): readonly ShipmentRow[] => {
    const rows = select.all({ ...fixed, after, limit: SHIPMENTS_PER_WRITE });
    for (const row of rows) {
      if (row.finished === 0) {
        sum.stillOpen += 1;
        continue;
      }
      note.run(row.shipment_id);
      if (remove) strip.run(now.toISOString(), row.shipment_id);
      sum.shipments += 1;
      sum.versions += row.versions;
      sum.payloadBytes += row.payload_bytes;
    }
    return rows;
  };
  for (let after = 0, more = true; more;) {
    const rows = await transaction(connection, remove)(() => takePage(after));
    after = rows.at(-1)?.shipment_id ?? after;
    more = rows.length === SHIPMENTS_PER_WRITE;
  }
  return sum;
}

/** A file goes as a whole, once none of its shipments needs it. */
async function pruneFiles(
  connection: Connection,
  { before, now, remove }: Choice,
): Promise<Pick<PruneSummary, "files" | "findings">> {
  const select = connection.prepare<
    [number, string, number],
    { readonly batch_no: number; readonly findings: number }
  >(
    `SELECT f.batch_no, (SELECT count(*) FROM findings x WHERE x.batch_no = f.batch_no) AS findings
     FROM batches f
     WHERE f.batch_no > ? AND f.sealed_at < ? AND f.pruned_at IS NULL
       AND NOT EXISTS (
         SELECT 1 FROM lines l JOIN versions v USING (version_id)
         WHERE l.batch_no = f.batch_no AND v.pruned_at IS NULL
           AND v.shipment_id NOT IN (SELECT shipment_id FROM finished))
     ORDER BY f.batch_no LIMIT ?`,
  );
  const deletions = ["lines", "batch_rows", "findings"].map((table) =>
    connection.prepare<[number]>(`DELETE FROM ${table} WHERE batch_no = ?`),
  );
  const mark = connection.prepare<[string, number]>(
    "UPDATE batches SET pruned_at = ? WHERE batch_no = ?",
  );
  // Profiles and lookup files of files that all went.
  const dropKept = connection.prepare<[]>(
    `DELETE FROM kept_files WHERE sha256 NOT IN (
       SELECT k.value ->> 'sha256' FROM batches b, json_each(b.profile) k WHERE b.pruned_at IS NULL)`,
  );
  const transact = transaction(connection, remove);
  const sum = { files: 0, findings: 0 };
  for (let after = 0, more = true; more;) {
    const rows = await transact(() => {
      const found = select.all(after, before.toISOString(), FILES_PER_WRITE);
      for (const { batch_no: batchNo } of remove ? found : []) {
        for (const deletion of deletions) deletion.run(batchNo);
        mark.run(now.toISOString(), batchNo);
      }
      if (remove && found.length > 0) dropKept.run();
      return found;
    });
    sum.files += rows.length;
    sum.findings += rows.reduce((total, { findings }) => total + findings, 0);
    after = rows.at(-1)?.batch_no ?? after;
    more = rows.length === FILES_PER_WRITE;
  }
  return sum;
}

const NOTIFICATIONS_PER_WRITE = 2_000;

/** Those of a shipment go with its messages: until then all of them say together what it is. */
async function pruneNotifications(
  connection: Connection,
  { before, now, remove }: Choice,
): Promise<number> {
  const select = connection
    .prepare<[number, string, number], number>(
      `SELECT notification_no FROM notifications n
       WHERE n.notification_no > ? AND n.received_at < ? AND n.pruned_at IS NULL
         AND n.standing <> 'received' AND NOT EXISTS (
           SELECT 1 FROM versions v WHERE v.shipment_id = n.shipment_id AND v.pruned_at IS NULL
             AND v.shipment_id NOT IN (SELECT shipment_id FROM finished))
       ORDER BY n.notification_no LIMIT ?`,
    )
    .pluck();
  const strip = connection.prepare<[string, number]>(
    `UPDATE notifications SET pruned_at = ?, headers = '{}', body = CAST(json_object('id', event_id,
       'eventType', event_type, 'eventSubType', event_sub_type, 'eventTime', event_time) AS BLOB)
     WHERE notification_no = ?`,
  );
  const transact = transaction(connection, remove);
  let sum = 0;
  for (let after = 0, more = true; more;) {
    const found = await transact(() => {
      const numbers = select.all(after, before.toISOString(), NOTIFICATIONS_PER_WRITE);
      for (const no of remove ? numbers : []) strip.run(now.toISOString(), no);
      return numbers;
    });
    sum += found.length;
    after = found.at(-1) ?? after;
    more = found.length === NOTIFICATIONS_PER_WRITE;
  }
  return sum;
}

/** Counting must not keep a sender waiting. */
function transaction({ read, write }: Connection, remove: boolean): Connection["write"] {
  return remove ? write : read;
}

/** Those that have ended; one write, because a person made each. */
async function pruneChanges(connection: Connection, { before, remove }: Choice): Promise<number> {
  const old = `recorded_at < ? AND state NOT IN ('sending', 'unknown', 'accepted')
    AND (body IS NOT NULL OR json_extract(was, '$.changes') IS NOT NULL)`;
  const select = connection.prepare<[string], number>(`SELECT count(*) FROM changes WHERE ${old}`);
  const strip = connection.prepare<[string]>(
    `UPDATE changes SET body = NULL, was = json_set(was, '$.changes', NULL) WHERE ${old}`,
  );
  return transaction(
    connection,
    remove,
  )(() => {
    const count = select.pluck().get(before.toISOString()) ?? 0;
    if (remove) strip.run(before.toISOString());
    return count;
  });
}
