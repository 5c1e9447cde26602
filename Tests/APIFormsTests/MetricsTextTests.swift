import Testing

@testable import APIForms

@Suite("Prometheus' text format")
struct MetricsTextTests {
    // Fault H05.
    @Test("A family has its help and its type before its values, and labels are escaped")
    func family() {
        var text = MetricsText()
        text.begin("rig_up", .gauge, "Connections of a rig.\nOr none: \\.")
        text.add([("rig", "a\"b\\c\nd")], 1)
        text.add([("rig", "<b>"), ("pool", "x")], 0.5)
        #expect(
            text.text == """
                # HELP stratum_proxy_rig_up Connections of a rig.\\nOr none: \\\\.
                # TYPE stratum_proxy_rig_up gauge
                stratum_proxy_rig_up{rig="a\\"b\\\\c\\nd"} 1
                stratum_proxy_rig_up{rig="<b>",pool="x"} 0.5

                """)
    }

    @Test("What isn't known has no value, and a family of one value none at all")
    func unknown() {
        var text = MetricsText()
        text.single("ping_seconds", .gauge, "A round trip.", nil)
        #expect(text.text.isEmpty)
        text.begin("age_seconds", .gauge, "Age.")
        text.add([("input", "xvb")], nil as Double?)
        #expect(text.text.split(separator: "\n").count == 2)
    }

    @Test("Numbers that are none have Prometheus' words, whole ones no point")
    func numbers() {
        var text = MetricsText()
        text.begin("x", .gauge, "X.")
        for value in [Double.nan, .infinity, -.infinity, 1e15, 0.1, 1e300] { text.add([], value) }
        #expect(
            text.text.split(separator: "\n").dropFirst(2).map { $0.split(separator: " ")[1] } == [
                "NaN", "+Inf", "-Inf", "1000000000000000", "0.1", "1e+300",
            ])
    }

    @Test("A distribution counts each value in all buckets from its own on")
    func histogram() {
        var histogram = Histogram([0.1, 1])
        for value in [0.05, 0.1, 0.5, 3, .nan] { histogram.add(value) }
        var text = MetricsText()
        text.histograms("latency_seconds", "L.", [([("upstream", "xvb")], histogram)])
        #expect(
            text.text == """
                # HELP stratum_proxy_latency_seconds L.
                # TYPE stratum_proxy_latency_seconds histogram
                stratum_proxy_latency_seconds_bucket{upstream="xvb",le="0.1"} 2
                stratum_proxy_latency_seconds_bucket{upstream="xvb",le="1"} 3
                stratum_proxy_latency_seconds_bucket{upstream="xvb",le="+Inf"} 4
                stratum_proxy_latency_seconds_sum{upstream="xvb"} 3.65
                stratum_proxy_latency_seconds_count{upstream="xvb"} 4

                """)
    }

    @Test("The middle value is the bound that half of the values are at or below")
    func median() {
        var histogram = Histogram([1, 2, 4])
        #expect(histogram.median == 0)
        histogram.add(3)
        #expect(histogram.median == 4)
        histogram.add(1)
        #expect(histogram.median == 1)
        for _ in 0..<5 { histogram.add(100) }
        #expect(histogram.median == 4)
    }
}
