-- A petition: what lists filter, sort and show stands in columns; what only the steps need, in facts (JSON).
CREATE TABLE petitions (
    id BLOB NOT NULL PRIMARY KEY,
    folio TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    head BLOB NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT,
    closing TEXT,
    round INTEGER NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    channel TEXT NOT NULL,
    priority TEXT NOT NULL,
    against_public_servant INTEGER NOT NULL,
    followed_by TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    registered_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    reply_due_at INTEGER,
    source TEXT,
    external_id TEXT,
    facts TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX petitions_origin ON petitions (source, external_id) WHERE source IS NOT NULL;
CREATE INDEX petitions_received ON petitions (received_at, id);
CREATE INDEX petitions_updated ON petitions (updated_at, id);
CREATE INDEX petitions_work ON petitions (state, due_at, id);
CREATE INDEX petitions_reply ON petitions (reply_due_at) WHERE reply_due_at IS NOT NULL;

-- Where it is, as far as it was said; the address is a text.
CREATE TABLE places (
    petition_id BLOB NOT NULL PRIMARY KEY REFERENCES petitions (id),
    neighbourhood TEXT,
    latitude REAL,
    longitude REAL,
    postal_code TEXT
) STRICT;

-- Personal data, apart from everything else.
CREATE TABLE petitioners (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL REFERENCES petitions (id),
    kind TEXT NOT NULL,
    name TEXT,
    telephone TEXT,
    email TEXT,
    other_contact TEXT,
    preferred TEXT,
    presented_by TEXT
) STRICT;
CREATE INDEX petitioners_petition ON petitioners (petition_id);

-- One dependency's share of one petition.
CREATE TABLE assignments (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL REFERENCES petitions (id),
    round INTEGER NOT NULL,
    version INTEGER NOT NULL,
    dependency TEXT NOT NULL,
    unit TEXT,
    state TEXT NOT NULL,
    routed_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    facts TEXT NOT NULL
) STRICT;
CREATE INDEX assignments_petition ON assignments (petition_id);
CREATE INDEX assignments_work ON assignments (dependency, due_at, id);
CREATE INDEX assignments_routed ON assignments (dependency, routed_at, id);
CREATE INDEX assignments_due ON assignments (due_at, id);

-- Who was shown whose personal data, and what for: written before it is shown.
CREATE TABLE disclosures (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL REFERENCES petitions (id),
    account_id BLOB NOT NULL,
    capacity TEXT NOT NULL,
    purpose TEXT NOT NULL,
    disclosed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX disclosures_petition ON disclosures (petition_id);
