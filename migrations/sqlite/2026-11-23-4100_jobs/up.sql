-- Jobs: the same step on many petitions. A job's own row has no words.
CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    step TEXT NOT NULL,
    undoes BLOB,
    state TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    undone INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_own ON jobs (account_id, created_at, id);
CREATE INDEX jobs_running ON jobs (created_at, id) WHERE finished_at IS NULL;
CREATE INDEX jobs_over ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- Its petitions in their order, and what became of each: codes, numbers and identifiers.
CREATE TABLE job_items (
    job_id BLOB NOT NULL REFERENCES jobs (id),
    position INTEGER NOT NULL,
    petition_id BLOB NOT NULL REFERENCES petitions (id),
    folio TEXT NOT NULL,
    result TEXT NOT NULL,
    problem TEXT,
    trace TEXT,
    decided_at INTEGER,
    PRIMARY KEY (job_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_items_result ON job_items (job_id, result, position);

-- What is to be done, in the words of whoever wants it: gone when it is done.
CREATE TABLE job_bodies (
    job_id BLOB NOT NULL PRIMARY KEY REFERENCES jobs (id),
    body TEXT NOT NULL
) STRICT;
