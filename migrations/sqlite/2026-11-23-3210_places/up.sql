-- The street that crosses the one of the address.
ALTER TABLE places ADD COLUMN crossing TEXT;

-- Where neighbourhoods lie: a geometry of GeoJSON each, polygons.
CREATE TABLE neighbourhood_areas (
    code TEXT NOT NULL PRIMARY KEY REFERENCES neighbourhoods (code),
    shape TEXT NOT NULL
) STRICT;
