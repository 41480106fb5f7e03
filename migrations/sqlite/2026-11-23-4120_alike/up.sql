-- What is compared with a new petition is read from the search's index alone: its words, and of what class it is. The
-- petitions themselves are read only where they are alike enough.
ALTER TABLE search_entries ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE search_entries ADD COLUMN kind TEXT NOT NULL DEFAULT '';

UPDATE search_entries
SET category = petitions.category,
    kind = petitions.kind
FROM petitions
WHERE petitions.id = search_entries.petition_id;

-- Nobody asks for the petitions of a neighbourhood but by receipt (places_neighbourhood_received).
DROP INDEX places_neighbourhood;
