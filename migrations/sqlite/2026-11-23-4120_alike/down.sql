CREATE INDEX places_neighbourhood ON places (neighbourhood_code, petition_id) WHERE neighbourhood_code IS NOT NULL;
ALTER TABLE search_entries DROP COLUMN kind;
ALTER TABLE search_entries DROP COLUMN category;
