-- The documents of declarations and certificates: those that CAS lists, and of those that were fetched where they
-- are and what they hold. `attachments_listed` is 1 while nothing has changed since CAS listed them.
CREATE TABLE attachments (
  attachment_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('declaration', 'certificate')),
  owner_id TEXT NOT NULL,
  attachment_id TEXT NOT NULL,
  document_type TEXT,
  file_name TEXT,
  first_seen_at TEXT NOT NULL,
  path TEXT,
  sha256 TEXT,
  bytes INTEGER,
  fetched_at TEXT,
  UNIQUE (books_id, owner_kind, owner_id, attachment_id),
  CHECK ((fetched_at IS NULL) = (path IS NULL)),
  CHECK ((fetched_at IS NULL) = (sha256 IS NULL)),
  CHECK ((fetched_at IS NULL) = (bytes IS NULL))
) STRICT;

ALTER TABLE declarations ADD COLUMN attachments_listed INTEGER NOT NULL DEFAULT 0
  CHECK (attachments_listed IN (0, 1));
CREATE INDEX declarations_to_list ON declarations (books_id)
  WHERE attachments_listed = 0 AND shipment_id IS NOT NULL;
