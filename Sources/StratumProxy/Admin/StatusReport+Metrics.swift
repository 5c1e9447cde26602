import APIForms
import EventLoop
import ProxyCore
import ProxyTerms
import SplitScheduler

// Prometheus' view (docs/metrics.md lists every name; a test holds both to each other).
extension StatusReport {
    /// `/metrics`
    func metrics(_ run: RunFigures, _ prover: ProverFigures, time: Double) -> String {
        var text = MetricsText()
        addProcess(&text, time)
        addHashrate(&text)
        addUpstreams(&text, run)
        addRun(&text, run, prover)
        addPlan(&text)
        addTiers(&text)
        addInputs(&text, time)
        addRigs(&text)
        return text.text
    }

    /// What the prover has done, where there is one.
    struct ProverFigures: Equatable {
        /// Hashes computed.
        var computed = 0
        /// Shares that wait for theirs.
        var waiting = 0
        /// Bytes.
        var memory = 0
    }

    /// Names of rigs that have metrics of their own: those with most hashrate.
    static let mostRigMetrics = 200

    private func addProcess(_ text: inout MetricsText, _ time: Double) {
        text.begin("build_info", .gauge, "The program's version; always 1.")
        text.add([("version", Version.current)], 1)
        text.single("start_time_seconds", .gauge, "When the proxy started, in seconds since 1970.", time - uptime)
        text.begin(shared: "process_cpu_seconds_total", .counter, "Processor time of the process.")
        text.add([], MachineFacts.processorSeconds)
        text.begin(shared: "process_resident_memory_bytes", .gauge, "Memory of the process.")
        text.add([], MachineFacts.memory.resident)
    }

    private func addHashrate(_ text: inout MetricsText) {
        text.single("rigs", .gauge, "Rigs that are logged in.", Double(snapshot.rigs))
        text.single("rigs_max", .gauge, "The most rigs that were at a time.", Double(snapshot.mostRigs))
        text.begin("hashrate_hs", .gauge, "The rigs' hashrate in hashes a second, as measured from their shares.")
        for window in RateWindow.allCases {
            text.add([("window", window.label)], snapshot.rates[window.rawValue].hashrate)
        }
        text.begin("hashrate_error_ratio", .gauge, "Its relative standard error.")
        for window in RateWindow.allCases {
            text.add([("window", window.label)], snapshot.rates[window.rawValue].error)
        }
        text.single(
            "measured_hashes_total", .counter, "Hashes that the rigs proved by their own difficulty.",
            snapshot.measuredWork)
        text.begin("shares_answered_here_total", .counter, "Shares that no pool got to see, by why.")
        for outcome in LocalOutcome.all { text.add([("result", outcome.label)], outcome.count(snapshot.local)) }
    }

    private func addUpstreams(_ text: inout MetricsText, _ run: RunFigures) {
        func each(
            _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (UpstreamSnapshot) -> Double?
        ) {
            text.begin(name, kind, help)
            for upstream in Upstream.allCases {
                text.add([("upstream", upstream.key)], value(snapshot.upstreams[upstream]))
            }
        }
        text.begin("shares_total", .counter, "Shares with a pool's verdict, by it; lost ones have none.")
        for upstream in Upstream.allCases {
            let counts = snapshot.upstreams[upstream].counts
            for (result, count) in [
                ("accepted", counts.accepted), ("rejected", counts.rejected), ("stale", counts.stale),
                ("lost", counts.lost),
            ] {
                text.add([("upstream", upstream.key), ("result", result)], count)
            }
        }
        each("shares_submitted_total", .counter, "Shares sent to a pool.") { Double($0.counts.submitted) }
        each("shares_late_total", .counter, "Of these, those whose rig had a newer job or had moved.") {
            Double($0.counts.late)
        }
        each("shares_pending", .gauge, "Shares that wait for their verdict.") { Double($0.counts.pending) }
        each("hashes_total", .counter, "Hashes that the pool accepted, by its job's difficulty.") {
            $0.counts.acceptedWork
        }
        each("upstream_up", .gauge, "Whether a connection is logged in.") { $0.readyLanes > 0 ? 1 : 0 }
        each("connections", .gauge, "Connections that are logged in.") { Double($0.readyLanes) }
        each("mining_rigs", .gauge, "Rigs that mine there.") { Double($0.miningRigs) }
        each("waiting_rigs", .gauge, "Rigs that go there with its next job.") { Double($0.waitingRigs) }
        each("rigs_without_place", .gauge, "Rigs that find no place there (max-lanes, rigs-per-lane).") {
            Double($0.placeShortage?.without ?? 0)
        }
        each("ping_seconds", .gauge, "A round trip to the pool.") { $0.ping.map { $0 / 1_000 } }
        each("job_difficulty", .gauge, "Difficulty of the pool's newest job.") { $0.difficulty.map(Double.init) }
        text.begin("routed_hashrate_hs", .gauge, "Accepted work as hashes a second.")
        for upstream in Upstream.allCases {
            let routed = schedule.routed[upstream]
            for (window, value) in [("10m", routed.tenMinutes), ("1h", routed.hour), ("24h", routed.day)] {
                text.add([("upstream", upstream.key), ("window", window)], value)
            }
        }
    }

