-- What the store itself needs: the one row that every write locks, the history, its texts, and the keys of retries.

CREATE TABLE ledger (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    change_no INTEGER NOT NULL,
    folios TEXT NOT NULL
) STRICT;
INSERT INTO ledger (id, change_no, folios) VALUES (1, 0, '{}');

CREATE TABLE events (
    change_no INTEGER NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (petition_id, sequence)
) STRICT;

CREATE TABLE texts (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL,
    salt BLOB,
    body TEXT
) STRICT;
CREATE INDEX texts_petition ON texts (petition_id);

CREATE TABLE idempotency (
    key BLOB NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    result_id BLOB NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (recorded_at);
