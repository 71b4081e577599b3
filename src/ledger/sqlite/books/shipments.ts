// Shipments as reconciliation sees them: which go by a reference, and which still wait for customs.
import { DEFAULT_KIND } from "../../../core/message-kind.ts";
import type {
  DeclarationBooks,
  OpenShipmentOptions,
  ShipmentRef,
} from "../../contract/declarations.ts";
import type { Connection } from "../file/connection.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import {
  dateOrNull,
  profileLinesSql,
  readProfileLines,
  readRows,
  readSources,
  readTexts,
  type Stored,
} from "../file/stored-json.ts";

type ShipmentRow = Stored<ShipmentRef, "key"> & StoredKey;

const SHIPMENT_REFS = `
  SELECT CAST(s.shipment_id AS TEXT) AS shipmentId, ${keySql("s")}, s.accepted_at AS acceptedAt,
    (SELECT v.reference_id FROM versions v
     WHERE v.shipment_id = s.shipment_id AND v.state = 'accepted'
     ORDER BY v.version_number DESC LIMIT 1) AS referenceId,
    (SELECT json_group_array(d.declaration_id ORDER BY d.declaration_no) FROM declarations d
     WHERE d.shipment_id = s.shipment_id) AS declarationIds
  FROM shipments s`;

export function shipments(
  connection: Connection,
  booksId: number,
): Pick<DeclarationBooks, "findShipments" | "openShipments" | "acceptedSources"> {
  const byReference = shipmentsByReference(connection, booksId);
  const findShipments = (references: readonly string[]): Promise<readonly ShipmentRef[]> =>
    connection.read(() => byReference(references));

  // The few statuses that occur are found by jumping along the index; then only open shipments are
  // read, however many are at rest.
  const selectOpen = connection.prepare<[Readonly<Record<string, string | number>>], ShipmentRow>(
    `WITH RECURSIVE
       occurring (status) AS (
         SELECT min(current_status) FROM declarations WHERE books_id = @booksId
         UNION ALL
         SELECT (SELECT min(current_status) FROM declarations
                 WHERE books_id = @booksId AND current_status > occurring.status)
         FROM occurring WHERE occurring.status IS NOT NULL),
       open_shipments (shipment_id) AS (
         SELECT shipment_id FROM shipments INDEXED BY shipments_without_declaration
         WHERE books_id = @booksId AND accepted_at IS NOT NULL AND has_declaration = 0
           AND message_kind = '${DEFAULT_KIND}'
           AND shipment_id > @after
         UNION
         SELECT d.shipment_id FROM occurring
           CROSS JOIN declarations d INDEXED BY declarations_by_status
           CROSS JOIN shipments s
         WHERE occurring.status NOT IN (SELECT value FROM json_each(@resting))
           AND d.books_id = @booksId AND d.current_status = occurring.status
           AND d.shipment_id > @after
           AND s.shipment_id = d.shipment_id AND s.accepted_at IS NOT NULL
         UNION
         SELECT shipment_id FROM shipments INDEXED BY shipments_with_change
         WHERE books_id = @booksId AND change_accepted_at IS NOT NULL
           AND message_kind = '${DEFAULT_KIND}'
           AND change_accepted_at >= @changedSince AND shipment_id > @after)
     ${SHIPMENT_REFS}
     WHERE s.shipment_id IN (
       SELECT shipment_id FROM open_shipments ORDER BY shipment_id LIMIT @limit)
     ORDER BY s.shipment_id`,
  );
  const openShipments = (options: OpenShipmentOptions): Promise<readonly ShipmentRef[]> =>
    connection.read(() => {
      const parameters = {
        booksId,
        resting: JSON.stringify(options.restingStatuses),
        changedSince: options.changedSince.toISOString(),
        after: Number(options.after ?? 0),
        limit: options.limit,
      };
      return selectOpen.all(parameters).map(toShipmentRef);
    });

  const selectSources = connection.prepare<
    [number, string],
    {
      readonly file_name: string;
      readonly sources: string;
      readonly payload: string;
      readonly rows: string | null;
      readonly profile: string | null;
    }
  >(
    `SELECT b.file_name, v.sources, v.payload, ${profileLinesSql("b")} AS profile,
       (SELECT l.rows FROM lines l
        WHERE l.version_id = v.version_id AND l.batch_no = v.batch_no
        ORDER BY l.line_number LIMIT 1) AS rows
     FROM versions v JOIN batches b USING (batch_no)
     WHERE v.books_id = ? AND v.shipment_id = ? AND v.state = 'accepted'
     ORDER BY v.version_number DESC LIMIT 1`,
  );
  const acceptedSources = (shipmentId: string): ReturnType<DeclarationBooks["acceptedSources"]> =>
    connection.read(() => {
      const row = selectSources.get(booksId, shipmentId);
      if (row === undefined) return null;
      return {
        fileName: row.file_name,
        payload: row.payload,
        sources: readSources(row.sources),
        profile: readProfileLines(row.profile),
        sheet: row.rows === null ? null : (readRows(row.rows)[0]?.sheet ?? null),
      };
    });

  return { findShipments, openShipments, acceptedSources };
}

/** Customs shipments, the kind that declarations are made of. To be called inside a transaction. */
export function shipmentsByReference(
  connection: Connection,
  booksId: number,
): (references: readonly string[]) => readonly ShipmentRef[] {
  const select = connection.prepare<[number, string], ShipmentRow>(
    `${SHIPMENT_REFS}
     WHERE s.books_id = ? AND s.external_reference IN (SELECT value FROM json_each(?))
       AND s.message_kind = '${DEFAULT_KIND}'
     ORDER BY s.shipment_id`,
  );
  return (references) => select.all(booksId, JSON.stringify(references)).map(toShipmentRef);
}

function toShipmentRef({
  keyKind,
  direction,
  externalReference,
  ...row
}: ShipmentRow): ShipmentRef {
  return {
    ...row,
    key: keyOf({ keyKind, direction, externalReference }),
    acceptedAt: dateOrNull(row.acceptedAt),
    declarationIds: readTexts(row.declarationIds),
  };
}
