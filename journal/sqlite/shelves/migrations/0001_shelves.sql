-- The shelves of the projections, form 1 (November 2026). Everything in this file
-- can be made again from the journal.

CREATE TABLE labels (
  label INTEGER PRIMARY KEY,
  text  TEXT NOT NULL UNIQUE
) STRICT;

-- One row for each build of a projection. Of a name one build is live; another
-- may be under way beside it.
CREATE TABLE builds (
  build   INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL,
  version INTEGER NOT NULL, -- of the rows' form
  seq     INTEGER NOT NULL, -- applied up to and with this entry
  epoch   INTEGER NOT NULL, -- of the journal: another one means build anew
  live    INTEGER NOT NULL
) STRICT;

-- The rows of build N lie in the table shelf_N, which is made and dropped with it:
--
--   key   BLOB    PRIMARY KEY
--   label INTEGER NOT NULL
--   value BLOB    NOT NULL
