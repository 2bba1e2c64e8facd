-- The trail: what was read of what is restricted, who signed in, who was refused.
-- Each row carries the SHA-256 of the row before it and of itself, so that one that is
-- changed, taken out or put in shows (cordon audit verify). Nothing here is ever
-- changed or removed.
CREATE TABLE trail (
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL, -- nanoseconds since 1970, UTC
    what    TEXT    NOT NULL,
    who     TEXT    NOT NULL, -- id of the account
    object  TEXT    NOT NULL, -- id of the object, '' for none
    record  BLOB    NOT NULL, -- the whole record as JSON: what is hashed
    hash    BLOB    NOT NULL  -- SHA-256(hash of the row before, seq, record)
) STRICT;
CREATE INDEX trail_who ON trail (who, seq);
CREATE INDEX trail_object ON trail (object, seq) WHERE object <> '';
CREATE TRIGGER trail_stays BEFORE DELETE ON trail BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER trail_holds BEFORE UPDATE ON trail BEGIN SELECT raise(ABORT, 'the trail is append-only'); END;
