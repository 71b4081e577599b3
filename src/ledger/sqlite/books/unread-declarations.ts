// Declarations whose answer could not be read: kept until it can be, so that no night forgets them.
import type { DeclarationBooks, UnreadRef } from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";

type UnreadRow = Omit<UnreadRef, "isForeign"> & { readonly isForeign: 0 | 1 };

export function unreadDeclarations(
  connection: Connection,
  booksId: number,
): Pick<DeclarationBooks, "unreadDeclarations" | "recordUnread" | "forgetUnread"> & {
  /** Forgets those that were read; to be called inside a transaction. */
  readonly wereRead: (declarationIds: Iterable<string>) => void;
} {
  const select = connection.prepare<[number], UnreadRow>(
    `SELECT u.declaration_id AS declarationId, u.is_foreign AS isForeign, u.fault,
            CAST(coalesce(d.shipment_id, u.shipment_id) AS TEXT) AS shipmentId
     FROM unread_declarations u LEFT JOIN declarations d USING (books_id, declaration_id)
     WHERE u.books_id = ? ORDER BY u.first_seen_at, u.declaration_id`,
  );
  // A declaration that was linked once stays linked.
  const upsert = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT INTO unread_declarations (books_id, declaration_id, shipment_id, is_foreign, fault,
                                      first_seen_at)
     VALUES (@booksId, @declarationId,
             coalesce((SELECT shipment_id FROM declarations
                       WHERE books_id = @booksId AND declaration_id = @declarationId), @shipmentNo),
             @isForeign, @fault, @at)
     ON CONFLICT (books_id, declaration_id) DO UPDATE SET fault = excluded.fault,
       shipment_id = coalesce(shipment_id, excluded.shipment_id),
       is_foreign = max(is_foreign, excluded.is_foreign)`,
  );
  const any = connection.prepare<[number]>(
    "SELECT 1 FROM unread_declarations WHERE books_id = ? LIMIT 1",
  );
  const remove = connection.prepare<[number, string]>(
    "DELETE FROM unread_declarations WHERE books_id = ? AND declaration_id = ?",
  );
  return {
    unreadDeclarations: () =>
      connection.read(() =>
        select.all(booksId).map((row) => ({ ...row, isForeign: row.isForeign === 1 })),
      ),
    recordUnread: (unread, at) =>
      connection.write(() => {
        for (const { declarationId, shipmentId, isForeign, fault } of unread) {
          const shipmentNo = shipmentId === null ? null : Number(shipmentId);
          const seen = { isForeign: isForeign ? 1 : 0, fault, at: at.toISOString() };
          upsert.run({ booksId, declarationId, shipmentNo, ...seen });
        }
      }),
    forgetUnread: (declarationId) =>
      connection.write(() => {
        remove.run(booksId, declarationId);
      }),
    wereRead: (declarationIds) => {
      if (any.get(booksId) === undefined) return;
      for (const declarationId of declarationIds) remove.run(booksId, declarationId);
    },
  };
}
