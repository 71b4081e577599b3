-- Until when CAS asked to be sent nothing (Retry-After): the next run must know it too.
CREATE TABLE waits (
  books_id INTEGER PRIMARY KEY REFERENCES books,
  until TEXT NOT NULL
) STRICT;
