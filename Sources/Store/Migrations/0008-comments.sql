-- What everything in schema confirmd means.
SET LOCAL ROLE confirmd_owner;

COMMENT ON SCHEMA confirmd IS 'The contract of confirmd: functions to call, views and tables to read. Errors have SQLSTATEs of class CF.
For callers: CF001 unknown project, CF002 unknown asset, CF003 malformed amount, CF004 amount too small, CF005 malformed argument, CF006 conflicting repeat (same order_id or customer, other content), CF007 asset or network can not change, CF008 row is written once, CF009 unknown invoice, CF020 invoice refused, CF021 invoice no longer open, CF022 network retired, CF023 unknown network.
For consumers: CF010 consumer of another role, CF011 checkpoint goes back, CF012 checkpoint ahead of the outbox, CF013 incarnation is over, CF014 incarnation has not begun, CF015 too many consumers of one role.
For the daemon alone: CF901 fenced out, CF902 owner changed meanwhile, CF903 cursor moved, CF904 watch number moved, CF905 policy moved, CF906 network retired.';

COMMENT ON FUNCTION confirmd.create_invoice IS 'Asks for payment before a deadline through any of 1 to 50 options, [{"asset":"LTC","address":"ltc1…","amount":"1.25"}, …]: amounts in whole coins, in every option or in none. Returns the invoice''s id; the same again returns the same id (idempotent on project and order_id). The terms of the project are copied. metadata: an object of at most 16 kB, never sent in events.';
COMMENT ON FUNCTION confirmd.add_option IS 'Adds one way to pay to an invoice that is still created, on the terms it was made with. amount: in whole coins, NULL where the invoice''s other options have none.';
COMMENT ON FUNCTION confirmd.create_static_wallet IS 'Watches an address of a customer for one asset: any amount, no deadline. Returns the wallet''s id; the same again returns the same id (idempotent on project, customer and asset).';
COMMENT ON FUNCTION confirmd.set_project IS 'Makes a project or changes those of its terms that are given. Fees and tolerances in basis points; service_fee_bps_for: overrides by asset, {"LTC": 100}. Invoices keep the terms they were made with.';
COMMENT ON FUNCTION confirmd.mark_paid IS 'Has the daemon take an invoice as paid at the ratio it has reached, for that reason. Returns the number of the command in confirmd.operator_command, which shows the outcome.';
COMMENT ON FUNCTION confirmd.cancel_invoice IS 'Has the daemon cancel an invoice that is created with no deposit pending. Returns the number of the command in confirmd.operator_command, which shows the outcome.';
COMMENT ON FUNCTION confirmd.retire_network IS 'Has the daemon give up a network for good: it holds no invoice back any more, and nothing can be created on it. Returns the number of the command in confirmd.operator_command.';
COMMENT ON FUNCTION confirmd.new_outbox_incarnation IS 'Has the daemon begin a new incarnation of the outbox, to be asked for after a restore that lost commits. Returns the number of the command in confirmd.operator_command.';
COMMENT ON FUNCTION confirmd.acknowledge IS 'Stores how far a consumer has read: every position up to and with this one. The name (1 to 64 characters) belongs to the session''s role from its first use on. The place never goes back, never ahead of the outbox, and is of the newest incarnation. Partitions of the outbox are dropped behind every consumer, and only there.';
COMMENT ON FUNCTION confirmd.commit_step IS 'The daemon''s one write: everything that follows from a block, a registration or a decision, in one transaction or not at all. Returns the lane''s next step.';

