-- Generated from src/ledger/sqlite/migrations by: npx vitest run test/ledger/sqlite/schema.test.ts -u

PRAGMA user_version = 24;

CREATE TABLE attachments (
  attachment_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('declaration', 'certificate')),
  owner_id TEXT NOT NULL,
  attachment_id TEXT NOT NULL,
  document_type TEXT,
  file_name TEXT,
  first_seen_at TEXT NOT NULL,
  path TEXT,
  sha256 TEXT,
  bytes INTEGER,
  fetched_at TEXT,
  UNIQUE (books_id, owner_kind, owner_id, attachment_id),
  CHECK ((fetched_at IS NULL) = (path IS NULL)),
  CHECK ((fetched_at IS NULL) = (sha256 IS NULL)),
  CHECK ((fetched_at IS NULL) = (bytes IS NULL))
) STRICT;

CREATE INDEX attachments_fetched ON attachments (books_id, coalesce(document_type, ''))
  WHERE fetched_at IS NOT NULL;

CREATE INDEX attachments_not_fetched ON attachments (books_id, coalesce(document_type, ''))
  WHERE fetched_at IS NULL AND owner_kind = 'declaration';

CREATE TABLE attempts (
  attempt_id INTEGER PRIMARY KEY,
  version_id INTEGER NOT NULL REFERENCES versions,
  attempt_number INTEGER NOT NULL,
  run_no INTEGER NOT NULL REFERENCES runs,
  holder_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  deadline_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('accepted', 'rejected', 'unknown', 'returned')),
  reason TEXT,
  left_to_person_at TEXT,
  settled_at TEXT,
  settlement TEXT CHECK (settlement IN ('arrived', 'resend')),
  settlement_reason TEXT, epoch INTEGER NOT NULL DEFAULT 0,
  UNIQUE (version_id, attempt_number)
) STRICT;

CREATE INDEX attempts_by_end ON attempts (max(ended_at, coalesce(settled_at, '')))
  WHERE ended_at IS NOT NULL;

CREATE INDEX attempts_of_run ON attempts (run_no);

CREATE TABLE batch_rows (
  batch_no INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  bucket TEXT NOT NULL CHECK (bucket IN ('invalid', 'duplicate')),
  sheet TEXT NOT NULL,
  row INTEGER NOT NULL
) STRICT;

CREATE INDEX batch_rows_by_bucket ON batch_rows (batch_no, bucket);

CREATE TRIGGER learned_file AFTER UPDATE OF sealed_at ON batches
  WHEN old.sealed_at IS NULL AND new.sealed_at IS NOT NULL
BEGIN
  INSERT INTO learned (books_id, kind, subject_no, after)
    VALUES (new.books_id, 'file', new.batch_no, new.file_name);
END;

CREATE TABLE batches (
  batch_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  batch_id TEXT NOT NULL,
  run_no INTEGER NOT NULL REFERENCES runs,
  file_path TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_size_bytes INTEGER NOT NULL,
  file_sha256 TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  process_id INTEGER NOT NULL,
  process_start TEXT,
  host_name TEXT NOT NULL,
  sealed_at TEXT,
  rejected INTEGER NOT NULL DEFAULT 0 CHECK (rejected IN (0, 1)),
  rows_read INTEGER NOT NULL DEFAULT 0,
  rows_blank INTEGER NOT NULL DEFAULT 0,
  layout TEXT,
  detected TEXT NOT NULL DEFAULT '{}', pruned_at TEXT, process_space TEXT, alive_until TEXT, file_time TEXT, file_date TEXT, position INTEGER, form TEXT, copy_at TEXT, sealed_counts TEXT, profile TEXT,
  UNIQUE (books_id, batch_id)
) STRICT;

CREATE INDEX batches_by_file ON batches (books_id, file_path);

CREATE INDEX batches_of_run ON batches (run_no);

CREATE INDEX batches_unsealed ON batches (books_id) WHERE sealed_at IS NULL;

CREATE TABLE books (
  books_id INTEGER PRIMARY KEY,
  environment TEXT NOT NULL CHECK (environment IN ('production', 'acceptance', 'simulator')),
  tenant TEXT NOT NULL,
  searched_until TEXT, new_since TEXT, epoch INTEGER NOT NULL DEFAULT 0, looked_back_until TEXT,
  UNIQUE (environment, tenant)
) STRICT;

