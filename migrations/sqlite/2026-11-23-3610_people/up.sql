-- Who is whom: petitioners are found by what they are known by, and staff link those who are the same person. All of it
-- stands with the petitioner's own data and goes when that is erased.
CREATE TABLE people (
    id BLOB NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    created_by BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

ALTER TABLE petitioners ADD COLUMN curp TEXT;
ALTER TABLE petitioners ADD COLUMN name_key TEXT;
ALTER TABLE petitioners ADD COLUMN email_key TEXT;
ALTER TABLE petitioners ADD COLUMN person_id BLOB;

UPDATE petitioners
SET email_key = lower(email),
    name_key = lower(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(name, 'á', 'a'), 'Á', 'a'), 'à', 'a'), 'À', 'a'), 'ä', 'a'), 'Ä', 'a'), 'â', 'a'), 'Â', 'a'), 'é', 'e'), 'É', 'e'), 'è', 'e'), 'È', 'e'), 'ë', 'e'), 'Ë', 'e'), 'ê', 'e'), 'Ê', 'e'), 'í', 'i'), 'Í', 'i'), 'ì', 'i'), 'Ì', 'i'), 'ï', 'i'), 'Ï', 'i'), 'î', 'i'), 'Î', 'i'), 'ó', 'o'), 'Ó', 'o'), 'ò', 'o'), 'Ò', 'o'), 'ö', 'o'), 'Ö', 'o'), 'ô', 'o'), 'Ô', 'o'), 'ú', 'u'), 'Ú', 'u'), 'ù', 'u'), 'Ù', 'u'), 'ü', 'u'), 'Ü', 'u'), 'û', 'u'), 'Û', 'u'), 'ñ', 'n'), 'Ñ', 'n'), 'ç', 'c'), 'Ç', 'c'));

CREATE INDEX petitioners_telephone ON petitioners (telephone, petition_id) WHERE telephone IS NOT NULL;
CREATE INDEX petitioners_email ON petitioners (email_key, petition_id) WHERE email_key IS NOT NULL;
CREATE INDEX petitioners_curp ON petitioners (curp, petition_id) WHERE curp IS NOT NULL;
CREATE INDEX petitioners_name ON petitioners (name_key, petition_id) WHERE name_key IS NOT NULL;
CREATE INDEX petitioners_person ON petitioners (person_id, petition_id) WHERE person_id IS NOT NULL;
