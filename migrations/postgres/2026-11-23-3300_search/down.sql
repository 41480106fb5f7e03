DROP TABLE search_postings;
DROP TABLE search_blocks;
DROP TABLE search_entries;
DROP TABLE search_state;
