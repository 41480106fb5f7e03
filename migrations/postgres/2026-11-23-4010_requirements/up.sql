-- Documents that are brought before a petition of some categories is attended. What was brought stands in its facts.
CREATE TABLE requirements (
    code text PRIMARY KEY,
    position integer NOT NULL,
    category text NOT NULL REFERENCES categories (code),
    name_es text NOT NULL,
    name_en text NOT NULL,
    help_es text,
    help_en text,
    handling text NOT NULL,
    required boolean NOT NULL,
    valid_from date,
    valid_until date
);
