-- A program works with the schema of its own release and of the next one: the database says which one it has.
ALTER TABLE confirmd_data.definitions ADD COLUMN release int NOT NULL DEFAULT 1 CHECK (release > 0);
COMMENT ON COLUMN confirmd_data.definitions.release IS 'Which release of the schema it is. A program works with that of its own release and of the next one.';
