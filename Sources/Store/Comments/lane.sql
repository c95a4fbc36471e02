COMMENT ON COLUMN confirmd_data.lane.time_to_live IS 'How long its lease lasts from each renewal: one that ends later than that from now was written by a clock that was put back since.';
