import Telemetry
import Testing

@Suite struct MetricsTests {
    private let requests = MetricFamily(
        "test_requests_total", .counter, "Requests, by\nmethod.", labels: ["method", "outcome"])
    private let depth = MetricFamily("test_depth_blocks", .histogram([1, 2.5, 10]), "Depth.", labels: ["network"])
    private let up = MetricFamily("test_up", .gauge, "Whether it is up.")

    @Test func everyKindIsWrittenAsPrometheusReadsIt() {
        let metrics = Metrics()
        metrics.set(up, to: 1)
        metrics.add(to: requests, "get\"x\"", "ok")
        metrics.add(2, to: requests, "get\"x\"", "ok")
        metrics.add(to: requests, "a\\b", "failed\n")
        for depth in [1.0, 2, 3, 100] { metrics.observe(depth, in: self.depth, "litecoin") }
        #expect(
            metrics.text == """
                # HELP test_depth_blocks Depth.
                # TYPE test_depth_blocks histogram
                test_depth_blocks_bucket{network="litecoin",le="1"} 1
                test_depth_blocks_bucket{network="litecoin",le="2.5"} 2
                test_depth_blocks_bucket{network="litecoin",le="10"} 3
                test_depth_blocks_bucket{network="litecoin",le="+Inf"} 4
                test_depth_blocks_sum{network="litecoin"} 106
                test_depth_blocks_count{network="litecoin"} 4
                # HELP test_requests_total Requests, by\\nmethod.
                # TYPE test_requests_total counter
                test_requests_total{method="a\\\\b",outcome="failed\\n"} 1
                test_requests_total{method="get\\"x\\"",outcome="ok"} 3
                # HELP test_up Whether it is up.
                # TYPE test_up gauge
                test_up 1

                """)
    }

    @Test func seriesThatAreNoMoreGo() {
        let metrics = Metrics()
        let lag = MetricFamily("test_lag", .gauge, "Lag.", labels: ["consumer"])
        metrics.set(lag, to: [["one"]: 1, ["two"]: 2])
        metrics.set(lag, to: [["two"]: 3])
        #expect(metrics.value(of: lag, "one") == nil && metrics.value(of: lag, "two") == 3)
    }

    @Test func whatIsCountedIsThereBeforeItHappens() {
        let metrics = Metrics()
        metrics.begin(depth, "litecoin")
        metrics.begin(requests, "get", "ok")
        #expect(metrics.text.contains("test_depth_blocks_bucket{network=\"litecoin\",le=\"+Inf\"} 0\n"))
        #expect(metrics.text.contains("test_depth_blocks_count{network=\"litecoin\"} 0\n"))
        #expect(metrics.value(of: requests, "get", "ok") == 0)
        metrics.add(to: requests, "get", "ok")
        metrics.observe(3, in: depth, "litecoin")
        metrics.begin(requests, "get", "ok")
        metrics.begin(depth, "litecoin")
        #expect(metrics.value(of: requests, "get", "ok") == 1)
        #expect(metrics.text.contains("test_depth_blocks_count{network=\"litecoin\"} 1\n"))
    }

    @Test func whatIsNoLongerLookedAtIsNotTold() {
        let metrics = Metrics()
        let up = MetricFamily("test_node_up", .gauge, "Up.", labels: ["network", "node"])
        for (network, node) in [("a", "1"), ("a", "2"), ("b", "1")] { metrics.set(up, network, node, to: 1) }
        metrics.end(up, "a")
        #expect(metrics.value(of: up, "a", "1") == nil && metrics.value(of: up, "a", "2") == nil)
        #expect(metrics.value(of: up, "b", "1") == 1)
    }

    @Test func numbersAreWrittenWithoutLoss() {
        let metrics = Metrics()
        for (value, text) in [
            (0.1, "0.1"), (1e17, "1e+17"), (-3, "-3"), (Double.infinity, "+Inf"), (1_700_000_000, "1700000000"),
        ] {
            metrics.set(up, to: value)
            #expect(metrics.text.hasSuffix("test_up \(text)\n"))
        }
    }
}
