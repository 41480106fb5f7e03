-- How petitions came in. That of a petition that came alone has the petition's own id; whoever came with others names
-- its intake. A row with oriented_at is an orientation without a petition.
CREATE TABLE intakes (
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
) STRICT;
CREATE INDEX intakes_received ON intakes (received_at, id);
CREATE INDEX intakes_oriented ON intakes (oriented_at, id) WHERE oriented_at IS NOT NULL;

-- What was said of it in words, personal data among them: apart, so that it can be erased.
CREATE TABLE intake_details (
    intake_id BLOB NOT NULL PRIMARY KEY,
    place TEXT,
    source_reference TEXT,
    bearer TEXT,
    orientation TEXT
) STRICT;

ALTER TABLE petitions ADD COLUMN intake_id BLOB;
CREATE INDEX petitions_intake ON petitions (intake_id) WHERE intake_id IS NOT NULL;

-- Every petition that is already here came alone.
INSERT INTO intakes (id, channel, received_at, received_precision, registered_at, registered_by, petitions)
SELECT
    id,
    channel,
    received_at,
    json_extract(facts, '$.received_precision'),
    registered_at,
    unhex(replace(json_extract(facts, '$.registered_by'), '-', '')),
    1
FROM petitions;
