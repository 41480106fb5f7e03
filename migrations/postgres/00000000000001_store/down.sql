DROP TABLE idempotency;
DROP TABLE texts;
DROP TABLE events;
DROP TABLE ledger;
