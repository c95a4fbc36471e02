import Telemetry

/// What the database and the configuration say of the networks, the outbox and the consumers.
extension MetricFamily {
    static let headHeight = MetricFamily(
        "confirmd_node_head_height", .gauge, "Height of the best node's tip.", labels: ["network"])
    static let scannedHeight = MetricFamily(
        "confirmd_scanned_height", .gauge, "Height of the last block committed.", labels: ["network"])
    static let confirmedHeight = MetricFamily(
        "confirmd_confirmed_height", .gauge, "Height of the last block that is final by the network's threshold.",
        labels: ["network"])
    static let lagBlocks = MetricFamily(
        "confirmd_scan_lag_blocks", .gauge, "Blocks between the last one committed and the best node's tip.",
        labels: ["network"])
    static let lagSeconds = MetricFamily(
        "confirmd_scan_lag_seconds", .gauge,
        "Seconds since the last block committed was confirmed as the tip or, while blocks are missing, since its time.",
        labels: ["network"])
    static let maxBlockGap = MetricFamily(
        "confirmd_max_block_gap_seconds", .gauge,
        "max_block_gap: for how long the chain may be silent before we stop trusting that we see its tip.",
        labels: ["network"])
    static let networkState = MetricFamily(
        "confirmd_network_state", .gauge, "1 for the state that the network is in.", labels: ["network", "state"])
    static let depositsPending = MetricFamily(
        "confirmd_deposits_pending", .gauge, "Deposits below their credit threshold.", labels: ["network", "asset"])
    static let oldestPending = MetricFamily(
        "confirmd_oldest_pending_deposit_age_seconds", .gauge,
        "Age of the oldest deposit below its credit threshold; 0 when there is none.", labels: ["network"])
    static let outboxHead = MetricFamily(
        "confirmd_outbox_head_seq", .gauge, "Position of the newest event in the outbox.")
    static let outboxCheckpoint = MetricFamily(
        "confirmd_outbox_checkpoint_seq", .gauge, "Position that the consumer has acknowledged.",
        labels: ["consumer"])
    static let outboxOldestUnacknowledged = MetricFamily(
        "confirmd_outbox_oldest_unacked_age_seconds", .gauge,
        "Age of the oldest event that the consumer has not acknowledged; 0 when there is none.", labels: ["consumer"])
    static let outboxConsumers = MetricFamily(
        "confirmd_outbox_consumers", .gauge,
        "Consumers that have acknowledged events; while there is none, nothing of the outbox is ever dropped.")
    static let replicationSlotLag = MetricFamily(
        "confirmd_replication_slot_lag_bytes", .gauge,
        "Write-ahead log that the server keeps for the logical replication slot of the database that is furthest behind."
    )
    static let outboxPartitionsAhead = MetricFamily(
        "confirmd_outbox_partitions_ahead", .gauge, "Partitions of the outbox that wait for events yet to come.")
    static let databaseUp = MetricFamily(
        "confirmd_db_up", .gauge, "1 while the database answers, else 0.")
    static let commitWait = MetricFamily(
        "confirmd_db_commit_wait_seconds", .gauge,
        "How long the oldest commit has waited for a synchronous standby; 0 when none waits.")
    static let logLinesLost = MetricFamily(
        "confirmd_log_lines_lost_total", .counter, "Lines of the log that were lost because nobody read it.")
    static let nodeRequestsLeft = MetricFamily(
        "confirmd_node_requests_left", .gauge,
        "Requests that requests_per_day would let us send to the node at this moment; a tenth of it at most.",
        labels: ["network", "node"])
    static let ledgerDifference = MetricFamily(
        "confirmd_reconcile_difference_base_units", .gauge,
        "Difference between the balances and the sums of the ledger's live entries, in base units; always 0.",
        labels: ["asset"])
    static let ledgerCheckFailures = MetricFamily(
        "confirmd_ledger_check_failures_total", .counter,
        "Checks of the books that failed. More than 0 is a fault that has to be looked at.", labels: ["check"])
    static let setAside = MetricFamily(
        "confirmd_set_aside", .gauge,
        "Invoices and wallets about which nothing can be decided, while their deposits are recorded.")
    static let undecidedInvoices = MetricFamily(
        "confirmd_undecided_invoices", .gauge,
        "Invoices whose deadline has passed and that are not expired (question expiry) or not final (finality), by what that waits for first: registration of an option, observation of a network beyond the deadline, a pending deposit, an unfinal deposit, or finality of blocks past the deadline.",
        labels: ["question", "waits_for", "network"])
    static let reloadSuccessful = MetricFamily(
        "confirmd_config_last_reload_successful", .gauge, "1 when the configuration could be used when last read.")
    static let reloadSuccessTime = MetricFamily(
        "confirmd_config_last_reload_success_timestamp_seconds", .gauge,
        "When the configuration was last read and could be used, in seconds since 1970.")
    static let buildInfo = MetricFamily(
        "confirmd_build_info", .gauge, "1, with what runs in the labels.", labels: ["version", "schema"])
}
