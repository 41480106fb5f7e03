-- What the store itself needs: the one row that every write locks, the history, its texts, and the keys of retries.

CREATE TABLE ledger (
    id smallint NOT NULL PRIMARY KEY CHECK (id = 1),
    change_no bigint NOT NULL,
    folios text NOT NULL
);
INSERT INTO ledger (id, change_no, folios) VALUES (1, 0, '{}');

CREATE TABLE events (
    change_no bigint NOT NULL PRIMARY KEY,
    petition_id uuid NOT NULL,
    sequence integer NOT NULL,
    body text NOT NULL,
    hash bytea NOT NULL,
    UNIQUE (petition_id, sequence)
);

CREATE TABLE texts (
    id uuid NOT NULL PRIMARY KEY,
    petition_id uuid NOT NULL,
    salt bytea,
    body text
);
CREATE INDEX texts_petition ON texts (petition_id);

CREATE TABLE idempotency (
    key bytea NOT NULL PRIMARY KEY,
    fingerprint bytea NOT NULL,
    result_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX idempotency_age ON idempotency (recorded_at);
