DROP TABLE import_findings;
DROP TABLE imports;
