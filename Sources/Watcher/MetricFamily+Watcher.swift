public import Telemetry

/// What workers count.
extension MetricFamily {
    public static let blocksApplied = MetricFamily(
        "confirmd_blocks_applied_total", .counter, "Blocks connected by this daemon.", labels: ["network"])
    public static let blockApplyDuration = MetricFamily(
        "confirmd_block_apply_duration_seconds",
        .histogram([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]),
        "Time from the decision to connect a run of blocks to its commit.", labels: ["network"])
    public static let lastBlockApplied = MetricFamily(
        "confirmd_last_block_applied_timestamp_seconds", .gauge,
        "When this daemon last connected a block, in seconds since 1970.", labels: ["network"])
    public static let reorganizations = MetricFamily(
        "confirmd_reorgs_total", .counter, "Reorganizations that disconnected blocks of ours.", labels: ["network"])
    public static let reorganizationDepth = MetricFamily(
        "confirmd_reorg_depth_blocks", .histogram([1, 2, 3, 5, 8, 13, 21, 55, 144]),
        "Blocks disconnected by a reorganization.", labels: ["network"])
    public static let deposits = MetricFamily(
        "confirmd_deposits_total", .counter, "Deposits that passed into a status, as told by this daemon's events.",
        labels: ["network", "asset", "status"])
    public static let reversedDeposits = MetricFamily(
        "confirmd_reversed_deposits_total", .counter, "Deposits reversed after they were credited.",
        labels: ["network"])
    public static let leaseHeld = MetricFamily(
        "confirmd_lease_held", .gauge, "1 while this daemon works in the lane, else 0.", labels: ["lane"])
    public static let leaseEpoch = MetricFamily(
        "confirmd_lease_epoch", .gauge, "The epoch under which this daemon last worked in the lane.", labels: ["lane"])
    public static let leaseFenced = MetricFamily(
        "confirmd_lease_fenced_total", .counter,
        "Steps that were refused because another daemon had taken the lane.", labels: ["lane"])
    public static let transactionRetries = MetricFamily(
        "confirmd_db_transaction_retries_total", .counter,
        "Steps that were decided again or repeated, by why: an SQLSTATE, or stale.", labels: ["lane", "sqlstate"])
    public static let unknownCommits = MetricFamily(
        "confirmd_db_unknown_commits_total", .counter,
        "Commits whose outcome had to be looked up because the connection was lost.", labels: ["lane"])
    public static let databaseFailuresPassedOver = MetricFamily(
        "confirmd_db_failures_passed_over_total", .counter,
        "Failed calls of the database that nothing waits for, for they are repeated or time does the same.",
        labels: ["lane", "call"])
    public static let nodeUp = MetricFamily(
        "confirmd_node_up", .gauge, "1 while the node answers properly and serves the chain, else 0.",
        labels: ["network", "node"])
    public static let nodeHeadLag = MetricFamily(
        "confirmd_node_head_lag_blocks", .gauge, "Blocks between the node's tip and the best node's.",
        labels: ["network", "node"])
    public static let networkStuck = MetricFamily(
        "confirmd_network_stuck", .gauge,
        "1 while the network does not move though it has somewhere to go: status and log say what keeps it.",
        labels: ["network"])
    public static let nodeDisagreements = MetricFamily(
        "confirmd_node_disagreements_total", .counter,
        "Times that a node's best chain turned out not to contain our last block.", labels: ["network", "node"])
    public static let finalityFrozen = MetricFamily(
        "confirmd_finality_frozen", .gauge,
        "1 while a node has taken back what it had called settled: nothing is credited by it.", labels: ["network"])
    public static let creditsHeld = MetricFamily(
        "confirmd_credits_held", .gauge,
        "1 while deposits are not credited because too few nodes have their block.", labels: ["network"])
    public static let thresholdsRaised = MetricFamily(
        "confirmd_thresholds_raised", .gauge,
        "1 while thresholds are raised after signs of trouble on the chain.", labels: ["network"])
    public static let nodeRequests = MetricFamily(
        "confirmd_rpc_requests_total", .counter, "Questions asked of nodes, by outcome: ok, or the error's code.",
        labels: ["network", "node", "method", "outcome"])
    public static let nodeRequestDuration = MetricFamily(
        "confirmd_rpc_request_duration_seconds",
        .histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]),
        "How long nodes took to answer.", labels: ["network", "node", "method"])
}

extension Metrics {
    /// What is there of a lane from the start, before anything happens.
    func begin(lane: String) {
        set(.leaseHeld, lane, to: 0)
        begin(.leaseFenced, lane)
        begin(.transactionRetries, lane, "stale")
        begin(.unknownCommits, lane)
        for call in UnawaitedCall.allCases { begin(.databaseFailuresPassedOver, lane, call.rawValue) }
    }

    /// The same of a network.
    func begin(network: String, nodes: [String]) {
        begin(.blocksApplied, network)
        begin(.reorganizations, network)
        begin(.reorganizationDepth, network)
        begin(.reversedDeposits, network)
        set(.networkStuck, network, to: 0)
        set(.finalityFrozen, network, to: 0)
        set(.creditsHeld, network, to: 0)
        set(.thresholdsRaised, network, to: 0)
        for node in nodes { begin(.nodeDisagreements, network, node) }
    }

    /// What was known of a network's nodes is not followed up any more.
    func endNodes(of network: String) {
        end(.nodeUp, network)
        end(.nodeHeadLag, network)
        set(.networkStuck, network, to: 0)
    }
}
