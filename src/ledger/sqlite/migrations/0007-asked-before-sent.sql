-- A ledger that is new to a tenant does not know what was sent before it: CAS is asked about a
-- reference before its first message goes out. `ask_first` is 1 until that was done; `found_at` is
-- when CAS was found to have the content already, so that nothing was sent.
ALTER TABLE versions ADD COLUMN ask_first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN found_at TEXT;

DROP INDEX versions_queued;
CREATE INDEX versions_queued ON versions (books_id, ask_first) WHERE state = 'queued';

-- Since when a ledger that was adopted from a copy may lack what was sent; null: since it first sent.
ALTER TABLE books ADD COLUMN new_since TEXT;

-- Declarations that no shipment of ours explains, for a shipment that turns up later.
CREATE INDEX declarations_unexplained_reference
  ON declarations (books_id, json_extract(summary, '$.externalReference'))
  WHERE shipment_id IS NULL;

-- What waits, of shipments that were never sent from here. How old the ledger is does not matter: the
-- few that wait cost one question each, and an earlier version may have begun it by mistake.
UPDATE versions SET ask_first = 1
WHERE state = 'queued' AND NOT EXISTS (
  SELECT 1 FROM versions sent WHERE sent.shipment_id = versions.shipment_id AND sent.attempts > 0);
