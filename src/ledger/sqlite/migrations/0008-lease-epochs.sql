-- Every acquisition of the right to send gets the next number of its books; an attempt has that of
-- the lease under which it was claimed. 0: from before there were numbers.
ALTER TABLE books ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attempts ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
