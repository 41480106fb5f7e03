-- The search's index: made from the history by a worker that follows it, and at any time from nothing.

-- How far the index has followed the history. A position of -1: it is being emptied to be made anew.
CREATE TABLE search_state (
    id smallint NOT NULL PRIMARY KEY CHECK (id = 1),
    position bigint NOT NULL,
    next_number bigint NOT NULL,
    erasures bigint NOT NULL
);
INSERT INTO search_state (id, position, next_number, erasures) VALUES (1, 0, 0, 0);

-- A petition in the index: its number there, and the words by which it is found.
CREATE TABLE search_entries (
    number bigint NOT NULL PRIMARY KEY,
    petition_id uuid NOT NULL UNIQUE,
    received_at timestamptz NOT NULL,
    folio text NOT NULL,
    words text NOT NULL
);

-- Numbers by 4096, with the first and the last receipt among them.
CREATE TABLE search_blocks (
    block integer NOT NULL PRIMARY KEY,
    oldest timestamptz NOT NULL,
    newest timestamptz NOT NULL
);

-- Which numbers of a block have a word. Rows of the last block are written again and again: room is left beside them.
CREATE TABLE search_postings (
    block integer NOT NULL,
    word text COLLATE "C" NOT NULL,
    numbers bytea NOT NULL,
    PRIMARY KEY (block, word)
) WITH (fillfactor = 70);