    private func addRun(_ text: inout MetricsText, _ run: RunFigures, _ prover: ProverFigures) {
        text.begin("connection_failures_total", .counter, "Connections to a pool that ended though they were needed.")
        for upstream in Upstream.allCases { text.add([("upstream", upstream.key)], run.upstreams[upstream].failures) }
        text.histograms(
            "submit_latency_seconds", "From a submit to its accepting verdict.",
            Upstream.allCases.map { ([("upstream", $0.key)], run.upstreams[$0].latency) })
        text.histograms(
            "switch_delay_seconds", "From a switch's planned moment to its last job sent.", [([], run.switchDelay)])
        text.histograms("loop_lag_seconds", "By how much a timer of the one thread is late.", [([], run.loopLag)])
        text.single("proofs_total", .counter, "RandomX hashes that were computed.", Double(prover.computed))
        text.single("proofs_waiting", .gauge, "Shares that wait for their proof.", Double(prover.waiting))
        text.single("proof_memory_bytes", .gauge, "Memory of the proofs.", Double(prover.memory))
    }

    private func addPlan(_ text: inout MetricsText) {
        text.begin("mining_on", .gauge, "1 for the upstream that the plan wants the rigs at now.")
        for upstream in Upstream.allCases {
            text.add([("upstream", upstream.key)], snapshot.upstream == upstream ? 1 : 0)
        }
        text.single("windows_total", .counter, "Windows completed.", Double(snapshot.totals.windows))
        text.single("switches_total", .counter, "Switches.", Double(snapshot.totals.switches))
        guard let plan = snapshot.plan else { return }
        text.begin("plan_seconds", .gauge, "What each upstream gets of the window.")
        text.add([("upstream", Upstream.p2pool.key)], plan.p2poolSeconds)
        text.add([("upstream", Upstream.xvb.key)], plan.xvbSeconds)
        text.single("plan_window_seconds", .gauge, "Length of the window.", plan.window)
        text.single(
            "plan_required_p2pool_hashrate_hs", .gauge, "Hashes a second that p2pool needs.",
            plan.requiredP2PoolHashrate)
        text.single("plan_expected_shares", .gauge, "Our shares to expect in p2pool's window.", plan.expectedShares)
        text.single(
            "plan_no_share_probability_ratio", .gauge, "The chance of none.", plan.noShareProbability)
    }

    private func addTiers(_ text: inout MetricsText) {
        text.begin(
            "tier_hashrate_hs", .gauge, "What the tier asks for in hashes a second, by how it is known; 0 is none.")
        text.add([("by", "plan")], (snapshot.plan?.tier ?? .none).hashrate)
        text.add([("by", "routed")], schedule.routedTier.hashrate)
        text.add([("by", "credited")], schedule.creditedTier?.hashrate)
        if let price = schedule.price {
            text.single(
                "tier_held_seconds", .gauge, "Of the last 24 hours, for how long the tier was held.", price.heldSeconds)
            text.single(
                "tier_known_seconds", .gauge, "Of the last 24 hours, for how long that is known.", price.span)
            text.single(
                "tier_price_ratio", .gauge, "Work sent over what the tiers held ask for, in 24 hours.", price.price)
        }
        guard !schedule.forecast.isEmpty else { return }
        text.begin("tier_forecast_held_seconds", .gauge, "Of the coming day, for how long each tier would be held.")
        for forecast in schedule.forecast {
            text.add([("tier", forecast.tier.key)], forecast.outcome.held * 86_400)
        }
        text.begin("tier_forecast_price_ratio", .gauge, "At which price.")
        for forecast in schedule.forecast { text.add([("tier", forecast.tier.key)], forecast.outcome.price) }
    }

