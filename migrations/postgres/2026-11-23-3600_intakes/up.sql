-- How petitions came in. That of a petition that came alone has the petition's own id; whoever came with others names
-- its intake. A row with oriented_at is an orientation without a petition.
CREATE TABLE intakes (
    id uuid PRIMARY KEY,
    channel text NOT NULL,
    received_at timestamptz NOT NULL,
    received_precision text NOT NULL,
    registered_at timestamptz NOT NULL,
    registered_by uuid,
    taken_by uuid,
    petitions integer NOT NULL,
    category text,
    oriented_at timestamptz
);
CREATE INDEX intakes_received ON intakes (received_at, id);
CREATE INDEX intakes_oriented ON intakes (oriented_at, id) WHERE oriented_at IS NOT NULL;

-- What was said of it in words, personal data among them: apart, so that it can be erased.
CREATE TABLE intake_details (
    intake_id uuid PRIMARY KEY,
    place text,
    source_reference text,
    bearer text,
    orientation text
);

ALTER TABLE petitions ADD COLUMN intake_id uuid;
CREATE INDEX petitions_intake ON petitions (intake_id) WHERE intake_id IS NOT NULL;

-- Every petition that is already here came alone.
INSERT INTO intakes (id, channel, received_at, received_precision, registered_at, registered_by, petitions)
SELECT
    id,
    channel,
    received_at,
    facts::json ->> 'received_precision',
    registered_at,
    (facts::json ->> 'registered_by')::uuid,
    1
FROM petitions;
