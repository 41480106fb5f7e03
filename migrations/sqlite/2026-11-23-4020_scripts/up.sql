-- What whoever takes a call says and asks, and when the caller is to dial 911 instead.
ALTER TABLE categories ADD COLUMN script_es TEXT;
ALTER TABLE categories ADD COLUMN script_en TEXT;
ALTER TABLE categories ADD COLUMN emergency_es TEXT;
ALTER TABLE categories ADD COLUMN emergency_en TEXT;
