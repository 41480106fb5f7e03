-- Catalogues that people edit. The ledger counts their edits, so that every node knows when to read them again.
ALTER TABLE ledger ADD COLUMN catalogue_version bigint NOT NULL DEFAULT 0;
ALTER TABLE dependencies ADD COLUMN successor text;

-- Where people live. The kind and the postal codes are those of the official postal-code file.
CREATE TABLE neighbourhoods (
    code text PRIMARY KEY,
    name text NOT NULL,
    kind text,
    postal_codes text NOT NULL,
    population integer,
    population_year integer,
    valid_from date,
    valid_until date
);

CREATE TABLE programmes (
    code text PRIMARY KEY,
    position integer NOT NULL,
    name_es text NOT NULL,
    name_en text NOT NULL,
    purpose_es text NOT NULL,
    purpose_en text NOT NULL,
    dependency text REFERENCES dependencies (code),
    valid_from date,
    valid_until date
);

-- Whose business it is when it is not the city's, and what one does there.
CREATE TABLE authorities (
    code text PRIMARY KEY,
    position integer NOT NULL,
    level text NOT NULL,
    name_es text NOT NULL,
    name_en text NOT NULL,
    abbreviation text,
    telephone text,
    website text,
    valid_from date,
    valid_until date
);

CREATE TABLE procedures (
    code text PRIMARY KEY,
    position integer NOT NULL,
    authority text NOT NULL REFERENCES authorities (code),
    name_es text NOT NULL,
    name_en text NOT NULL,
    how_es text NOT NULL,
    how_en text NOT NULL,
    telephone text,
    website text,
    valid_from date,
    valid_until date
);

-- What the citizen said stays as it was said; the code says which neighbourhood that is.
ALTER TABLE places ADD COLUMN neighbourhood_code text;
CREATE INDEX places_neighbourhood ON places (neighbourhood_code, petition_id) WHERE neighbourhood_code IS NOT NULL;
