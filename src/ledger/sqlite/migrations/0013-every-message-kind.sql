-- The books of every kind of message. What identifies a message is its kind, its direction and its reference; a
-- kind without directions has '' there, so that it is unique all the same. SQLite can widen neither a CHECK nor
-- a UNIQUE, so both tables are written anew (sqlite.org/lang_altertable.html, section 7); foreign keys are off
-- meanwhile, and checked before the change counts. No CHECK on the kind, which could not be widened.
CREATE TABLE shipments_of_every_kind (
  shipment_id INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  message_kind TEXT NOT NULL DEFAULT 'CustomsShipment',
  direction TEXT NOT NULL CHECK (direction IN ('IN', 'OUT', '')),
  external_reference TEXT NOT NULL,
  accepted_at TEXT,
  has_declaration INTEGER NOT NULL DEFAULT 0 CHECK (has_declaration IN (0, 1)),
  change_accepted_at TEXT,
  -- What CAS answered when the message was read there, for kinds that can be read back.
  read_at TEXT,
  read_status TEXT,
  read_answer TEXT,
  UNIQUE (books_id, external_reference, direction, message_kind)
) STRICT;

INSERT INTO shipments_of_every_kind (shipment_id, books_id, direction, external_reference, accepted_at,
    has_declaration, change_accepted_at)
  SELECT shipment_id, books_id, direction, external_reference, accepted_at, has_declaration,
    change_accepted_at
  FROM shipments;
DROP TABLE shipments;
ALTER TABLE shipments_of_every_kind RENAME TO shipments;

CREATE INDEX shipments_with_change ON shipments (books_id, change_accepted_at)
  WHERE change_accepted_at IS NOT NULL;
-- Only a customs shipment waits for declarations.
CREATE INDEX shipments_without_declaration ON shipments (books_id)
  WHERE accepted_at IS NOT NULL AND has_declaration = 0 AND message_kind = 'CustomsShipment';
CREATE INDEX shipments_of_other_kinds ON shipments (books_id, message_kind, accepted_at)
  WHERE message_kind <> 'CustomsShipment';

CREATE TABLE lines_of_every_kind (
  line_id INTEGER PRIMARY KEY,
  batch_no INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  books_id INTEGER NOT NULL REFERENCES books,
  line_number INTEGER NOT NULL,
  message_kind TEXT NOT NULL DEFAULT 'CustomsShipment',
  direction TEXT NOT NULL CHECK (direction IN ('IN', 'OUT', '')),
  external_reference TEXT NOT NULL,
  bucket TEXT,
  reason TEXT,
  version_id INTEGER REFERENCES versions,
  is_latest INTEGER NOT NULL DEFAULT 0 CHECK (is_latest IN (0, 1)),
  row_count INTEGER NOT NULL,
  rows TEXT NOT NULL,
  content_hash TEXT,
  UNIQUE (batch_no, line_number),
  CHECK (bucket IS NOT NULL OR version_id IS NOT NULL)
) STRICT;

INSERT INTO lines_of_every_kind (line_id, batch_no, books_id, line_number, direction,
    external_reference, bucket, reason, version_id, is_latest, row_count, rows, content_hash)
  SELECT line_id, batch_no, books_id, line_number, direction, external_reference, bucket, reason,
    version_id, is_latest, row_count, rows, content_hash
  FROM lines;
DROP TABLE lines;
ALTER TABLE lines_of_every_kind RENAME TO lines;

CREATE INDEX lines_by_key
  ON lines (books_id, external_reference, direction, message_kind, is_latest);
CREATE INDEX lines_latest ON lines (batch_no, line_number) WHERE is_latest = 1;
CREATE INDEX lines_of_version ON lines (version_id) WHERE version_id IS NOT NULL;
