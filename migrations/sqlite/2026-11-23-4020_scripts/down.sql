ALTER TABLE categories DROP COLUMN emergency_en;
ALTER TABLE categories DROP COLUMN emergency_es;
ALTER TABLE categories DROP COLUMN script_en;
ALTER TABLE categories DROP COLUMN script_es;