CREATE TABLE changes (
  change_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  run_no INTEGER NOT NULL REFERENCES runs,
  kind TEXT NOT NULL CHECK (kind IN ('update', 'add-item', 'update-item', 'delete-item', 'action',
    'create-subscription', 'delete-subscription')),
  target_id TEXT NOT NULL,
  item_id TEXT,
  action TEXT,
  body TEXT,
  asked_by TEXT NOT NULL,
  was TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'accepted', 'applied', 'different', 'refused',
    'returned', 'abandoned')),
  answered_at TEXT,
  answer_status INTEGER,
  reference_id TEXT,
  detail TEXT,
  ended_at TEXT
) STRICT;

CREATE INDEX changes_of_target ON changes (books_id, target_id);

CREATE UNIQUE INDEX changes_on_their_way ON changes (books_id, target_id)
  WHERE state IN ('sending', 'unknown');

CREATE TABLE declaration_statuses (
  declaration_no INTEGER NOT NULL REFERENCES declarations,
  sequence INTEGER NOT NULL,
  status TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('search', 'declaration', 'notification')),
  PRIMARY KEY (declaration_no, sequence)
) STRICT, WITHOUT ROWID;

CREATE INDEX declaration_statuses_by_time ON declaration_statuses (observed_at);

CREATE INDEX declaration_statuses_told ON declaration_statuses (status, observed_at)
  WHERE source = 'notification';

CREATE TRIGGER learned_status AFTER UPDATE OF current_status ON declarations
  WHEN new.current_status <> old.current_status
BEGIN
  INSERT INTO learned (books_id, kind, subject_no, before, after)
    VALUES (new.books_id, 'status', new.declaration_no, old.current_status, new.current_status);
END;

CREATE TABLE declarations (
  declaration_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  declaration_id TEXT NOT NULL,
  shipment_id INTEGER REFERENCES shipments,
  current_status TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  errors_fetched INTEGER NOT NULL DEFAULT 0 CHECK (errors_fetched IN (0, 1)),
  summary TEXT NOT NULL,
  errors TEXT NOT NULL DEFAULT '[]', attachments_listed INTEGER NOT NULL DEFAULT 0
  CHECK (attachments_listed IN (0, 1)), differs TEXT,
  UNIQUE (books_id, declaration_id)
) STRICT;

CREATE INDEX declarations_by_status
  ON declarations (books_id, current_status, errors_fetched, shipment_id);

CREATE INDEX declarations_differing ON declarations (books_id) WHERE differs IS NOT NULL;

CREATE INDEX declarations_of_shipment ON declarations (shipment_id) WHERE shipment_id IS NOT NULL;

CREATE INDEX declarations_to_list ON declarations (books_id)
  WHERE attachments_listed = 0 AND shipment_id IS NOT NULL;

CREATE INDEX declarations_unexplained ON declarations (books_id) WHERE shipment_id IS NULL;

CREATE INDEX declarations_unexplained_reference
  ON declarations (books_id, json_extract(summary, '$.externalReference'))
  WHERE shipment_id IS NULL;

CREATE TABLE enquiries (
  enquiry_id INTEGER PRIMARY KEY,
  attempt_id INTEGER NOT NULL REFERENCES attempts,
  asked_at TEXT NOT NULL
) STRICT;

CREATE INDEX enquiries_of_attempt ON enquiries (attempt_id);

CREATE TABLE evidence (
  evidence_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  run_id TEXT,
  path TEXT NOT NULL,
  written_at TEXT NOT NULL,
  manifest_sha256 TEXT NOT NULL,
  redacted INTEGER NOT NULL CHECK (redacted IN (0, 1)),
  removed_at TEXT
) STRICT;

CREATE TABLE findings (
  finding_id INTEGER PRIMARY KEY,
  batch_no INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  code TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  file TEXT NOT NULL,
  sheet TEXT,
  row INTEGER,
  cell TEXT,
  header TEXT,
  path TEXT,
  value TEXT,
  message TEXT NOT NULL,
  hint TEXT
) STRICT;

CREATE INDEX findings_of_batch ON findings (batch_no);

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

