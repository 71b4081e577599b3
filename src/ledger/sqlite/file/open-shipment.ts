import { DEFAULT_KIND } from "../../../core/message-kind.ts";

/**
 * Whether a row of `shipments s` is not finished: a version is on its way, or the declarations of what CAS accepted
 * are not at rest. With @resting, the statuses in which a declaration is (JSON).
 */
export const IS_OPEN_SQL = `(
  EXISTS (
    SELECT 1 FROM versions v WHERE v.shipment_id = s.shipment_id
      AND v.state IN ('staged', 'queued', 'sending', 'unknown'))
  OR (s.accepted_at IS NOT NULL AND NOT s.has_declaration AND s.message_kind = 'CustomsShipment')
  OR EXISTS (
    SELECT 1 FROM declarations d WHERE d.shipment_id = s.shipment_id
      AND d.current_status NOT IN (SELECT value FROM json_each(@resting))))`;

/**
 * All open shipments of some books, as `open_shipments`. The few statuses that occur are found by jumping along the
 * index; then only open shipments are read, however many are at rest. A query joins them with CROSS JOIN: else SQLite
 * reads all shipments and looks for each among the open ones.
 */
export const OPEN_SHIPMENTS = `
  WITH RECURSIVE
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
      UNION
      SELECT d.shipment_id FROM occurring
        CROSS JOIN declarations d INDEXED BY declarations_by_status
        CROSS JOIN shipments s
      WHERE occurring.status NOT IN (SELECT value FROM json_each(@resting))
        AND d.books_id = @booksId AND d.current_status = occurring.status
        AND s.shipment_id = d.shipment_id AND s.accepted_at IS NOT NULL
      UNION
      SELECT shipment_id FROM shipments INDEXED BY shipments_with_change
      WHERE books_id = @booksId AND change_accepted_at IS NOT NULL
        AND message_kind = '${DEFAULT_KIND}'
        AND change_accepted_at >= @changedSince)`;
