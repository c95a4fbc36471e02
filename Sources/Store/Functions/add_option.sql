CREATE OR REPLACE FUNCTION confirmd.add_option(invoice_id uuid, asset text, address text, amount text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET timezone = 'UTC'
SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' AS $$
#variable_conflict use_variable
DECLARE
    i confirmd_data.invoice := confirmd_data.find_invoice(invoice_id);
    place int;
    next_place int;
BEGIN
    PERFORM confirmd_data.commit_durably();
    IF i.status <> 'created' OR i.expired_at IS NOT NULL OR i.canceled_at IS NOT NULL THEN
        RAISE EXCEPTION 'invoice % is % and takes no more options', invoice_id,
            CASE WHEN i.expired_at IS NOT NULL THEN 'expired' ELSE i.status END USING ERRCODE = 'CF021';
    END IF;
    LOOP
        SELECT max(o.ordinal) + 1 INTO next_place FROM confirmd_data.option o WHERE o.owner_id = invoice_id;
        IF next_place >= 50 THEN
            RAISE EXCEPTION 'invoice % has 50 options, the most there can be', invoice_id USING ERRCODE = 'CF005';
        END IF;
        BEGIN
            PERFORM confirmd_data.insert_option(i, next_place, asset, address, amount, clock_timestamp());
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            -- Another creator had the place, who was waited for: creators wait for each other here, and hold no row that a
            -- worker wants. A transaction that can't see what came meanwhile is to be repeated as a whole.
            IF next_place = place THEN
                RAISE serialization_failure USING MESSAGE = 'an option was added meanwhile',
                    HINT = 'Repeat the transaction.';
            END IF;
            place := next_place;
        END;
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION confirmd.add_option TO confirmd_creator;
COMMENT ON FUNCTION confirmd.add_option IS 'Adds one way to pay to an invoice that is still created, on the terms it was made with. amount: in whole coins, NULL where the invoice''s other options have none.';
