-- Process numbers mean something within one space of them only: one start of one machine, and there
-- one container. Null where the system does not tell.
ALTER TABLE leases ADD COLUMN process_space TEXT;
ALTER TABLE batches ADD COLUMN process_space TEXT;

-- Prolonged while the batch is being staged; for processes that cannot be seen from elsewhere.
ALTER TABLE batches ADD COLUMN alive_until TEXT;

-- Which ledger this is, the same in all its copies, and how often the right to send was taken or
-- used. The mark beside the file holds both: a copy that was put back counts less than the mark.
CREATE TABLE send_count (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  ledger_id TEXT NOT NULL,
  sendings INTEGER NOT NULL
) STRICT;

INSERT INTO send_count (only_row, ledger_id, sendings) VALUES (1, lower(hex(randomblob(16))), 0);
