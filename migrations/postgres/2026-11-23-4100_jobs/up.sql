-- Jobs: the same step on many petitions. A job's own row has no words.
CREATE TABLE jobs (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    step text NOT NULL,
    undoes uuid,
    state text NOT NULL,
    total integer NOT NULL,
    done integer NOT NULL,
    refused integer NOT NULL,
    undone integer NOT NULL,
    cancelled integer NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    version integer NOT NULL
);
CREATE INDEX jobs_own ON jobs (account_id, created_at, id);
CREATE INDEX jobs_running ON jobs (created_at, id) WHERE finished_at IS NULL;
CREATE INDEX jobs_over ON jobs (finished_at) WHERE finished_at IS NOT NULL;

-- Its petitions in their order, and what became of each: codes, numbers and identifiers.
CREATE TABLE job_items (
    job_id uuid NOT NULL REFERENCES jobs (id),
    position integer NOT NULL,
    petition_id uuid NOT NULL REFERENCES petitions (id),
    folio text NOT NULL,
    result text NOT NULL,
    problem text,
    trace text,
    decided_at timestamptz,
    PRIMARY KEY (job_id, position)
);
CREATE INDEX job_items_result ON job_items (job_id, result, position);

-- What is to be done, in the words of whoever wants it: gone when it is done.
CREATE TABLE job_bodies (
    job_id uuid NOT NULL PRIMARY KEY REFERENCES jobs (id),
    body text NOT NULL
);
