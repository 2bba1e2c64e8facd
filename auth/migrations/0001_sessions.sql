-- What of accounts changes all the time: sessions, and the last uses of keys and
-- passkeys. What people decide is in accounts.jsonl.
CREATE TABLE sessions (
    hash    BLOB    PRIMARY KEY, -- SHA-256 of the token in the cookie
    account TEXT    NOT NULL,
    opening BLOB    NOT NULL,    -- how it was opened, as JSON
    opened  INTEGER NOT NULL,    -- times: nanoseconds since 1970, UTC
    seen    INTEGER NOT NULL,
    ends    INTEGER NOT NULL     -- at the latest
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account);
CREATE TABLE uses (
    proof   TEXT    PRIMARY KEY, -- id of a key or a passkey
    at      INTEGER NOT NULL,
    counter INTEGER NOT NULL,    -- a passkey's signatures (WebAuthn section 6.1.1)
    data    BLOB                 -- a passkey as its room keeps it since then
) STRICT, WITHOUT ROWID;
