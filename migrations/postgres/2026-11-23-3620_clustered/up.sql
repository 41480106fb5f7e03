-- On SQLite some tables are moved into the tree of their key. Here there is nothing to do.
SELECT 1;
