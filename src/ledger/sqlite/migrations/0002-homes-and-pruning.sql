-- Where the ledger has its home: the newest generation counts. A backup names itself in its own copy,
-- so that it is never sent from unless somebody says so.
CREATE TABLE homes (
  generation INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('ledger', 'backup')),
  host_id TEXT NOT NULL,
  host_name TEXT NOT NULL,
  path TEXT NOT NULL,
  file_id TEXT,
  settled_at TEXT NOT NULL,
  settled_by TEXT NOT NULL
) STRICT;

-- Set when retention has removed the content; key, numbers, hash and receipt stay.
ALTER TABLE versions ADD COLUMN pruned_at TEXT;
ALTER TABLE batches ADD COLUMN pruned_at TEXT;
