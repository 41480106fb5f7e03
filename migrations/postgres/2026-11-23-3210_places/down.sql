DROP TABLE neighbourhood_areas;
ALTER TABLE places DROP COLUMN crossing;
