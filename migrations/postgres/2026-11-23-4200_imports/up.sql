-- Files of another system's petitions, each taken in by whichever node holds its claim; no word of a row is kept.
CREATE TABLE imports (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    dry_run boolean NOT NULL,
    mapping text NOT NULL,
    bytes bigint NOT NULL,
    content_kept boolean NOT NULL,
    requested_by uuid NOT NULL REFERENCES accounts (id),
    created_at timestamptz NOT NULL,
    state text NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    cancelled_by uuid REFERENCES accounts (id),
    cancel_requested_at timestamptz,
    failure text,
    claim uuid,
    lease_until timestamptz,
    attempts integer NOT NULL,
    rows_read bigint NOT NULL,
    rows_taken bigint NOT NULL,
    rows_already bigint NOT NULL,
    rows_refused bigint NOT NULL,
    rows_repaired bigint NOT NULL,
    bytes_read bigint NOT NULL,
    findings bigint NOT NULL,
    findings_listed bigint NOT NULL,
    findings_counted text NOT NULL,
    version integer NOT NULL
);
CREATE INDEX imports_state ON imports (state, id);
CREATE INDEX imports_content ON imports (content_kept, id);

-- What was found in the rows: where, by which rule, and what was done about it.
CREATE TABLE import_findings (
    import_id uuid NOT NULL REFERENCES imports (id),
    number bigint NOT NULL,
    line bigint NOT NULL,
    column_name text NOT NULL,
    rule text NOT NULL,
    deed text NOT NULL,
    refusal text,
    PRIMARY KEY (import_id, number)
);
