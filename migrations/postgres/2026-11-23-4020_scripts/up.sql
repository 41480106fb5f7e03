-- What whoever takes a call says and asks, and when the caller is to dial 911 instead.
ALTER TABLE categories ADD COLUMN script_es text;
ALTER TABLE categories ADD COLUMN script_en text;
ALTER TABLE categories ADD COLUMN emergency_es text;
ALTER TABLE categories ADD COLUMN emergency_en text;
