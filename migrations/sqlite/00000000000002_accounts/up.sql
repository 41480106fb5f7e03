-- Who signs in: accounts, what each is appointed to, and the open sessions.
CREATE TABLE accounts (
    id blob NOT NULL PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text NOT NULL,
    must_change boolean NOT NULL,
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    version integer NOT NULL
);

CREATE TABLE appointments (
    id blob NOT NULL PRIMARY KEY,
    account_id blob NOT NULL REFERENCES accounts (id),
    role text NOT NULL,
    position text,
    dependency text,
    unit text,
    from_date date NOT NULL,
    until_date date,
    appointed_by blob REFERENCES accounts (id),
    recorded_at bigint NOT NULL,
    version integer NOT NULL
);

CREATE INDEX appointments_account ON appointments (account_id);
CREATE INDEX appointments_dependency ON appointments (dependency);

CREATE TABLE sessions (
    id blob NOT NULL PRIMARY KEY,
    account_id blob NOT NULL REFERENCES accounts (id),
    generation integer NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint
);

CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
