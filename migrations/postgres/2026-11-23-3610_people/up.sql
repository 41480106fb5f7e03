-- Who is whom: petitioners are found by what they are known by, and staff link those who are the same person. All of it
-- stands with the petitioner's own data and goes when that is erased.
CREATE TABLE people (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL
);

ALTER TABLE petitioners ADD COLUMN curp text;
ALTER TABLE petitioners ADD COLUMN name_key text COLLATE "C";
ALTER TABLE petitioners ADD COLUMN email_key text;
ALTER TABLE petitioners ADD COLUMN person_id uuid;

UPDATE petitioners
SET email_key = lower(email),
    name_key = translate(lower(name), 'áàäâãéèëêíìïîóòöôõúùüûñç', 'aaaaaeeeeiiiiooooouuuunc');

CREATE INDEX petitioners_telephone ON petitioners (telephone, petition_id) WHERE telephone IS NOT NULL;
CREATE INDEX petitioners_email ON petitioners (email_key, petition_id) WHERE email_key IS NOT NULL;
CREATE INDEX petitioners_curp ON petitioners (curp, petition_id) WHERE curp IS NOT NULL;
CREATE INDEX petitioners_name ON petitioners (name_key, petition_id) WHERE name_key IS NOT NULL;
CREATE INDEX petitioners_person ON petitioners (person_id, petition_id) WHERE person_id IS NOT NULL;
