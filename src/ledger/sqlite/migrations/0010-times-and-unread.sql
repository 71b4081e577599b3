-- When CAS asked for a wait: a later time than now shows that the clock was ahead then. Null: from
-- before this was kept.
ALTER TABLE waits ADD COLUMN asked_at TEXT;

-- Declarations whose answer could not be read. They are asked for again, and named, until it can be.
-- `is_foreign` is 1 where the search said that they belong to no shipment of ours.
CREATE TABLE unread_declarations (
  books_id INTEGER NOT NULL REFERENCES books,
  declaration_id TEXT NOT NULL,
  shipment_id INTEGER REFERENCES shipments,
  is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1)),
  fault TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  PRIMARY KEY (books_id, declaration_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unread_declarations_of_shipment ON unread_declarations (shipment_id)
  WHERE shipment_id IS NOT NULL;
