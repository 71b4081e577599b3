// Kept notifications as they are shown, and when receivers lived.
import type { MessageKind } from "../../../core/message-kind.ts";
import type { Stored } from "../file/stored-json.ts";
import { keyOf, keySql } from "../file/stored-key.ts";
import type { Direction } from "../../../core/shipment.ts";
import type {
  ListenerView,
  NotificationBooks,
  NotificationFilter,
  NotificationStanding,
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

export function notificationViews(
  connection: Connection,
  booksId: number,
): Pick<NotificationBooks, "notifications" | "startListener" | "recordListener" | "lastListener"> {
  const chosen = `FROM notifications n LEFT JOIN shipments s USING (shipment_id)
     WHERE n.books_id = @booksId AND (@since IS NULL OR n.received_at >= @since)
       AND (@eventType IS NULL OR lower(n.event_type) = lower(@eventType))
       AND (@eventId IS NULL OR n.event_id = @eventId)
       AND (@unmatched = 0 OR n.standing = 'unmatched')
       AND (@declarationIds IS NULL OR n.is_apart = 0 AND (
         n.declaration_id IN (SELECT value FROM json_each(@declarationIds))
         OR n.notification_no IN (SELECT m.notification_no FROM notification_messages m
           WHERE m.reference_id IN (SELECT value FROM json_each(@referenceIds)))))`;
  const select = connection.prepare<[object], NotificationRow>(
    `SELECT n.event_id AS eventId, n.standing, n.fault, n.received_at AS receivedAt, n.body,
       ${keySql("s")} ${chosen}
     ORDER BY n.notification_no DESC LIMIT @limit`,
  );
  const count = connection.prepare<[object], number>(`SELECT count(*) ${chosen}`).pluck();
  const parametersOf = ({
    since,
    eventType,
    eventId,
    unmatched,
    about,
    limit,
  }: NotificationFilter) => ({
    booksId,
    since: since?.toISOString() ?? null,
    eventType: eventType ?? null,
    eventId: eventId ?? null,
    unmatched: unmatched === true ? 1 : 0,
    declarationIds: about === undefined ? null : JSON.stringify(about.declarationIds),
    referenceIds: JSON.stringify(about?.referenceIds ?? []),
    limit,
  });
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
    notifications: (filter) =>
      connection.read(() => {
        const parameters = parametersOf(filter);
        const rows = select.all(parameters);
        return {
          total: count.get(parameters) ?? 0,
          notifications: rows.map(
            ({ receivedAt, keyKind, direction, externalReference, ...row }) => ({
              ...row,
              receivedAt: new Date(receivedAt),
              key:
                keyKind === null || externalReference === null
                  ? null
                  : keyOf({ keyKind, direction, externalReference }),
            }),
          ),
        };
      }),
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
