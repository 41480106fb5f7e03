DROP TABLE assignment_updates;
DROP INDEX assignments_external;
ALTER TABLE assignments DROP COLUMN external_reference;
DROP TABLE clients;
