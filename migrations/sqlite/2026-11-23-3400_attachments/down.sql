ALTER TABLE categories DROP COLUMN evidence;
DROP TABLE attachments;