COMMENT ON VIEW confirmd.network IS 'One chain each, with how far it is followed and by whom.';
COMMENT ON VIEW confirmd.lane IS 'Who is at work where: a lane for each network, and settlement for deadlines and commands.';
COMMENT ON VIEW confirmd.policy IS 'Every set of confirmation thresholds that was ever in force, by network.';
COMMENT ON VIEW confirmd.asset IS 'Coins and tokens that are listed. Network, contract and decimals never change under a code.';
COMMENT ON VIEW confirmd.project IS 'Merchants'' shops with the terms that their next invoices are made with.';
COMMENT ON VIEW confirmd.invoice IS 'Invoices with their status and the terms they were made with.';
COMMENT ON VIEW confirmd.invoice_option IS 'The ways to pay each invoice, and what came in through each.';
COMMENT ON VIEW confirmd.static_wallet IS 'Addresses of customers that take any amount at any time.';
COMMENT ON VIEW confirmd.deposit IS 'Transfers to watched addresses. A deposit is a network, transaction, locator, asset, address and amount; its block may change.';
COMMENT ON VIEW confirmd.operator_command IS 'What operators asked for, and what became of it.';
COMMENT ON VIEW confirmd.ledger_entry IS 'Double entry: each row moves an amount from one account to another and is never changed; a reversal is a row of its own.';
COMMENT ON VIEW confirmd.balance IS 'Sums of the live entries by project and asset. It is not a spendable balance: withdrawals happen elsewhere.';
COMMENT ON TABLE confirmd.outbox IS 'Every change that other services may want to know, insert-only, in the order of commits. Rule for readers: remember incarnation and position; read what is above, in order; store the new place together with the effect. A hole is a fault, never a delay.';
COMMENT ON TABLE confirmd.outbox_incarnation IS 'Begins of the outbox''s incarnations. When there are some above yours, commits may have been lost: go back to before the smallest of their first positions (never forward), and replace state from there.';
COMMENT ON VIEW confirmd.outbox_consumer IS 'Who reads the outbox, how far it has come, and how far behind it is.';

DO $$
DECLARE
    said record;