    private func addInputs(_ text: inout MetricsText, _ time: Double) {
        text.begin("input_age_seconds", .gauge, "Age of what the plan is made from.")
        text.add([("input", "p2pool")], schedule.p2poolAge)
        text.add([("input", "xvb")], schedule.xvbAge)
        text.add([("input", "raffle")], sources.raffle?.age)
        text.begin(
            "input_health", .gauge, "1 for what each configured input is: missing, fresh, held, stale or unregistered.")
        // One that is not configured is not missed.
        for (input, source, known) in [
            ("p2pool", sources.p2pool, schedule.p2poolHealth), ("xvb", sources.xvb, schedule.xvbHealth),
        ] where source.place != nil {
            for health in InputHealth.all {
                text.add([("input", input), ("health", health.name)], known == health ? 1 : 0)
            }
        }
        if let reading = snapshot.p2poolReading?.value {
            text.single(
                "share_in_window", .gauge, "Whether p2pool says that a share of ours is in its window.",
                reading.shareInWindow.map { $0 ? 1 : 0 })
            text.single(
                "sidechain_difficulty", .gauge, "Difficulty of p2pool's sidechain.", reading.sidechainDifficulty)
        }
        text.single(
            "p2pool_shares_found_total", .counter, "p2pool shares found.", Double(snapshot.sidechainShares))
        text.single(
            "p2pool_last_share_timestamp_seconds", .gauge, "When the last of them was found.",
            snapshot.lastSidechainShareAt.map { time - now.seconds(since: $0) })
        if let reading = snapshot.xvbReading?.value {
            text.begin("credited_hashrate_hs", .gauge, "What XvB says that it counts, in hashes a second.")
            text.add([("window", "1h")], reading.credited1h)
            text.add([("window", "24h")], reading.credited24h)
            text.single("xvb_fails", .gauge, "Wins skipped without a share.", reading.fails.map(Double.init))
        }
        text.single(
            "registered", .gauge, "Whether XvB knows the wallet, as far as it said.", snapshot.isRegistered ? 1 : 0)
        text.single(
            "won_round", .gauge, "Whether a round that this wallet has won is on.", schedule.wonRound == nil ? 0 : 1)
    }

    // MARK: Rigs

    private func addRigs(_ text: inout MetricsText) {
        let names = rigNames
        let listed = names.prefix(Self.mostRigMetrics)
        text.single(
            "rigs_without_metrics", .gauge, "Names of rigs beyond those that have metrics of their own.",
            Double(names.count - listed.count))
        guard !listed.isEmpty else { return }
        text.begin("rig_up", .gauge, "Connections of the rigs of that name.")
        for rig in listed { text.add([("rig", rig.name)], rig.connections) }
        text.begin("rig_hashrate_hs", .gauge, "Their hashrate over 15 minutes in hashes a second.")
        for rig in listed { text.add([("rig", rig.name)], rig.hashrate) }
        text.begin("rig_hashes_total", .counter, "Hashes that they proved since they connected.")
        for rig in listed { text.add([("rig", rig.name)], rig.work) }
        text.begin("rig_shares_total", .counter, "Their shares, by what became of them.")
        for rig in listed {
            text.add([("rig", rig.name), ("result", "accepted")], rig.accepted)
            text.add([("rig", rig.name), ("result", "answered_here")], rig.below)
            text.add([("rig", rig.name), ("result", "refused")], rig.refused)
        }
    }

    private struct NamedRigs {
        let name: String
        var connections = 0
        var hashrate = 0.0
        var work = 0.0
        var accepted: UInt64 = 0
        var below: UInt64 = 0
        var refused: UInt64 = 0
    }

    /// The rigs by name, those with most hashrate first.
    private var rigNames: [NamedRigs] {
        let names = rigsByName.map { name, rigs in
            var named = NamedRigs(name: name)
            for rig in rigs {
                if rig.departure == nil { named.connections += 1 }
                named.hashrate += rig.rate.hashrate
                named.work += rig.work
                named.accepted += UInt64(rig.counts[.accepted])
                named.below += UInt64(rig.counts[.belowPoolTarget])
                named.refused += rig.counts.refusals
            }
            return named
        }
        return names.sorted { ($1.hashrate, $0.name) < ($0.hashrate, $1.name) }
    }
}

/// What a share came to that no pool got to see, as a label.
private struct LocalOutcome {
    let label: String
    let count: (LocalCounts) -> UInt64

    static var all: [LocalOutcome] {
        [
            LocalOutcome(label: "below_pool_difficulty") { $0.belowPoolTarget },
            LocalOutcome(label: "low_difficulty") { $0[.lowDifficulty] },
            LocalOutcome(label: "duplicate") { $0[.duplicate] },
            LocalOutcome(label: "wrong_nonce_slot") { $0[.wrongNonceRange] },
            LocalOutcome(label: "foreign_job") { $0[.unknownJob] },
            LocalOutcome(label: "expired_job") { $0[.expiredJob] },
            LocalOutcome(label: "malformed") { $0.malformed },
            LocalOutcome(label: "too_many") { $0[.tooMany] },
            LocalOutcome(label: "wrong_hash") { $0[.wrongHash] },
        ]
    }
}

extension RateWindow {
    /// The label.
    fileprivate var label: String {
        switch self {
        case .seconds10: "10s"
        case .minute1: "1m"
        case .minutes10: "10m"
        case .minutes15: "15m"
        case .hour1: "1h"
        case .hours12: "12h"
        case .hours24: "24h"
        }
    }
}

extension InputHealth {
    fileprivate static let all: [InputHealth] = [.missing, .fresh, .held, .stale, .unregistered]
}
