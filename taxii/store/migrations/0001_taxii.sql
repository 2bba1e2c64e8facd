-- What a TAXII server keeps beside the journal, form 1 (November 2026).

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID, STRICT;

-- What was answered to those who added objects.
CREATE TABLE statuses (
  n      INTEGER PRIMARY KEY, -- in the order of requests
  id     TEXT    NOT NULL UNIQUE,
  client TEXT    NOT NULL,
  root   TEXT    NOT NULL,
  at     INTEGER NOT NULL, -- nanoseconds since 1970, UTC
  body   BLOB    NOT NULL  -- the status resource
) STRICT;

-- Versions that a client has taken out of a collection.
CREATE TABLE unlisted (
  collection TEXT    NOT NULL,
  seq        INTEGER NOT NULL,
  client     TEXT    NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (collection, seq)
) WITHOUT ROWID, STRICT;

-- Objects that were received and wait for a person.
CREATE TABLE held (
  n          INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  client     TEXT    NOT NULL,
  collection TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  why        TEXT    NOT NULL,
  body       BLOB    NOT NULL
) STRICT;
