-- When the annotated copy of each file was last written. Not all copies of a run are written at once: one is open
-- in Excel, of another the original was moved. By its own time each is known again, and those left behind are found.
ALTER TABLE batches ADD COLUMN copy_at TEXT;
