-- What a person changes at CAS by a command of its own: a declaration, its items, a subscription. Each stands here
-- before its first byte goes out. `target_id` is the declaration, or what names the subscription; `body` is the exact
-- text that is sent, without secrets; `was` holds what was there before (JSON), to find out later what became of it.
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
-- One change of a thing is on its way at a time: the next one is built on what the last one left.
CREATE UNIQUE INDEX changes_on_their_way ON changes (books_id, target_id)
  WHERE state IN ('sending', 'unknown');
