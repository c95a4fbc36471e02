COMMENT ON TABLE confirmd.outbox_incarnation IS 'Begins of the outbox''s incarnations. When there are some above yours, commits may have been lost: go back to before the smallest of their first positions (never forward), and replace state from there. When the newest is below yours, this is an old database that was started again: stop, and apply nothing from it.';
COMMENT ON COLUMN confirmd.outbox_incarnation.incarnation IS 'Counts from 1; numbers may be left out.';
COMMENT ON COLUMN confirmd.outbox_incarnation.first_position IS 'From which position on events may be others than in the incarnations before: the first that was given out in it, or, where it leaves numbers out, the first that was kept.';
COMMENT ON COLUMN confirmd.outbox_incarnation.started_at IS 'When it began.';
COMMENT ON COLUMN confirmd.outbox_incarnation.reason IS 'What showed that commits may be lost: another system identifier or timeline, an earlier position than a daemon had seen, or an operator''s reason.';
