-- What a city sets for itself. Codes are never reused; nothing is deleted, it only stops being valid.
CREATE TABLE dependencies (
    code text PRIMARY KEY,
    position integer NOT NULL,
    name_es text NOT NULL,
    name_en text NOT NULL,
    abbreviation text,
    valid_from date,
    valid_until date
);

CREATE TABLE units (
    code text PRIMARY KEY,
    position integer NOT NULL,
    dependency text NOT NULL REFERENCES dependencies (code),
    name_es text NOT NULL,
    name_en text NOT NULL,
    valid_from date,
    valid_until date
);

CREATE TABLE categories (
    code text PRIMARY KEY,
    position integer NOT NULL,
    parent text REFERENCES categories (code),
    name_es text NOT NULL,
    name_en text NOT NULL,
    kind text NOT NULL,
    dependency text REFERENCES dependencies (code),
    unit text REFERENCES units (code),
    contact text NOT NULL,
    valid_from date,
    valid_until date
);

CREATE TABLE channels (
    code text PRIMARY KEY,
    position integer NOT NULL,
    channel_type text NOT NULL,
    name_es text NOT NULL,
    name_en text NOT NULL,
    followed_by text NOT NULL,
    valid_from date,
    valid_until date
);

-- Versions of the policy (terms, attempts, windows); a version in use is never edited.
CREATE TABLE policies (
    code text NOT NULL,
    version integer NOT NULL,
    valid_from timestamptz NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (code, version)
);
