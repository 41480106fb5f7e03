-- The stored content of files that belong to petitions: what the sweep and the verification need to find it. What a
-- file is to its petition stands in the petition's facts.
CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    petition_id uuid NOT NULL REFERENCES petitions (id),
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    thumbnail boolean NOT NULL,
    attached_at timestamptz NOT NULL,
    erased_at timestamptz,
    removed_at timestamptz
);
CREATE INDEX attachments_petition ON attachments (petition_id);
CREATE INDEX attachments_to_remove ON attachments (id) WHERE erased_at IS NOT NULL AND removed_at IS NULL;

-- Whether a dependency shows its work in this category before it says that it is done.
ALTER TABLE categories ADD COLUMN evidence boolean NOT NULL DEFAULT false;
