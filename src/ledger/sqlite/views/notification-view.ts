// Kept notifications as they are shown, and when receivers lived.
import type { MessageKind } from "../../../core/message-kind.ts";
import type { Stored } from "../file/stored-json.ts";
import { hasKeySql, keyOf, keyParameters, keySql } from "../file/stored-key.ts";
import type { Direction } from "../../../core/shipment.ts";
import type {
  ListenerView,
  NotificationBooks,
  NotificationPage,
  NotificationStanding,
  NotificationView,
} from "../../contract/notifications.ts";
import type { Connection } from "../file/connection.ts";

interface NotificationRow {
  readonly eventId: string | null;
  readonly standing: NotificationStanding;
  readonly fault: string | null;
  readonly receivedAt: string;
  readonly body: Buffer;
  readonly keyKind: MessageKind | null;
  readonly direction: Direction | null;
  readonly externalReference: string | null;
}

/** No shipment has it. */
const NO_KEY = { direction: null, externalReference: "" };

export function notificationViews(
  connection: Connection,
  booksId: number,
): Pick<
  NotificationBooks,
  "notifications" | "notificationsAbout" | "startListener" | "recordListener" | "lastListener"
> {
  const columns = `SELECT n.event_id AS eventId, n.standing, n.fault, n.received_at AS receivedAt, n.body,
       ${keySql("s")}`;
  const newest = "ORDER BY n.notification_no DESC LIMIT @limit";
  const filtered = `FROM notifications n LEFT JOIN shipments s USING (shipment_id)
     WHERE n.books_id = @booksId AND (@since IS NULL OR n.received_at >= @since)
       AND (@eventType IS NULL OR lower(n.event_type) = lower(@eventType))
       AND (@eventId IS NULL OR n.event_id = @eventId)
       AND (@unmatched = 0 OR n.standing = 'unmatched')`;
  // Each of the three has an index, which one condition with OR would not use.
  const ofOne = `FROM (
       SELECT notification_no FROM notifications WHERE books_id = @booksId
         AND declaration_id IN (SELECT value FROM json_each(@declarationIds))
       UNION SELECT notification_no FROM notification_messages
         WHERE reference_id IN (SELECT value FROM json_each(@referenceIds))
       UNION SELECT notification_no FROM notifications WHERE shipment_id =
         (SELECT s.shipment_id FROM shipments s WHERE s.books_id = @booksId AND ${hasKeySql("s")}))
     JOIN notifications n USING (notification_no) LEFT JOIN shipments s USING (shipment_id)
     WHERE n.books_id = @booksId AND n.is_apart = 0`;
  const query = (from: string) => {
    const select = connection.prepare<[object], NotificationRow>(`${columns} ${from} ${newest}`);
    const count = connection.prepare<[object], number>(`SELECT count(*) ${from}`).pluck();
    return (parameters: object): NotificationPage => ({
      total: count.get(parameters) ?? 0,
      notifications: select.all(parameters).map(viewOf),
    });
  };
  const [pageOf, pageAbout] = [query(filtered), query(ofOne)];
  const start = connection.prepare<[object]>(
    `INSERT INTO listeners (books_id, address, host_name, process_id, started_at, alive_at)
     VALUES (@booksId, @address, @hostName, @processId, @startedAt, @startedAt)`,
  );
  const live = connection.prepare<[string, string | null, number]>(
    "UPDATE listeners SET alive_at = ?, ended_at = ? WHERE listener_no = ?",
  );
  const lastListener = lastListeners(connection, booksId);
  return {
    lastListener: () => connection.read(lastListener),
    notifications: ({ since, eventType, eventId, unmatched, limit }) =>
      connection.read(() =>
        pageOf({
          booksId,
          since: since?.toISOString() ?? null,
          eventType: eventType ?? null,
          eventId: eventId ?? null,
          unmatched: unmatched === true ? 1 : 0,
          limit,
        }),
      ),
    notificationsAbout: ({ key, declarationIds, referenceIds }, limit) =>
      connection.read(() =>
        pageAbout({
          booksId,
          ...keyParameters(key ?? NO_KEY),
          declarationIds: JSON.stringify(declarationIds),
          referenceIds: JSON.stringify(referenceIds),
          limit,
        }),
      ),
    startListener: ({ startedAt, ...listener }) =>
      connection.write(() => {
        const row = { ...listener, booksId, startedAt: startedAt.toISOString() };
        return Number(start.run(row).lastInsertRowid);
      }),
    recordListener: (listenerNo, { aliveAt, hasEnded }) =>
      connection.write(() => {
        const at = aliveAt.toISOString();
        live.run(at, hasEnded ? at : null, listenerNo);
      }),
  };
}

/** When CAS last told anything, however much it has told. Parameter: the number of the books. */
export const LAST_RECEIVED_SQL = `
  SELECT received_at FROM notifications INDEXED BY notifications_latest
  WHERE books_id = ? AND is_apart = 0 ORDER BY notification_no DESC LIMIT 1`;

/** The receiver that lived last; to be called inside a transaction. */
export function lastListeners(connection: Connection, booksId: number): () => ListenerView | null {
  type Row = Omit<Stored<ListenerView>, "hasEnded"> & { readonly endedAt: string | null };
  const select = connection.prepare<[number], Row>(
    `SELECT address, started_at AS startedAt, alive_at AS aliveAt, ended_at AS endedAt
     FROM listeners WHERE books_id = ? ORDER BY alive_at DESC, listener_no DESC LIMIT 1`,
  );
  return () => {
    const last = select.get(booksId);
    if (last === undefined) return null;
    const { address, startedAt, aliveAt, endedAt } = last;
    const times = { startedAt: new Date(startedAt), aliveAt: new Date(aliveAt) };
    return { address, ...times, hasEnded: endedAt !== null };
  };
}

function viewOf({
  keyKind,
  direction,
  externalReference,
  ...row
}: NotificationRow): NotificationView {
  const hasKey = keyKind !== null && externalReference !== null;
  const key = hasKey ? keyOf({ keyKind, direction, externalReference }) : null;
  return { ...row, receivedAt: new Date(row.receivedAt), key };
}
