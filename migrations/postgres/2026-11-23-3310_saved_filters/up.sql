-- Filters of lists that a person keeps.
CREATE TABLE saved_filters (
    id uuid NOT NULL PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    name text NOT NULL,
    list text NOT NULL,
    query text NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (account_id, name)
);
