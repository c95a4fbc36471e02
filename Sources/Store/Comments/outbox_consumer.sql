COMMENT ON COLUMN confirmd_data.outbox_consumer.slot IS 'Which of its role''s consumers it is: a new one takes the lowest free number up to 100.';
