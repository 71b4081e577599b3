// What CAS says of messages that can be read there.
import type { MessageToReadBack, ReadBackBooks } from "../../contract/read-back.ts";
import type { Connection } from "../file/connection.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";

export function readBackBooks(connection: Connection, booksId: number): ReadBackBooks {
  const select = connection.prepare<
    [Readonly<Record<string, string | number>>],
    Omit<MessageToReadBack, "key"> & StoredKey
  >(
    `SELECT CAST(s.shipment_id AS TEXT) AS shipmentId, ${keySql("s")}
     FROM shipments s INDEXED BY shipments_of_other_kinds
     WHERE s.books_id = @booksId AND s.message_kind <> 'CustomsShipment'
       AND s.message_kind IN (SELECT value FROM json_each(@kinds))
       AND s.accepted_at >= @since
     ORDER BY s.read_at, s.shipment_id LIMIT @limit`,
  );
  const selectStatus = connection.prepare<[number, string], { readonly status: string | null }>(
    `SELECT read_status AS status FROM shipments
     WHERE books_id = ? AND shipment_id = CAST(? AS INTEGER)`,
  );
  const record = connection.prepare<[string, string | null, string, number, string]>(
    `UPDATE shipments SET read_at = ?, read_status = ?, read_answer = ?
     WHERE books_id = ? AND shipment_id = CAST(? AS INTEGER)`,
  );
  return {
    messagesToReadBack: ({ kinds, acceptedSince, limit }) =>
      connection.read(() =>
        select
          .all({
            booksId,
            kinds: JSON.stringify(kinds),
            since: acceptedSince.toISOString(),
            limit,
          })
          .map(({ shipmentId, ...row }) => ({ shipmentId, key: keyOf(row) })),
      ),
    recordReadBack: (shipmentId, { readAt, status, answer }) =>
      connection.write(() => {
        const before = selectStatus.get(booksId, shipmentId)?.status ?? null;
        record.run(readAt.toISOString(), status, answer, booksId, shipmentId);
        return before !== status;
      }),
  };
}