BEGIN
    FOR said IN VALUES
        ('network', 'network', 'Name of the network, such as litecoin.'),
        ('network', 'family', 'The adapter that reads it: bitcoin, evm or tron.'),
        ('network', 'chain', 'Which chain it is: litecoin/main, bitcoin/regtest … on the bitcoin family, the chain''s id elsewhere.'),
        ('network', 'tip_height', 'Height of the last block committed; NULL before the first run.'),
        ('network', 'tip_hash', 'Hash of that block, in hexadecimal.'),
        ('network', 'tip_time', 'Time that block states.'),
        ('network', 'head_height', 'Height of the best node''s tip when it was last seen.'),
        ('network', 'observed_through', 'Every block there was at this time has been read; deadlines wait for it.'),
        ('network', 'state', 'starting, syncing, following, halted or retired.'),
        ('network', 'state_reason', 'Why it is halted or retired.'),
        ('network', 'max_block_gap', 'How long the chain may be silent before its tip is no longer trusted to be the newest.'),
        ('network', 'arrival_grace', 'How far observed_through has to be beyond a deadline before an invoice expires.'),
        ('network', 'policy_number', 'Number of the thresholds in force, in confirmd.policy.'),
        ('network', 'epoch', 'How often the network changed hands between daemons.'),
        ('network', 'held_by', 'Host of the daemon that follows it; NULL when none does.'),
        ('network', 'held_until', 'When that daemon''s lease runs out unless renewed.'),
        ('lane', 'lane', 'Name of the network, or settlement.'),
        ('lane', 'epoch', 'How often the lane changed hands between daemons.'),
        ('lane', 'held_by', 'Host of the daemon at work in it; NULL when there is none.'),
        ('lane', 'held_until', 'When that daemon''s lease runs out unless renewed.'),
        ('policy', 'network', 'Name of the network.'),
        ('policy', 'number', 'Counts a network''s policies from 1.'),
        ('policy', 'thresholds', 'Confirmations needed for credit and final, and the tiers.'),
        ('policy', 'difference', 'What changed against the number before.'),
        ('policy', 'published_at', 'When it came into force.'),
        ('policy', 'published_by', 'Host of the daemon whose configuration it is.'),
        ('asset', 'asset', 'Code of the asset, unique in the installation.'),
        ('asset', 'network', 'The network it lives on.'),
        ('asset', 'contract', 'Address of the token''s contract, 0x and hexadecimal; NULL for the network''s own coin.'),
        ('asset', 'decimals', 'Digits after the point of a whole coin; base units are whole coins × 10^decimals.'),
        ('asset', 'min_deposit', 'Smallest deposit that a static wallet takes and smallest amount of an option, in whole coins.'),
        ('asset', 'min_deposit_base', 'The same in base units.'),
        ('asset', 'transfer_fee', 'Flat fee of each deposit, in whole coins.'),
        ('asset', 'transfer_fee_base', 'The same in base units.'),
        ('project', 'project', 'Name of the project.'),
        ('project', 'service_fee_bps', 'Service fee in basis points of a deposit less its transfer fee.'),
        ('project', 'service_fee_payer', 'Who bears the service fee: merchant (deducted) or client (added to what is due).'),
        ('project', 'transfer_fee_payer', 'Who bears the transfer fee: merchant or client.'),
        ('project', 'underpay_tolerance_bps', 'By how much less than due an invoice is still paid, in basis points.'),
        ('project', 'overpay_tolerance_bps', 'By how much more than due an invoice is not yet overpaid, in basis points.'),
        ('project', 'auto_confirm_bps', 'From what part of the due, in basis points, a partial invoice is paid at its deadline; NULL: never.'),
        ('project', 'late_policy', 'Whether deposits after the deadline settle their invoice (settle) or are only credited (credit).'),
        ('project', 'created_at', 'When the project was made.'),
        ('project', 'service_fee_bps_for', 'Service fees of single assets, by asset, in basis points.'),
        ('invoice', 'id', 'The invoice''s id: aggregateid of its events.'),
        ('invoice', 'project', 'The project it was made for.'),
        ('invoice', 'order_id', 'The creator''s own name for it; unique in a project among those not refused.'),
        ('invoice', 'status', 'created, partial, paid, overpaid or canceled; it follows from the facts and may follow them back.'),
        ('invoice', 'reason', 'What the status alone does not say: auto_confirmed, marked_paid, duplicate, expired, canceled, or why it was refused.'),
        ('invoice', 'is_final', 'Only an operator, a deep reorganisation or a late deposit that settles can still change the status.'),
        ('invoice', 'version', 'How many events the invoice has had: aggregate_version of the last.'),
        ('invoice', 'created_at', 'When it was made.'),
        ('invoice', 'expires_at', 'Its deadline: a deposit seen at this second is still in time.'),
        ('invoice', 'metadata', 'The creator''s own object.'),
        ('invoice', 'underpay_tolerance_bps', 'As in confirmd.project when it was made.'),
        ('invoice', 'overpay_tolerance_bps', 'As in confirmd.project when it was made.'),
        ('invoice', 'auto_confirm_bps', 'As in confirmd.project when it was made.'),
        ('invoice', 'late_policy', 'As in confirmd.project when it was made.'),
        ('invoice', 'expired_at', 'When it was recorded that no payment in time can come any more; NULL before.'),
        ('invoice', 'canceled_at', 'When an operator''s cancel took effect; NULL without one.'),
        ('invoice_option', 'invoice_id', 'The invoice it belongs to.'),
        ('invoice_option', 'ordinal', 'Its place among the invoice''s options, from 0.'),
        ('invoice_option', 'network', 'The network of its asset.'),
        ('invoice_option', 'asset', 'What is to be paid.'),
        ('invoice_option', 'address', 'Where to, as the creator wrote it.'),
        ('invoice_option', 'amount', 'What the merchant asks for, in whole coins; NULL: any amount.'),
        ('invoice_option', 'amount_base', 'The same in base units.'),
        ('invoice_option', 'due', 'What the client has to pay, the fees that the client bears included, in whole coins.'),
        ('invoice_option', 'due_base', 'The same in base units.'),
        ('invoice_option', 'credited', 'Gross of its credited and final deposits that count, in whole coins.'),
        ('invoice_option', 'credited_base', 'The same in base units.'),
        ('invoice_option', 'remaining', 'What is left of the due, never negative, in whole coins.'),
        ('invoice_option', 'remaining_base', 'The same in base units.'),
        ('invoice_option', 'detected', 'Gross of its deposits below the credit threshold, in whole coins.'),
        ('invoice_option', 'detected_base', 'The same in base units.'),
        ('invoice_option', 'registered_at', 'Since when its address is watched and the past was searched; NULL before.'),
        ('invoice_option', 'refused_reason', 'Why it can not be watched: malformed_address, wrong_network, address_in_use, unwatchable_script.'),
        ('static_wallet', 'id', 'The wallet''s id: aggregateid of its events.'),
        ('static_wallet', 'project', 'The project it belongs to.'),
        ('static_wallet', 'customer_id', 'The creator''s own name for the customer; unique in a project and asset among those not refused.'),
        ('static_wallet', 'asset', 'What it takes.'),
        ('static_wallet', 'network', 'The network of its asset.'),
        ('static_wallet', 'address', 'Its address, as the creator wrote it.'),
        ('static_wallet', 'version', 'How many events the wallet has had: aggregate_version of the last.'),
        ('static_wallet', 'created_at', 'When it was made.'),
        ('static_wallet', 'registered_at', 'Since when its address is watched and the past was searched; NULL before.'),
        ('static_wallet', 'refused_reason', 'Why it can not be watched: malformed_address, wrong_network, address_in_use, unwatchable_script.'),
        ('deposit', 'id', 'A hash of the deposit''s identity: the same on every machine and after every loss.'),
        ('deposit', 'network', 'The network it arrived on.'),
        ('deposit', 'asset', 'What arrived.'),
        ('deposit', 'invoice_id', 'The invoice it pays; NULL for a wallet''s.'),
        ('deposit', 'wallet_id', 'The static wallet it pays; NULL for an invoice''s.'),
        ('deposit', 'project', 'The project of either.'),
        ('deposit', 'address', 'The watched address.'),
        ('deposit', 'transaction', 'Hash of its transaction, in hexadecimal.'),
        ('deposit', 'locator', 'Where in the transaction it is: vout:1, log:3, call:0.2.'),
        ('deposit', 'status', 'detected, credited, final; sideways orphaned, reversed, dropped, rejected.'),
        ('deposit', 'reason', 'Why it was dropped or rejected.'),
        ('deposit', 'late', 'It was seen after the deadline, or after the invoice was canceled or refused.'),
        ('deposit', 'gross', 'What arrived, in whole coins.'),
        ('deposit', 'gross_base', 'The same in base units.'),
        ('deposit', 'fee', 'What was deducted when it was credited, in whole coins.'),
        ('deposit', 'fee_base', 'The same in base units.'),
        ('deposit', 'net', 'What was booked to the project, in whole coins: gross less fee.'),
        ('deposit', 'net_base', 'The same in base units.'),
        ('deposit', 'confirmations', 'Blocks from its own to the tip; 0 outside a block.'),
        ('deposit', 'required', 'Confirmations at which it is credited.'),
        ('deposit', 'final_required', 'Confirmations at which it is final.'),
        ('deposit', 'seen_at', 'Earliest time of a block of it or of its first sighting: what deadlines are compared with.'),
        ('deposit', 'block_height', 'Height of its block; NULL outside a block.'),
        ('deposit', 'block_hash', 'Hash of its block, in hexadecimal.'),
        ('deposit', 'block_time', 'Time its block states.'),
        ('deposit', 'block_index', 'Its place in the block; other nodes may count otherwise.'),
        ('deposit', 'recorded_at', 'When the daemon first recorded it.'),
        ('operator_command', 'number', 'Its number, which the function that queued it returned.'),
        ('operator_command', 'kind', 'mark_paid, cancel, retire_network or new_incarnation.'),
        ('operator_command', 'invoice_id', 'The invoice it is about; NULL for others.'),
        ('operator_command', 'network', 'The network it is about; NULL for others.'),
        ('operator_command', 'reason', 'The operator''s reason.'),
        ('operator_command', 'requested_by', 'The role that asked.'),
        ('operator_command', 'requested_at', 'When it was queued.'),
        ('operator_command', 'outcome', 'applied or refused; NULL while it waits.'),
        ('operator_command', 'detail', 'Why it was refused.'),
        ('operator_command', 'decided_at', 'When it was applied or refused.'),
        ('ledger_entry', 'id', 'Grows with time; not dense.'),
        ('ledger_entry', 'kind', 'net or fee.'),
        ('ledger_entry', 'project', 'The project it is booked for.'),
        ('ledger_entry', 'asset', 'The asset moved.'),
        ('ledger_entry', 'debit_account', 'The account it is taken from.'),
        ('ledger_entry', 'credit_account', 'The account it is given to.'),
        ('ledger_entry', 'amount', 'How much, always positive, in whole coins.'),
        ('ledger_entry', 'amount_base', 'The same in base units.'),
        ('ledger_entry', 'deposit_id', 'The deposit it is due to.'),
        ('ledger_entry', 'credit_number', 'How often the deposit had been credited, this time included.'),
        ('ledger_entry', 'is_reversal', 'It takes back the entry of the same deposit, credit_number and kind.'),
        ('ledger_entry', 'policy_number', 'The thresholds in force at the time, in confirmd.policy.'),
        ('ledger_entry', 'transfer_fee', 'The rule applied: flat fee, in whole coins.'),
        ('ledger_entry', 'transfer_fee_base', 'The same in base units.'),
        ('ledger_entry', 'service_fee_bps', 'The rule applied: service fee in basis points.'),
        ('ledger_entry', 'created_at', 'When it was booked.'),
        ('balance', 'project', 'The project.'),
        ('balance', 'asset', 'The asset.'),
        ('balance', 'credited', 'Net of all deposits credited and not reversed, in whole coins.'),
        ('balance', 'credited_base', 'The same in base units.'),
        ('balance', 'final', 'The part of it past the final threshold, in whole coins.'),
        ('balance', 'final_base', 'The same in base units.'),
        ('balance', 'fees', 'Fees of all deposits credited and not reversed, in whole coins.'),
        ('balance', 'fees_base', 'The same in base units.'),
        ('outbox', 'position', 'Dense, from 1, in the order of commits.'),
        ('outbox', 'incarnation', 'The incarnation it was written in.'),
        ('outbox', 'id', 'A hash of the fact: the same fact has the same id, also when it is told again after a loss.'),
        ('outbox', 'aggregatetype', 'invoice, wallet or network.'),
        ('outbox', 'aggregateid', 'Whose story it belongs to: the invoice''s or wallet''s id, or the network''s name.'),
        ('outbox', 'type', 'What happened, such as invoice.status_changed or deposit.credited.'),
        ('outbox', 'payload', 'All about it, by the JSON Schema of its type; amounts are strings in whole coins and (…_base) base units.'),
        ('outbox', 'aggregate_version', 'Counts the aggregate''s events from 1.'),
        ('outbox', 'schema_version', 'Version of the payload''s shape.'),
        ('outbox', 'occurred_at', 'When it was written, by the database''s clock.'),
        ('outbox', 'network', 'The network whose block decided it; NULL where time or an operator did.'),
        ('outbox_incarnation', 'incarnation', 'Counts from 1.'),
        ('outbox_incarnation', 'first_position', 'The first position that was given out in it.'),
        ('outbox_incarnation', 'started_at', 'When it began.'),
        ('outbox_incarnation', 'reason', 'What showed that commits may be lost: another system identifier or timeline, or an operator''s reason.'),
        ('outbox_consumer', 'consumer', 'The consumer''s name.'),
        ('outbox_consumer', 'role', 'The role that used the name first, and alone may.'),
        ('outbox_consumer', 'incarnation', 'The incarnation its place is of.'),
        ('outbox_consumer', 'position', 'The last position it has dealt with.'),
        ('outbox_consumer', 'lag', 'How many events it has still to read.'),
        ('outbox_consumer', 'waiting_since', 'When the first of them was written; NULL when there is none.'),
        ('outbox_consumer', 'registered_at', 'When it first acknowledged.'),
        ('outbox_consumer', 'acknowledged_at', 'When it last did.')
    LOOP
        EXECUTE format('COMMENT ON COLUMN confirmd.%I.%I IS %L', said.column1, said.column2, said.column3);
    END LOOP;
END $$;
