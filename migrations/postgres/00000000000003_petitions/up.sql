-- A petition: what lists filter, sort and show stands in columns; what only the steps need, in facts (JSON).
CREATE TABLE petitions (
    id uuid PRIMARY KEY,
    folio text NOT NULL UNIQUE,
    version integer NOT NULL,
    sequence integer NOT NULL,
    head bytea NOT NULL,
    state text NOT NULL,
    outcome text,
    closing text,
    round integer NOT NULL,
    kind text NOT NULL,
    category text NOT NULL,
    channel text NOT NULL,
    priority text NOT NULL,
    against_public_servant boolean NOT NULL,
    followed_by text NOT NULL,
    received_at timestamptz NOT NULL,
    registered_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    reply_due_at timestamptz,
    source text,
    external_id text,
    facts text NOT NULL
);
CREATE UNIQUE INDEX petitions_origin ON petitions (source, external_id) WHERE source IS NOT NULL;
CREATE INDEX petitions_received ON petitions (received_at, id);
CREATE INDEX petitions_updated ON petitions (updated_at, id);
CREATE INDEX petitions_work ON petitions (state, due_at, id);
CREATE INDEX petitions_reply ON petitions (reply_due_at) WHERE reply_due_at IS NOT NULL;

-- Where it is, as far as it was said; the address is a text.
CREATE TABLE places (
    petition_id uuid PRIMARY KEY REFERENCES petitions (id),
    neighbourhood text,
    latitude double precision,
    longitude double precision,
    postal_code text
);

-- Personal data, apart from everything else.
CREATE TABLE petitioners (
    id uuid PRIMARY KEY,
    petition_id uuid NOT NULL REFERENCES petitions (id),
    kind text NOT NULL,
    name text,
    telephone text,
    email text,
    other_contact text,
    preferred text,
    presented_by text
);
CREATE INDEX petitioners_petition ON petitioners (petition_id);

-- One dependency's share of one petition.
CREATE TABLE assignments (
    id uuid PRIMARY KEY,
    petition_id uuid NOT NULL REFERENCES petitions (id),
    round integer NOT NULL,
    version integer NOT NULL,
    dependency text NOT NULL,
    unit text,
    state text NOT NULL,
    routed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    facts text NOT NULL
);
CREATE INDEX assignments_petition ON assignments (petition_id);
CREATE INDEX assignments_work ON assignments (dependency, due_at, id);
CREATE INDEX assignments_routed ON assignments (dependency, routed_at, id);
CREATE INDEX assignments_due ON assignments (due_at, id);

-- Who was shown whose personal data, and what for: written before it is shown.
CREATE TABLE disclosures (
    id uuid PRIMARY KEY,
    petition_id uuid NOT NULL REFERENCES petitions (id),
    account_id uuid NOT NULL,
    capacity text NOT NULL,
    purpose text NOT NULL,
    disclosed_at timestamptz NOT NULL
);
CREATE INDEX disclosures_petition ON disclosures (petition_id);
