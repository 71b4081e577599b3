-- When CAS accepted a change to a shipment that has declarations, until one of them is seen to have
-- been updated since: its old status says nothing of the change.
ALTER TABLE shipments ADD COLUMN change_accepted_at TEXT;

CREATE INDEX shipments_with_change ON shipments (books_id, change_accepted_at)
  WHERE change_accepted_at IS NOT NULL;
