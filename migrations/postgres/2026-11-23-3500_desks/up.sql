-- Who follows a petition, by which marks it is found, and on whose desks it and its shares lie; how many lie on each.
ALTER TABLE petitions ADD COLUMN follower uuid;
CREATE INDEX appointments_position ON appointments (position);

CREATE TABLE petition_tags (
    tag text NOT NULL,
    petition_id uuid NOT NULL REFERENCES petitions (id),
    PRIMARY KEY (tag, petition_id)
);
CREATE INDEX petition_tags_petition ON petition_tags (petition_id);

-- A row for each desk on which a petition lies: a closed one lies on none.
CREATE TABLE petition_desks (
    petition_id uuid NOT NULL REFERENCES petitions (id),
    desk text NOT NULL,
    followed_by text NOT NULL,
    follower uuid,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (petition_id, desk)
);
CREATE INDEX petition_desks_due ON petition_desks (desk, due_at, petition_id);
CREATE INDEX petition_desks_followed ON petition_desks (desk, followed_by, due_at, petition_id);
CREATE INDEX petition_desks_follower ON petition_desks (desk, follower, due_at, petition_id)
    WHERE follower IS NOT NULL;

-- A row for each desk of its dependency's liaison on which a share lies.
CREATE TABLE assignment_desks (
    assignment_id uuid NOT NULL REFERENCES assignments (id),
    desk text NOT NULL,
    dependency text NOT NULL,
    unit text,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (assignment_id, desk)
);
CREATE INDEX assignment_desks_due ON assignment_desks (desk, due_at, assignment_id);
CREATE INDEX assignment_desks_dependency ON assignment_desks (desk, dependency, due_at, assignment_id);

-- How many rows of petition_desks there are, changed with them. The nil identifier stands for nobody in particular.
CREATE TABLE petition_desk_counts (
    desk text NOT NULL,
    followed_by text NOT NULL,
    follower uuid NOT NULL,
    number integer NOT NULL,
    PRIMARY KEY (desk, followed_by, follower)
);

-- The same of assignment_desks, where no unit is the empty code and desks have no instant (never). Beside them, of what
-- has a running term: all of it (`running`), and how much of it ends when (`due`). What is late is the one less what
-- of the other lies ahead, which is little however much is late.
CREATE TABLE assignment_desk_counts (
    dependency text NOT NULL,
    due_at timestamptz NOT NULL,
    desk text NOT NULL,
    unit text NOT NULL,
    number integer NOT NULL,
    PRIMARY KEY (dependency, due_at, desk, unit)
);

