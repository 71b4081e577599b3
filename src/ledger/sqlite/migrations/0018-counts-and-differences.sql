-- How many shipments, rows and findings a file had when it was sealed, so that a later loss is noticed; null for
-- files of older versions. `files` of a run that has ended: how many files it sealed. `differs` of a declaration (JSON):
-- where the search shows something else than a notification told; null while both agree.
ALTER TABLE batches ADD COLUMN sealed_counts TEXT;
ALTER TABLE runs ADD COLUMN files INTEGER;
ALTER TABLE declarations ADD COLUMN differs TEXT;
CREATE INDEX declarations_differing ON declarations (books_id) WHERE differs IS NOT NULL;
