-- Where a run writes its result files, for the run that finishes what this one leaves. Null for runs
-- that write none, and for those from before.
ALTER TABLE runs ADD COLUMN result_folder TEXT;
