-- What reports ask of the whole ledger is found without reading it: what ended lately, what notifications told, which
-- documents are missing.
CREATE INDEX attempts_by_end ON attempts (max(ended_at, coalesce(settled_at, '')))
  WHERE ended_at IS NOT NULL;

CREATE INDEX declaration_statuses_by_time ON declaration_statuses (observed_at);

CREATE INDEX declaration_statuses_told ON declaration_statuses (status, observed_at)
  WHERE source = 'notification';

CREATE INDEX attachments_fetched ON attachments (books_id, coalesce(document_type, ''))
  WHERE fetched_at IS NOT NULL;

CREATE INDEX attachments_not_fetched ON attachments (books_id, coalesce(document_type, ''))
  WHERE fetched_at IS NULL AND owner_kind = 'declaration';
