-- Documents that are brought before a petition of some categories is attended. What was brought stands in its facts.
CREATE TABLE requirements (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    category TEXT NOT NULL REFERENCES categories (code),
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    help_es TEXT,
    help_en TEXT,
    handling TEXT NOT NULL,
    required INTEGER NOT NULL,
    valid_from TEXT,
    valid_until TEXT
) STRICT;
