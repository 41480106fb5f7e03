DROP TABLE disclosures;
DROP TABLE assignments;
DROP TABLE petitioners;
DROP TABLE places;
DROP TABLE petitions;
