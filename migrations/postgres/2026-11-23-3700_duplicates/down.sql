DROP INDEX places_neighbourhood_received;
DROP INDEX places_cell_received;
ALTER TABLE places DROP COLUMN received_at;
ALTER TABLE places DROP COLUMN cell;
