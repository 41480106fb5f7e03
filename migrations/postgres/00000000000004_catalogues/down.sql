DROP TABLE policies;
DROP TABLE channels;
DROP TABLE categories;
DROP TABLE units;
DROP TABLE dependencies;
