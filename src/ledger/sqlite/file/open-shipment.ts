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
