-- What CAS tells by itself. A notification is kept as it came, before it is answered; merging it into the other
-- books comes later, and can be done again. What is no event of ours stands apart (`is_apart`) and is never
-- merged: an event of another tenant, one that contradicts an earlier one of the same id, a body that is no event.
CREATE TABLE notifications (
  notification_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  event_id TEXT,
  standing TEXT NOT NULL CHECK (standing IN (
    'received', 'matched', 'unmatched', 'noted', 'other-tenant', 'contradicting', 'unreadable')),
  is_apart INTEGER NOT NULL CHECK (is_apart IN (0, 1)),
  received_at TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  body_sha256 TEXT,
  fault TEXT,
  event_type TEXT,
  event_sub_type TEXT,
  event_time TEXT,
  declaration_id TEXT,
  customs_shipment_reference TEXT,
  trader_reference TEXT,
  shipment_id INTEGER REFERENCES shipments,
  pruned_at TEXT
) STRICT;

CREATE UNIQUE INDEX notifications_by_event ON notifications (books_id, event_id) WHERE is_apart = 0;

CREATE UNIQUE INDEX notifications_apart ON notifications (books_id, body_sha256) WHERE is_apart = 1;

CREATE INDEX notifications_waiting ON notifications (books_id, standing)
  WHERE standing IN ('received', 'unmatched');

CREATE INDEX notifications_of_declaration ON notifications (books_id, declaration_id)
  WHERE declaration_id IS NOT NULL;

-- The messages that a notification is about, by their ingestion references.
CREATE TABLE notification_messages (
  reference_id TEXT NOT NULL,
  notification_no INTEGER NOT NULL REFERENCES notifications ON DELETE CASCADE,
  PRIMARY KEY (reference_id, notification_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_messages_of ON notification_messages (notification_no);

-- When a receiver lived: what CAS sent while none did may be lost.
CREATE TABLE listeners (
  listener_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  address TEXT NOT NULL,
  host_name TEXT NOT NULL,
  process_id INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  alive_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;

-- When CAS told that it could not process a message that it had accepted.
ALTER TABLE versions ADD COLUMN failed_at TEXT;
CREATE INDEX versions_by_reference ON versions (reference_id) WHERE reference_id IS NOT NULL;
