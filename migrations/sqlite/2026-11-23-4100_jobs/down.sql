DROP TABLE job_bodies;
DROP TABLE job_items;
DROP TABLE jobs;
