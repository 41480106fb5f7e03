-- Catalogues that people edit. The ledger counts their edits, so that every node knows when to read them again.
ALTER TABLE ledger ADD COLUMN catalogue_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE dependencies ADD COLUMN successor TEXT;

-- Where people live. The kind and the postal codes are those of the official postal-code file.
CREATE TABLE neighbourhoods (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT,
    postal_codes TEXT NOT NULL,
    population INTEGER,
    population_year INTEGER,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

CREATE TABLE programmes (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    purpose_es TEXT NOT NULL,
    purpose_en TEXT NOT NULL,
    dependency TEXT REFERENCES dependencies (code),
    valid_from TEXT,
    valid_until TEXT
) STRICT;

-- Whose business it is when it is not the city's, and what one does there.
CREATE TABLE authorities (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    level TEXT NOT NULL,
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    abbreviation TEXT,
    telephone TEXT,
    website TEXT,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

CREATE TABLE procedures (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    authority TEXT NOT NULL REFERENCES authorities (code),
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    how_es TEXT NOT NULL,
    how_en TEXT NOT NULL,
    telephone TEXT,
    website TEXT,
    valid_from TEXT,
    valid_until TEXT
) STRICT;

-- What the citizen said stays as it was said; the code says which neighbourhood that is.
ALTER TABLE places ADD COLUMN neighbourhood_code TEXT;
CREATE INDEX places_neighbourhood ON places (neighbourhood_code, petition_id) WHERE neighbourhood_code IS NOT NULL;
