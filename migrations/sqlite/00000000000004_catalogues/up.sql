-- What a city sets for itself. Codes are never reused; nothing is deleted, it only stops being valid.
CREATE TABLE dependencies (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    abbreviation TEXT,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

CREATE TABLE units (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    dependency TEXT NOT NULL REFERENCES dependencies (code),
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

CREATE TABLE categories (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    parent TEXT REFERENCES categories (code),
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL,
    dependency TEXT REFERENCES dependencies (code),
    unit TEXT REFERENCES units (code),
    contact TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

CREATE TABLE channels (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    channel_type TEXT NOT NULL,
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    followed_by TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

-- Versions of the policy (terms, attempts, windows); a version in use is never edited.
CREATE TABLE policies (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (code, version)
) STRICT;
