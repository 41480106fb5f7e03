-- Of how many petitions of a job the step was taken and cannot be taken back.
ALTER TABLE jobs ADD COLUMN lasting INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET lasting = (
    SELECT count(*) FROM job_items
    WHERE job_items.job_id = jobs.id AND job_items.result = 'done' AND job_items.trace = '{"did":"final"}'
);
