-- What categories ask for beside the citizen's words. What petitions say of it stands in their facts.
CREATE TABLE fields (
    code text PRIMARY KEY,
    position integer NOT NULL,
    category text NOT NULL REFERENCES categories (code),
    name_es text NOT NULL,
    name_en text NOT NULL,
    help_es text,
    help_en text,
    field_type text NOT NULL,
    required boolean NOT NULL,
    choices text NOT NULL,
    smallest bigint,
    largest bigint,
    max_length integer,
    shown_when_field text,
    shown_when_is text NOT NULL,
    valid_from date,
    valid_until date
);
