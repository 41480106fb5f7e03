-- Machine clients, the numbers that their systems give assignments, and which of their messages came in.
CREATE TABLE clients (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    dependency TEXT NOT NULL REFERENCES dependencies (code),
    accountable_id BLOB NOT NULL REFERENCES accounts (id),
    key_hash BLOB NOT NULL,
    created_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    last_used_on TEXT,
    revoked_by BLOB REFERENCES accounts (id),
    revoked_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX clients_dependency ON clients (dependency, id);

ALTER TABLE assignments ADD COLUMN external_reference TEXT;
CREATE UNIQUE INDEX assignments_external ON assignments (dependency, external_reference)
    WHERE external_reference IS NOT NULL;

-- One row per message of a sender; no words of it.
CREATE TABLE assignment_updates (
    sender_id BLOB NOT NULL,
    reference TEXT NOT NULL,
    assignment_id BLOB NOT NULL REFERENCES assignments (id),
    status TEXT NOT NULL,
    sequence INTEGER,
    occurred_at INTEGER NOT NULL,
    result TEXT NOT NULL,
    noted INTEGER NOT NULL,
    batch_id BLOB NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (sender_id, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_updates_assignment ON assignment_updates (assignment_id);
