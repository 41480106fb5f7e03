-- Rows that are small and asked for by their key alone stand in the key's own tree: a petition that is filed then writes
-- four trees less. PostgreSQL has no such tables.
CREATE TABLE texts_by_id (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL,
    salt BLOB,
    body TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO texts_by_id (id, petition_id, salt, body) SELECT id, petition_id, salt, body FROM texts ORDER BY id;
DROP TABLE texts;
ALTER TABLE texts_by_id RENAME TO texts;
CREATE INDEX texts_petition ON texts (petition_id);

CREATE TABLE places_by_petition (
    petition_id BLOB NOT NULL PRIMARY KEY REFERENCES petitions (id),
    neighbourhood TEXT,
    latitude REAL,
    longitude REAL,
    postal_code TEXT,
    neighbourhood_code TEXT,
    crossing TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO places_by_petition (petition_id, neighbourhood, latitude, longitude, postal_code, neighbourhood_code, crossing)
SELECT petition_id, neighbourhood, latitude, longitude, postal_code, neighbourhood_code, crossing
FROM places ORDER BY petition_id;
DROP TABLE places;
ALTER TABLE places_by_petition RENAME TO places;
CREATE INDEX places_neighbourhood ON places (neighbourhood_code, petition_id) WHERE neighbourhood_code IS NOT NULL;

CREATE TABLE petitioners_by_id (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL REFERENCES petitions (id),
    kind TEXT NOT NULL,
    name TEXT,
    telephone TEXT,
    email TEXT,
    other_contact TEXT,
    preferred TEXT,
    presented_by TEXT,
    curp TEXT,
    name_key TEXT,
    email_key TEXT,
    person_id BLOB
) STRICT, WITHOUT ROWID;
INSERT INTO petitioners_by_id (
    id, petition_id, kind, name, telephone, email, other_contact, preferred, presented_by, curp, name_key, email_key,
    person_id
)
SELECT
    id, petition_id, kind, name, telephone, email, other_contact, preferred, presented_by, curp, name_key, email_key,
    person_id
FROM petitioners ORDER BY id;
DROP TABLE petitioners;
ALTER TABLE petitioners_by_id RENAME TO petitioners;
CREATE INDEX petitioners_petition ON petitioners (petition_id);
CREATE INDEX petitioners_telephone ON petitioners (telephone, petition_id) WHERE telephone IS NOT NULL;
CREATE INDEX petitioners_email ON petitioners (email_key, petition_id) WHERE email_key IS NOT NULL;
CREATE INDEX petitioners_curp ON petitioners (curp, petition_id) WHERE curp IS NOT NULL;
CREATE INDEX petitioners_name ON petitioners (name_key, petition_id) WHERE name_key IS NOT NULL;
CREATE INDEX petitioners_person ON petitioners (person_id, petition_id) WHERE person_id IS NOT NULL;

CREATE TABLE intakes_by_id (
    id BLOB NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    received_precision TEXT NOT NULL,
    registered_at INTEGER NOT NULL,
    registered_by BLOB,
    taken_by BLOB,
    petitions INTEGER NOT NULL,
    category TEXT,
    oriented_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO intakes_by_id (
    id, channel, received_at, received_precision, registered_at, registered_by, taken_by, petitions, category,
    oriented_at
)
SELECT
    id, channel, received_at, received_precision, registered_at, registered_by, taken_by, petitions, category,
    oriented_at
FROM intakes ORDER BY id;
DROP TABLE intakes;
ALTER TABLE intakes_by_id RENAME TO intakes;
CREATE INDEX intakes_received ON intakes (received_at, id);
CREATE INDEX intakes_oriented ON intakes (oriented_at, id) WHERE oriented_at IS NOT NULL;
