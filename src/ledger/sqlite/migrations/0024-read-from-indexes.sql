-- What a reconcile asks of every declaration and every line is answered by the index alone, without the row.
DROP INDEX declarations_by_status;
CREATE INDEX declarations_by_status
  ON declarations (books_id, current_status, errors_fetched, shipment_id);

DROP INDEX lines_by_key;
CREATE INDEX lines_by_key
  ON lines (books_id, external_reference, direction, message_kind, is_latest, batch_no);
