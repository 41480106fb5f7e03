-- Files of another system's petitions, each taken in by whichever node holds its claim; no word of a row is kept.
CREATE TABLE imports (
    id BLOB NOT NULL PRIMARY KEY,
    source TEXT NOT NULL,
    dry_run INTEGER NOT NULL,
    mapping TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    content_kept INTEGER NOT NULL,
    requested_by BLOB NOT NULL REFERENCES accounts (id),
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    cancelled_by BLOB REFERENCES accounts (id),
    cancel_requested_at INTEGER,
    failure TEXT,
    claim BLOB,
    lease_until INTEGER,
    attempts INTEGER NOT NULL,
    rows_read INTEGER NOT NULL,
    rows_taken INTEGER NOT NULL,
    rows_already INTEGER NOT NULL,
    rows_refused INTEGER NOT NULL,
    rows_repaired INTEGER NOT NULL,
    bytes_read INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    findings_listed INTEGER NOT NULL,
    findings_counted TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX imports_state ON imports (state, id);
CREATE INDEX imports_content ON imports (content_kept, id);

-- What was found in the rows: where, by which rule, and what was done about it.
CREATE TABLE import_findings (
    import_id BLOB NOT NULL REFERENCES imports (id),
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    column_name TEXT NOT NULL,
    rule TEXT NOT NULL,
    deed TEXT NOT NULL,
    refusal TEXT,
    PRIMARY KEY (import_id, number)
) STRICT, WITHOUT ROWID;
