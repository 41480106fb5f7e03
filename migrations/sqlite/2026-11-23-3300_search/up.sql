-- The search's index: made from the history by a worker that follows it, and at any time from nothing.

-- How far the index has followed the history. A position of -1: it is being emptied to be made anew.
CREATE TABLE search_state (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    next_number INTEGER NOT NULL,
    erasures INTEGER NOT NULL
) STRICT;
INSERT INTO search_state (id, position, next_number, erasures) VALUES (1, 0, 0, 0);

-- A petition in the index: its number there, and the words by which it is found.
CREATE TABLE search_entries (
    number INTEGER NOT NULL PRIMARY KEY,
    petition_id BLOB NOT NULL UNIQUE,
    received_at INTEGER NOT NULL,
    folio TEXT NOT NULL,
    words TEXT NOT NULL
) STRICT;

-- Numbers by 4096, with the first and the last receipt among them.
CREATE TABLE search_blocks (
    block INTEGER NOT NULL PRIMARY KEY,
    oldest INTEGER NOT NULL,
    newest INTEGER NOT NULL
) STRICT;

-- Which numbers of a block have a word.
CREATE TABLE search_postings (
    block INTEGER NOT NULL,
    word TEXT NOT NULL,
    numbers BLOB NOT NULL,
    PRIMARY KEY (block, word)
) STRICT, WITHOUT ROWID;
