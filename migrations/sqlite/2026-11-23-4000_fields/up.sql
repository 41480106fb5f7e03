-- What categories ask for beside the citizen's words. What petitions say of it stands in their facts.
CREATE TABLE fields (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    category TEXT NOT NULL REFERENCES categories (code),
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    help_es TEXT,
    help_en TEXT,
    field_type TEXT NOT NULL,
    required INTEGER NOT NULL,
    choices TEXT NOT NULL,
    smallest INTEGER,
    largest INTEGER,
    max_length INTEGER,
    shown_when_field TEXT,
    shown_when_is TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT
) STRICT;
