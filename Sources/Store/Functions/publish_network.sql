-- Writes a network's configuration down. With `p_introduce` only what is not there yet (so that invoices can be made
-- before the daemon's first run); else everything, with a new policy number when the thresholds are others.
CREATE OR REPLACE FUNCTION confirmd_data.publish_network(
    p_network text, p_family text, p_chain text, p_max_block_gap interval, p_arrival_grace interval,
    p_thresholds jsonb, p_host text, p_introduce boolean,
    p_asset text[], p_contract bytea[], p_decimals int[], p_min_deposit text[], p_transfer_fee text[],
    p_address_space text DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    current confirmd_data.network;
    other confirmd_data.network;
    changed record;
    latest jsonb;
BEGIN
    IF p_network = 'settlement' THEN
        RAISE EXCEPTION 'no network can be called settlement' USING ERRCODE = 'CF005';
    END IF;
    INSERT INTO confirmd_data.network (network, family, chain, address_space, max_block_gap, arrival_grace)
    VALUES (p_network, p_family, p_chain, p_address_space, p_max_block_gap, p_arrival_grace) ON CONFLICT DO NOTHING;
    SELECT * INTO current FROM confirmd_data.network WHERE network = p_network FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        -- A retired network's name is no way round: what it has booked would be found again by a look back.
        SELECT * INTO STRICT other FROM confirmd_data.network WHERE family = p_family AND chain = p_chain;
        RAISE EXCEPTION 'network "%" can''t be %, for network "%" is%', p_network, p_chain, other.network,
            CASE other.state WHEN 'retired' THEN ' (it is retired)' ELSE '' END USING ERRCODE = 'CF007',
            HINT = 'A chain has one network for ever: a payment would count once for each. List all its assets under that one.';
    END IF;
    INSERT INTO confirmd_data.lane (lane) VALUES (p_network) ON CONFLICT DO NOTHING;
    IF (current.family, current.chain) IS DISTINCT FROM (p_family, p_chain) THEN
        RAISE EXCEPTION 'network "%" is % % in the database, % % in the configuration', p_network,
            current.family, current.chain, p_family, p_chain USING ERRCODE = 'CF007',
            HINT = 'A network keeps its chain for ever: give the other chain another network name.';
    END IF;

    SELECT n.asset, n.network AS new_network, a.network, n.decimals AS new_decimals, a.decimals INTO changed
    FROM unnest(p_asset, p_contract, p_decimals) AS n0 (asset, contract, decimals)
    CROSS JOIN LATERAL (SELECT n0.asset, p_network AS network, n0.contract, n0.decimals) n
    JOIN confirmd_data.asset a ON a.asset = n.asset
    WHERE (a.network, a.contract, a.decimals) IS DISTINCT FROM (n.network, n.contract, n.decimals) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'asset % has % decimals on % in the database, % on % in the configuration (or another contract)',
            changed.asset, changed.decimals, changed.network, changed.new_decimals, changed.new_network
            USING ERRCODE = 'CF007',
            HINT = 'An asset keeps its network, contract and decimals for ever: give the other one another code.';
    END IF;
    INSERT INTO confirmd_data.asset AS a (asset, network, contract, decimals, min_deposit, transfer_fee)
    SELECT n.asset, p_network, n.contract, n.decimals, n.min_deposit::numeric, n.transfer_fee::numeric
    FROM unnest(p_asset, p_contract, p_decimals, p_min_deposit, p_transfer_fee)
        AS n (asset, contract, decimals, min_deposit, transfer_fee)
    ON CONFLICT (asset) DO UPDATE SET min_deposit = excluded.min_deposit, transfer_fee = excluded.transfer_fee
    WHERE NOT p_introduce
      AND (a.min_deposit, a.transfer_fee) IS DISTINCT FROM (excluded.min_deposit, excluded.transfer_fee);
    IF p_introduce THEN RETURN current.policy_number; END IF;

    SELECT thresholds INTO latest FROM confirmd_data.policy
    WHERE network = p_network AND number = current.policy_number;
    IF latest IS DISTINCT FROM p_thresholds THEN
        current.policy_number := current.policy_number + 1;
        INSERT INTO confirmd_data.policy (network, number, thresholds, difference, published_by)
        VALUES (p_network, current.policy_number, p_thresholds,
            coalesce((SELECT jsonb_object_agg(key, jsonb_build_object('from', o.value, 'to', n.value))
                      FROM jsonb_each(latest) o FULL JOIN jsonb_each(p_thresholds) n USING (key)
                      WHERE o.value IS DISTINCT FROM n.value), '{}'),
            p_host);
    END IF;
    UPDATE confirmd_data.network SET max_block_gap = p_max_block_gap, arrival_grace = p_arrival_grace,
        address_space = coalesce(p_address_space, address_space), policy_number = current.policy_number
    WHERE network = p_network;
    RETURN current.policy_number;
END $$;
GRANT EXECUTE ON FUNCTION confirmd_data.publish_network TO confirmd_daemon;