CREATE TABLE kept_files (
  sha256 TEXT PRIMARY KEY,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE learned (
  learned_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  kind TEXT NOT NULL CHECK (kind IN ('begin', 'file', 'outcome', 'declarations', 'status', 'late-status')),
  subject_no INTEGER NOT NULL,
  before TEXT,
  after TEXT NOT NULL,
  learned_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE TABLE leases (
  books_id INTEGER PRIMARY KEY REFERENCES books,
  holder_id TEXT NOT NULL,
  process_id INTEGER NOT NULL,
  process_start TEXT,
  host_name TEXT NOT NULL,
  command TEXT NOT NULL,
  acquired_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
, process_space TEXT) STRICT;

CREATE TABLE "lines" (
  line_id INTEGER PRIMARY KEY,
  batch_no INTEGER NOT NULL REFERENCES batches ON DELETE CASCADE,
  books_id INTEGER NOT NULL REFERENCES books,
  line_number INTEGER NOT NULL,
  message_kind TEXT NOT NULL DEFAULT 'CustomsShipment',
  direction TEXT NOT NULL CHECK (direction IN ('IN', 'OUT', '')),
  external_reference TEXT NOT NULL,
  bucket TEXT,
  reason TEXT,
  version_id INTEGER REFERENCES versions,
  is_latest INTEGER NOT NULL DEFAULT 0 CHECK (is_latest IN (0, 1)),
  row_count INTEGER NOT NULL,
  rows TEXT NOT NULL,
  content_hash TEXT,
  UNIQUE (batch_no, line_number),
  CHECK (bucket IS NOT NULL OR version_id IS NOT NULL)
) STRICT;

CREATE INDEX lines_by_key
  ON lines (books_id, external_reference, direction, message_kind, is_latest, batch_no);

CREATE INDEX lines_in_need ON lines (books_id, bucket)
  WHERE is_latest = 1 AND bucket IN ('invalid', 'held', 'aborted');

CREATE INDEX lines_latest ON lines (batch_no, line_number) WHERE is_latest = 1;

CREATE INDEX lines_of_version ON lines (version_id) WHERE version_id IS NOT NULL;

CREATE TABLE listeners (
  listener_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  address TEXT NOT NULL,
  host_name TEXT NOT NULL,
  process_id INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  alive_at TEXT NOT NULL,
  ended_at TEXT
) STRICT;

CREATE TABLE notification_messages (
  reference_id TEXT NOT NULL,
  notification_no INTEGER NOT NULL REFERENCES notifications ON DELETE CASCADE,
  PRIMARY KEY (reference_id, notification_no)
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_messages_of ON notification_messages (notification_no);

CREATE TABLE notifications (
  notification_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  event_id TEXT,
  standing TEXT NOT NULL CHECK (standing IN (
    'received', 'matched', 'unmatched', 'noted', 'other-tenant', 'contradicting', 'unreadable')),
  is_apart INTEGER NOT NULL CHECK (is_apart IN (0, 1)),
  received_at TEXT NOT NULL,
  headers TEXT NOT NULL,
  body BLOB NOT NULL,
  body_sha256 TEXT,
  fault TEXT,
  event_type TEXT,
  event_sub_type TEXT,
  event_time TEXT,
  declaration_id TEXT,
  customs_shipment_reference TEXT,
  trader_reference TEXT,
  shipment_id INTEGER REFERENCES shipments,
  pruned_at TEXT
) STRICT;

CREATE UNIQUE INDEX notifications_apart ON notifications (books_id, body_sha256) WHERE is_apart = 1;

CREATE UNIQUE INDEX notifications_by_event ON notifications (books_id, event_id) WHERE is_apart = 0;

CREATE INDEX notifications_latest ON notifications (books_id) WHERE is_apart = 0;

CREATE INDEX notifications_of_declaration ON notifications (books_id, declaration_id)
  WHERE declaration_id IS NOT NULL;

CREATE INDEX notifications_of_shipment ON notifications (shipment_id) WHERE shipment_id IS NOT NULL;

CREATE INDEX notifications_waiting ON notifications (books_id, standing)
  WHERE standing IN ('received', 'unmatched');

CREATE TABLE reports (
  report_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  run_no INTEGER NOT NULL REFERENCES runs,
  scope TEXT NOT NULL CHECK (scope IN ('run', 'latest')),
  as_of TEXT NOT NULL,
  learned_no INTEGER NOT NULL,
  files TEXT NOT NULL
) STRICT;

CREATE INDEX reports_by_scope ON reports (books_id, scope, report_no);

CREATE INDEX reports_of_run ON reports (run_no);

CREATE TABLE runs (
  run_no INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  run_id TEXT NOT NULL,
  command TEXT NOT NULL,
  started_at TEXT NOT NULL,
  program_version TEXT NOT NULL,
  finished_at TEXT,
  exit_code INTEGER, result_folder TEXT, simulated INTEGER NOT NULL DEFAULT 0, results_at TEXT, results_behind INTEGER NOT NULL DEFAULT 0, files INTEGER,
  UNIQUE (books_id, run_id)
) STRICT;

CREATE INDEX runs_behind ON runs (books_id) WHERE results_behind > 0;

CREATE INDEX runs_by_command ON runs (books_id, command);

CREATE TABLE send_count (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  ledger_id TEXT NOT NULL,
  sendings INTEGER NOT NULL
) STRICT;

CREATE TABLE "shipments" (
  shipment_id INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  message_kind TEXT NOT NULL DEFAULT 'CustomsShipment',
  direction TEXT NOT NULL CHECK (direction IN ('IN', 'OUT', '')),
  external_reference TEXT NOT NULL,
  accepted_at TEXT,
  has_declaration INTEGER NOT NULL DEFAULT 0 CHECK (has_declaration IN (0, 1)),
  change_accepted_at TEXT,
  -- What CAS answered when the message was read there, for kinds that can be read back.
  read_at TEXT,
  read_status TEXT,
  read_answer TEXT, asked_at TEXT,
  UNIQUE (books_id, external_reference, direction, message_kind)
) STRICT;

CREATE INDEX shipments_of_other_kinds ON shipments (books_id, message_kind, accepted_at)
  WHERE message_kind <> 'CustomsShipment';

CREATE INDEX shipments_with_change ON shipments (books_id, change_accepted_at)
  WHERE change_accepted_at IS NOT NULL;

CREATE INDEX shipments_without_declaration ON shipments (books_id)
  WHERE accepted_at IS NOT NULL AND has_declaration = 0 AND message_kind = 'CustomsShipment';

CREATE TABLE unread_declarations (
  books_id INTEGER NOT NULL REFERENCES books,
  declaration_id TEXT NOT NULL,
  shipment_id INTEGER REFERENCES shipments,
  is_foreign INTEGER NOT NULL DEFAULT 0 CHECK (is_foreign IN (0, 1)),
  fault TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  PRIMARY KEY (books_id, declaration_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unread_declarations_of_shipment ON unread_declarations (shipment_id)
  WHERE shipment_id IS NOT NULL;

CREATE TRIGGER learned_outcome AFTER UPDATE OF state ON versions
  WHEN old.state NOT IN ('staged', new.state)
    AND (new.state IN ('accepted', 'rejected', 'unknown', 'held')
      OR new.state = 'queued' AND old.state IN ('unknown', 'held'))
BEGIN
  INSERT INTO learned (books_id, kind, subject_no, before, after)
    VALUES (new.books_id, 'outcome', new.version_id,
      iif(old.state IN ('queued', 'sending'), 'unsent', old.state),
      iif(new.state = 'queued', 'unsent', new.state));
END;

CREATE TABLE versions (
  version_id INTEGER PRIMARY KEY,
  books_id INTEGER NOT NULL REFERENCES books,
  shipment_id INTEGER NOT NULL REFERENCES shipments,
  batch_no INTEGER NOT NULL REFERENCES batches,
  version_number INTEGER NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('staged', 'queued', 'sending', 'unknown', 'accepted', 'rejected', 'held')),
  message_type TEXT NOT NULL CHECK (message_type IN ('New', 'Replace', 'Update', 'Upsert')),
  content_hash TEXT NOT NULL,
  amend_allowed INTEGER NOT NULL DEFAULT 0 CHECK (amend_allowed IN (0, 1)),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT,
  accepted_at TEXT,
  reference_id TEXT,
  reason TEXT,
  problem TEXT,
  payload TEXT NOT NULL,
  sources TEXT NOT NULL, pruned_at TEXT, ask_first INTEGER NOT NULL DEFAULT 0, found_at TEXT, message_kind TEXT NOT NULL DEFAULT 'CustomsShipment', failed_at TEXT,
  UNIQUE (shipment_id, version_number)
) STRICT;

CREATE INDEX versions_by_reference ON versions (reference_id) WHERE reference_id IS NOT NULL;

CREATE INDEX versions_in_need ON versions (books_id, state) WHERE state IN ('rejected', 'held');

CREATE INDEX versions_of_batch ON versions (batch_no);

CREATE INDEX versions_queued ON versions (books_id, ask_first) WHERE state = 'queued';

CREATE INDEX versions_sending ON versions (books_id) WHERE state = 'sending';

CREATE INDEX versions_unknown ON versions (books_id) WHERE state = 'unknown';

CREATE INDEX versions_unsettled ON versions (shipment_id, version_number)
  WHERE state IN ('staged', 'queued', 'sending', 'unknown');

CREATE TABLE waits (
  books_id INTEGER PRIMARY KEY REFERENCES books,
  until TEXT NOT NULL
, asked_at TEXT) STRICT;
