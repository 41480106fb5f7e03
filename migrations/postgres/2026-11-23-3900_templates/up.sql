-- Words for the citizen, with fields, per step and where it is so per category.
CREATE TABLE templates (
    code text PRIMARY KEY,
    position integer NOT NULL,
    step text NOT NULL,
    category text REFERENCES categories (code),
    name_es text NOT NULL,
    name_en text NOT NULL,
    text_es text NOT NULL,
    text_en text NOT NULL,
    valid_from date,
    valid_until date
);
