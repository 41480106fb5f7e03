DROP INDEX petitions_intake;
ALTER TABLE petitions DROP COLUMN intake_id;
DROP TABLE intake_details;
DROP TABLE intakes;
