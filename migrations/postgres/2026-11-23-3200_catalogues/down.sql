DROP INDEX places_neighbourhood;
ALTER TABLE places DROP COLUMN neighbourhood_code;
DROP TABLE procedures;
DROP TABLE authorities;
DROP TABLE programmes;
DROP TABLE neighbourhoods;
ALTER TABLE dependencies DROP COLUMN successor;
ALTER TABLE ledger DROP COLUMN catalogue_version;
