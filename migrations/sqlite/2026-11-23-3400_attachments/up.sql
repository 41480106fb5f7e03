-- The stored content of files that belong to petitions: what the sweep and the verification need to find it. What a
-- file is to its petition stands in the petition's facts.
CREATE TABLE attachments (
    id BLOB NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL REFERENCES petitions (id),
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    thumbnail INTEGER NOT NULL,
    attached_at INTEGER NOT NULL,
    erased_at INTEGER,
    removed_at INTEGER
) STRICT;
CREATE INDEX attachments_petition ON attachments (petition_id);
CREATE INDEX attachments_to_remove ON attachments (id) WHERE erased_at IS NOT NULL AND removed_at IS NULL;

-- Whether a dependency shows its work in this category before it says that it is done.
ALTER TABLE categories ADD COLUMN evidence INTEGER NOT NULL DEFAULT 0;
