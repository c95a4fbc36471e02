CREATE OR REPLACE VIEW confirmd.lane AS
    SELECT lane, epoch, host AS held_by, held_until FROM confirmd_data.lane;
GRANT SELECT ON confirmd.lane TO confirmd_reader;
COMMENT ON VIEW confirmd.lane IS 'Who is at work where: a lane for each network, and settlement for deadlines and commands.';
COMMENT ON COLUMN confirmd.lane.lane IS 'Name of the network, or settlement.';
COMMENT ON COLUMN confirmd.lane.epoch IS 'How often the lane changed hands between daemons.';
COMMENT ON COLUMN confirmd.lane.held_by IS 'Host of the daemon at work in it; NULL when there is none.';
COMMENT ON COLUMN confirmd.lane.held_until IS 'When that daemon''s lease runs out unless renewed.';
