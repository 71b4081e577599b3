-- What was learned, in the order in which it was written: so what changed between two reports is what stands between
-- two numbers, however late an event told of it and whatever the clock showed. A number is seen by all who see the
-- fact itself, because both are written in one transaction. `subject_no` is a batch, a version or a declaration, by
-- `kind`; `before` is null for what is new. Triggers write it, so no way of writing a fact can forget it. Only for new
-- declarations, which come by the hundred, their one writer does: `subject_no` is the first of those written together,
-- and `after` (JSON) has the status of each.
CREATE TABLE learned (
  learned_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  kind TEXT NOT NULL CHECK (kind IN ('begin', 'file', 'outcome', 'declarations', 'status', 'late-status')),
  subject_no INTEGER NOT NULL,
  before TEXT,
  after TEXT NOT NULL,
  learned_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- What an older program wrote has no number.
INSERT INTO learned (books_id, kind, subject_no, after) SELECT books_id, 'begin', 0, '' FROM books;

CREATE TRIGGER learned_file AFTER UPDATE OF sealed_at ON batches
  WHEN old.sealed_at IS NULL AND new.sealed_at IS NOT NULL
BEGIN
  INSERT INTO learned (books_id, kind, subject_no, after)
    VALUES (new.books_id, 'file', new.batch_no, new.file_name);
END;

-- That a message is on its way is no outcome.
CREATE TRIGGER learned_outcome AFTER UPDATE OF state ON versions
  WHEN old.state NOT IN ('staged', new.state)
    AND (new.state IN ('accepted', 'rejected', 'unknown', 'held')
      OR new.state = 'queued' AND old.state IN ('unknown', 'held'))
BEGIN
  INSERT INTO learned (books_id, kind, subject_no, before, after)
    VALUES (new.books_id, 'outcome', new.version_id,
      iif(old.state IN ('queued', 'sending'), 'unsent', old.state),
      iif(new.state = 'queued', 'unsent', new.state));
END;

CREATE TRIGGER learned_status AFTER UPDATE OF current_status ON declarations
  WHEN new.current_status <> old.current_status
BEGIN
  INSERT INTO learned (books_id, kind, subject_no, before, after)
    VALUES (new.books_id, 'status', new.declaration_no, old.current_status, new.current_status);
END;

-- The reports that runs have written: of one run, or of the newest state of every shipment. `learned_no` is the last
-- that a report shows; `files` (JSON) names the forms with their SHA-256.
CREATE TABLE reports (
  report_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  run_no INTEGER NOT NULL REFERENCES runs,
  scope TEXT NOT NULL CHECK (scope IN ('run', 'latest')),
  as_of TEXT NOT NULL,
  learned_no INTEGER NOT NULL,
  files TEXT NOT NULL
) STRICT;

CREATE INDEX reports_by_scope ON reports (books_id, scope, report_no);

CREATE INDEX reports_of_run ON reports (run_no);
