-- What waits for a person is counted by `status` and by every scrape of the metrics, whatever else the ledger holds:
-- messages that CAS refused or that are held, and shipments of a newest file that have mistakes.
CREATE INDEX versions_in_need ON versions (books_id, state) WHERE state IN ('rejected', 'held');
CREATE INDEX lines_in_need ON lines (books_id, bucket)
  WHERE is_latest = 1 AND bucket IN ('invalid', 'held', 'aborted');

-- The last run of a command, where another command runs every few minutes.
CREATE INDEX runs_by_command ON runs (books_id, command);

-- When CAS last told anything, however much it has told.
CREATE INDEX notifications_latest ON notifications (books_id) WHERE is_apart = 0;
