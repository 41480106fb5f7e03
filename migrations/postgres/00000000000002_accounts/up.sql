-- Who signs in: accounts, what each is appointed to, and the open sessions.
CREATE TABLE accounts (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    password_hash text NOT NULL,
    must_change boolean NOT NULL,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    version integer NOT NULL
);

CREATE TABLE appointments (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    role text NOT NULL,
    position text,
    dependency text,
    unit text,
    from_date date NOT NULL,
    until_date date,
    appointed_by uuid REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL,
    version integer NOT NULL
);

CREATE INDEX appointments_account ON appointments (account_id);
CREATE INDEX appointments_dependency ON appointments (dependency);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES accounts (id),
    generation integer NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);
