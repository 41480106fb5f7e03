-- What lies near a place, and in a neighbourhood, the latest first. A cell is a square of 1/250 degree, counted here as
-- `domain/src/cell.rs` does; when a petition was presented never changes.
ALTER TABLE places ADD COLUMN cell INTEGER;
ALTER TABLE places ADD COLUMN received_at INTEGER;

UPDATE places
SET received_at = petitions.received_at,
    cell = CASE
        WHEN latitude BETWEEN -90.0 AND 90.0 AND longitude BETWEEN -180.0 AND 180.0
        THEN CAST((latitude + 90.0) * 250.0 AS INTEGER) * 100000
            + CAST((longitude + 180.0) * 250.0 AS INTEGER)
    END
FROM petitions
WHERE petitions.id = places.petition_id;

-- Whoever looks around reads a few hundred entries and needs the rows of few.
CREATE INDEX places_cell_received ON places (cell, received_at, petition_id, latitude, longitude)
WHERE cell IS NOT NULL;
CREATE INDEX places_neighbourhood_received ON places (neighbourhood_code, received_at, petition_id, latitude, longitude)
WHERE neighbourhood_code IS NOT NULL;
