DROP TABLE assignment_desk_counts;
DROP TABLE petition_desk_counts;
DROP TABLE assignment_desks;
DROP TABLE petition_desks;
DROP TABLE petition_tags;
DROP INDEX appointments_position;
ALTER TABLE petitions DROP COLUMN follower;
