-- Words for the citizen, with fields, per step and where it is so per category.
CREATE TABLE templates (
    code TEXT NOT NULL PRIMARY KEY,
    position INTEGER NOT NULL,
    step TEXT NOT NULL,
    category TEXT REFERENCES categories (code),
    name_es TEXT NOT NULL,
    name_en TEXT NOT NULL,
    text_es TEXT NOT NULL,
    text_en TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT
) STRICT;