-- What is there already: nobody in particular follows it, and where it lies follows from its facts.
INSERT INTO petition_desks (petition_id, desk, followed_by, follower, due_at)
SELECT p.id, d.desk, p.followed_by, NULL, p.due_at
FROM petitions p
CROSS JOIN (SELECT 'open' AS desk UNION ALL SELECT 'to_route' UNION ALL SELECT 'returned' UNION ALL SELECT 'to_review' UNION ALL SELECT 'to_release' UNION ALL SELECT 'to_reply' UNION ALL SELECT 'to_tell' UNION ALL SELECT 'to_call_back') d
WHERE p.state <> 'closed' AND CASE d.desk
    WHEN 'open' THEN true
    WHEN 'to_tell' THEN p.state = 'answered' AND jsonb_array_length(p.facts::jsonb #> '{round,attempts}') = 0
    WHEN 'to_call_back' THEN p.state = 'answered' AND jsonb_array_length(p.facts::jsonb #> '{round,attempts}') > 0
    WHEN 'to_route' THEN p.state <> 'answered' AND (p.state = 'received' OR EXISTS (
        SELECT 1 FROM assignments a
        WHERE a.petition_id = p.id AND a.round = p.round AND a.state = 'returned' AND NOT (a.facts::jsonb #>> '{returned,taken_up}')::boolean))
    WHEN 'returned' THEN p.state <> 'answered' AND EXISTS (
        SELECT 1 FROM assignments a
        WHERE a.petition_id = p.id AND a.round = p.round AND a.state = 'returned' AND NOT (a.facts::jsonb #>> '{returned,taken_up}')::boolean)
    WHEN 'to_review' THEN p.state = 'in_review'
    WHEN 'to_release' THEN p.state <> 'answered' AND EXISTS (
        SELECT 1 FROM jsonb_array_elements(p.facts::jsonb -> 'questions') WITH ORDINALITY q (value, place) WHERE (q.value ->> 'round')::integer = p.round AND q.value ->> 'state' = 'drafted')
    WHEN 'to_reply' THEN p.state IN ('received', 'in_review') AND (
        SELECT q.value ->> 'state' FROM jsonb_array_elements(p.facts::jsonb -> 'questions') WITH ORDINALITY q (value, place)
        WHERE (q.value ->> 'round')::integer = p.round AND q.value ->> 'assignment' IS NULL
        ORDER BY q.place DESC LIMIT 1) IN ('replied', 'lapsed')
END;

INSERT INTO assignment_desks (assignment_id, desk, dependency, unit, due_at)
SELECT a.id, d.desk, a.dependency, a.unit, a.due_at
FROM assignments a
JOIN petitions p ON p.id = a.petition_id
CROSS JOIN (SELECT 'open' AS desk UNION ALL SELECT 'to_accept' UNION ALL SELECT 'to_work' UNION ALL SELECT 'replied') d
WHERE a.state IN ('pending', 'accepted') AND a.round = p.round AND CASE d.desk
    WHEN 'open' THEN true
    WHEN 'to_accept' THEN a.state = 'pending'
    WHEN 'to_work' THEN a.state = 'accepted' AND NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(p.facts::jsonb -> 'questions') WITH ORDINALITY q (value, place)
        WHERE (q.value ->> 'round')::integer = p.round AND q.value ->> 'state' = 'open' AND (q.value ->> 'assignment')::uuid = a.id)
    WHEN 'replied' THEN NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(p.facts::jsonb -> 'questions') WITH ORDINALITY q (value, place)
        WHERE (q.value ->> 'round')::integer = p.round AND q.value ->> 'state' = 'open' AND (q.value ->> 'assignment')::uuid = a.id) AND (
        SELECT q.value ->> 'state' FROM jsonb_array_elements(p.facts::jsonb -> 'questions') WITH ORDINALITY q (value, place)
        WHERE (q.value ->> 'round')::integer = p.round AND (q.value ->> 'assignment')::uuid = a.id
        ORDER BY q.place DESC LIMIT 1) IN ('replied', 'lapsed')
END;

INSERT INTO petition_desk_counts (desk, followed_by, follower, number)
SELECT desk, followed_by, '00000000-0000-0000-0000-000000000000'::uuid, COUNT(*) FROM petition_desks GROUP BY desk, followed_by;

INSERT INTO assignment_desk_counts (dependency, due_at, desk, unit, number)
SELECT dependency, '9999-01-01T00:00:00Z'::timestamptz, desk, COALESCE(unit, ''), COUNT(*) FROM assignment_desks GROUP BY 1, 2, 3, 4;
INSERT INTO assignment_desk_counts (dependency, due_at, desk, unit, number)
SELECT dependency, '9999-01-01T00:00:00Z'::timestamptz, 'running', COALESCE(unit, ''), COUNT(*) FROM assignment_desks
WHERE desk = 'open' AND due_at < '9999-01-01T00:00:00Z'::timestamptz GROUP BY 1, 2, 3, 4;
INSERT INTO assignment_desk_counts (dependency, due_at, desk, unit, number)
SELECT dependency, due_at, 'due', COALESCE(unit, ''), COUNT(*) FROM assignment_desks
WHERE desk = 'open' AND due_at < '9999-01-01T00:00:00Z'::timestamptz GROUP BY 1, 2, 3, 4;
