DROP TABLE sessions;
DROP TABLE appointments;
DROP TABLE accounts;
