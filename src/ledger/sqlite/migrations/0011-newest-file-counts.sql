-- Which of two files is newer: when it was last saved, or the day that its name states. `position` is the
-- place of the file among those of its run: files are read newest first, and shown in the order named.
ALTER TABLE batches ADD COLUMN file_time TEXT;
ALTER TABLE batches ADD COLUMN file_date TEXT;
ALTER TABLE batches ADD COLUMN position INTEGER;

-- A line can be superseded by that of a newer file. A line without a version keeps the fingerprint of its
-- content, so that a later run knows what the file said. No CHECK on the bucket, which could not be widened.
CREATE TABLE lines_of_newest_files (
  line_id INTEGER PRIMARY KEY,
  batch_no INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  books_id INTEGER NOT NULL REFERENCES books,
  line_number INTEGER NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('IN', 'OUT')),
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

INSERT INTO lines_of_newest_files
  SELECT line_id, batch_no, books_id, line_number, direction, external_reference, bucket, reason,
    version_id, is_latest, row_count, rows, NULL
  FROM lines;
DROP TABLE lines;
ALTER TABLE lines_of_newest_files RENAME TO lines;

CREATE INDEX lines_by_key ON lines (books_id, external_reference, direction, is_latest);
CREATE INDEX lines_latest ON lines (batch_no, line_number) WHERE is_latest = 1;
CREATE INDEX lines_of_version ON lines (version_id) WHERE version_id IS NOT NULL;
