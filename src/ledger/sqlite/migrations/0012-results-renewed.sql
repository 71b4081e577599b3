-- What is needed to write the result files and annotated copies of a run again when declarations have moved on:
-- the form of each file, when the copies were written (one that was changed since is left alone), and how
-- many changes the files do not show yet. And whether it was the simulator that a run talked to.
ALTER TABLE batches ADD COLUMN form TEXT;
ALTER TABLE runs ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN results_at TEXT;
ALTER TABLE runs ADD COLUMN results_behind INTEGER NOT NULL DEFAULT 0;
CREATE INDEX runs_behind ON runs (books_id) WHERE results_behind > 0;
