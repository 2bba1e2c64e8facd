-- The journal, form 1 (November 2026).
--
-- A sequence number is given to each accepted version and to each erasure. The
-- tree has one leaf for each, in this order.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID, STRICT;

-- Distinct policy labels: the decision who may see what is made once for each.
CREATE TABLE labels (
  label INTEGER PRIMARY KEY,
  text  TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE entries (
  seq        INTEGER PRIMARY KEY,
  id         TEXT    NOT NULL,
  type       TEXT    NOT NULL,
  version    TEXT    NOT NULL, -- as the object writes it
  label      INTEGER NOT NULL, -- of this version
  gov        INTEGER NOT NULL, -- of the version that governs: the newest of the id; of an observable its own
  until      INTEGER NOT NULL, -- 0: newest; n > 0: newest no more since entry n; n < 0: for those who may see variant -n
  flags      INTEGER NOT NULL, -- 1 granular markings, 2 erased, 4 is an erasure
  target     INTEGER NOT NULL, -- of an erasure: the entry that lost its content; otherwise 0
  at         INTEGER NOT NULL, -- nanoseconds since 1970, UTC
  commitment BLOB    NOT NULL, -- SHA-256 over salt and body
  salt       BLOB,             -- NULL when erased
  body       BLOB              -- RFC 8785 bytes; of an erasure its record; NULL when erased
) STRICT;

CREATE INDEX entries_type ON entries (type);

-- Which entry holds which version of an id, in the order of versions.
CREATE TABLE versions (
  id  TEXT    NOT NULL,
  key TEXT    NOT NULL, -- journal.VersionKey; of further variants of an observable "~" and a hash
  seq INTEGER NOT NULL,
  PRIMARY KEY (id, key)
) WITHOUT ROWID, STRICT;

-- One row for each append that changed something: the audit, and the checkpoint
-- that was signed with it.
CREATE TABLE appends (
  n          INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,
  who        TEXT    NOT NULL,
  source     TEXT    NOT NULL, -- sha256 of the archived input
  what       TEXT    NOT NULL, -- append, erase
  first      INTEGER NOT NULL, -- 0 when nothing was added
  last       INTEGER NOT NULL,
  same       INTEGER NOT NULL,
  refused    INTEGER NOT NULL,
  checkpoint BLOB              -- NULL when nothing was added
) STRICT;

CREATE TABLE quarantine (
  n        INTEGER PRIMARY KEY,
  mark     BLOB    NOT NULL UNIQUE, -- SHA-256 over rule and content: one refusal is kept once
  at       INTEGER NOT NULL,
  who      TEXT    NOT NULL,
  source   TEXT    NOT NULL,
  position INTEGER NOT NULL,
  label    INTEGER NOT NULL,
  id       TEXT    NOT NULL,
  rule     TEXT    NOT NULL,
  section  TEXT    NOT NULL,
  path     TEXT    NOT NULL,
  message  TEXT    NOT NULL,
  size     INTEGER NOT NULL,
  raw      BLOB
) STRICT;

-- The stored hashes of the tree, 126 of 32 bytes in a row, which fills a page.
CREATE TABLE hashes (
  chunk INTEGER PRIMARY KEY,
  data  BLOB NOT NULL
) STRICT;
