CREATE OR REPLACE VIEW confirmd.lane AS
    SELECT lane, epoch, CASE WHEN is_held THEN host END AS held_by, CASE WHEN is_held THEN held_until END AS held_until
    FROM (SELECT *, held_until BETWEEN clock_timestamp() AND clock_timestamp() + time_to_live AS is_held
          FROM confirmd_data.lane) l;
GRANT SELECT ON confirmd.lane TO confirmd_reader;
COMMENT ON VIEW confirmd.lane IS 'Who is at work where: a lane for each network, and settlement for deadlines and commands.';
COMMENT ON COLUMN confirmd.lane.lane IS 'Name of the network, or settlement.';
COMMENT ON COLUMN confirmd.lane.epoch IS 'How often the lane changed hands between daemons.';
COMMENT ON COLUMN confirmd.lane.held_by IS 'Host of the daemon at work in it; NULL when there is none.';
COMMENT ON COLUMN confirmd.lane.held_until IS 'When that daemon''s lease runs out unless renewed; NULL when there is none, or when it ends later than any can.';
