-- What CAS told of a shipment is found by the shipment.
CREATE INDEX notifications_of_shipment ON notifications (shipment_id) WHERE shipment_id IS NOT NULL;

-- The profile that a file was read by and its lookup files, each content once, compressed (zlib): an article list
-- of 5 MB that changes every night would make the ledger grow by so much. The hash is of the content itself. In `batches` a list of names and
-- hashes (JSON); null for a batch of an earlier version, empty where the file was read without a profile.
CREATE TABLE kept_files (
  sha256 TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;
ALTER TABLE batches ADD COLUMN profile TEXT;

-- Folders of evidence that were written, so that an edited manifest is noticed and an old folder is named. A folder
-- is about one run, or, where that is null, about the newest state of everything.
CREATE TABLE evidence (
  evidence_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  run_id TEXT,
  path TEXT NOT NULL,
  written_at TEXT NOT NULL,
  manifest_sha256 TEXT NOT NULL,
  redacted INTEGER NOT NULL CHECK (redacted IN (0, 1)),
  removed_at TEXT
) STRICT;
