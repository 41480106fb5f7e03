-- Machine clients, the numbers that their systems give assignments, and which of their messages came in.
CREATE TABLE clients (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    dependency text NOT NULL REFERENCES dependencies (code),
    accountable_id uuid NOT NULL REFERENCES accounts (id),
    key_hash bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    created_at timestamptz NOT NULL,
    last_used_on date,
    revoked_by uuid REFERENCES accounts (id),
    revoked_at timestamptz,
    version integer NOT NULL
);
CREATE INDEX clients_dependency ON clients (dependency, id);

ALTER TABLE assignments ADD COLUMN external_reference text;
CREATE UNIQUE INDEX assignments_external ON assignments (dependency, external_reference)
    WHERE external_reference IS NOT NULL;

-- One row per message of a sender; no words of it.
CREATE TABLE assignment_updates (
    sender_id uuid NOT NULL,
    reference text NOT NULL,
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    status text NOT NULL,
    sequence bigint,
    occurred_at timestamptz NOT NULL,
    result text NOT NULL,
    noted boolean NOT NULL,
    batch_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (sender_id, reference)
);
CREATE INDEX assignment_updates_assignment ON assignment_updates (assignment_id);
