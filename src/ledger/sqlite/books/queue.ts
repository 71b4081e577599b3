// The queue in SQL, one text for all that reads it. The states are spelled out as in the partial
// indexes, else SQLite does not use these.

/** The oldest version of each shipment that is queued, none before it in flight. Parameter: the books. */
const FIRST_IN_QUEUE = `
  versions v INDEXED BY versions_queued JOIN shipments s USING (shipment_id)
  WHERE v.state = 'queued' AND v.books_id = ?
    AND NOT EXISTS (
      SELECT 1 FROM versions older INDEXED BY versions_unsettled
      WHERE older.shipment_id = v.shipment_id AND older.version_number < v.version_number
        AND older.state IN ('staged', 'queued', 'sending', 'unknown'))`;

/** What CAS must be asked about first. */
export const TO_ASK_ABOUT = `${FIRST_IN_QUEUE} AND v.ask_first = 1`;

/** What may be claimed. Parameters: the books, the version id to start after, the time, the kinds to leave. */
export const CLAIMABLE = `${FIRST_IN_QUEUE} AND v.ask_first = 0 AND v.version_id > ?
  AND (v.not_before IS NULL OR v.not_before <= ?)
  AND v.message_kind NOT IN (SELECT value FROM json_each(?))`;

/** For all queued versions of a shipment: once CAS was asked, or one was sent, the ledger knows it. */
export const CLEAR_ASKING = `
  UPDATE versions INDEXED BY versions_unsettled SET ask_first = 0
  WHERE shipment_id = ? AND state IN ('staged', 'queued', 'sending', 'unknown') AND ask_first = 1`;
