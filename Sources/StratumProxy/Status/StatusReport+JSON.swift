import ProxyCore
import ProxyTerms
import SplitScheduler
import StrictJSON
import Upstreams

// One line of JSON. Names end in their unit: _hs is H/s, _seconds seconds.
extension StatusReport {
    /// The version of the JSON's form (docs/status.md). It grows where a member goes or means something else, not where one is new.
    static let schema = 1

    /// The report as one JSON object.
    var json: String { json(mostRigBytes: Self.mostRigBytes.json) }

    /// The same with as many rigs as fit so many bytes.
    func json(mostRigBytes: Int) -> String {
        var json = JSONObject()
        json.set("schema", Self.schema)
        json.set("version", Version.current)
        json.set("configuration", configuration)
        json.set("uptime_seconds", uptime)
        json.set("listen", listening.map(\.description))
        json.set("page", page?.description)
        let readiness = Readiness(self)
        json.set("ready", readiness.isReady)
        json.set("not_ready_because", readiness.reasons)
        json.set("mining_on", snapshot.upstream.name)
        json.set("seconds_left", snapshot.secondsLeft(at: now))
        json.set("switch_expected", snapshot.expectedSwitch != nil)
        json.object("plan") { fillPlan(&$0) }
        json.object("inputs") { json in
            json.object("p2pool") { fillP2Pool(&$0) }
            json.object("xvb") { fillXvB(&$0) }
        }
        json.object("ledger") { json in
            for upstream in Upstream.allCases {
                let averages = schedule.routed[upstream]
                json.object(upstream.key) {
                    $0.set("ten_minutes_hs", averages.tenMinutes)
                    $0.set("hour_hs", averages.hour)
                    $0.set("day_hs", averages.day)
                }
            }
        }
        json.object("tier") {
            $0.set("routed", schedule.routedTier.key)
            $0.set("credited", schedule.creditedTier?.key)
            $0.object("last_24h") { fillPrice(&$0) }
            $0.object("forecast") { json in
                for forecast in schedule.forecast {
                    json.object(forecast.tier.key) {
                        $0.set("held_hours", Quantity.rounded(forecast.outcome.held * 24, 3))
                        $0.set("price", forecast.outcome.price)
                    }
                }
            }
        }
        json.object("raffle") { fillRaffle(&$0) }
        json.object("hashrate") { json in
            for window in RateWindow.allCases {
                json.object("\(Int(window.seconds))s") {
                    $0.set("hs", snapshot.rates[window.rawValue].hashrate)
                    $0.set("relative_error", snapshot.rates[window.rawValue].error)
                }
            }
        }
        json.set("rigs", snapshot.rigs)
        json.object("upstreams") { json in
            for upstream in Upstream.allCases {
                json.object(upstream.key) {
                    fill(snapshot.upstreams[upstream], &$0)
                    let shown = trusts[upstream].filter(\.isOfUse)
                    if !shown.isEmpty { $0.objects("certificates", shown) { fill($1, &$0) } }
                }
            }
        }
        json.object("answered_here") {
            $0.set("below_pool_difficulty", snapshot.local.belowPoolTarget)
            $0.set("low_difficulty", snapshot.local[.lowDifficulty])
            $0.set("duplicate", snapshot.local[.duplicate])
            $0.set("wrong_nonce_slot", snapshot.local[.wrongNonceRange])
            $0.set("foreign_job", snapshot.local[.unknownJob])
            $0.set("expired_job", snapshot.local[.expiredJob])
            $0.set("malformed", snapshot.local.malformed)
            $0.set("too_many", snapshot.local[.tooMany])
            $0.set("wrong_hash", snapshot.local[.wrongHash])
        }
        let listed = rigTexts(mostBytes: mostRigBytes)
        json.set("rig_list", objects: listed)
        json.set("rigs_not_listed", rigs.count - listed.count)
        fillSurroundings(&json)
        fillAnswers(&json)
        return json.text
    }

    /// All of the rigs, for readers who can take them.
    var rigsJSON: String {
        var json = JSONObject()
        json.set("version", Self.schema)
        json.objects("rigs", rigs) { fill($1, &$0) }
        return json.text
    }

    /// The objects of the rigs that fit the answer.
    private func rigTexts(mostBytes: Int) -> [String] {
        var texts: [String] = []
        var bytes = 0
        for rig in rigs {
            var json = JSONObject()
            fill(rig, &json)
            let text = json.text
            bytes += text.utf8.count + 1
            guard bytes <= mostBytes else { break }
            texts.append(text)
        }
        return texts
    }

    /// The windows in which a rig's hashrate is listed.
    private static let rigWindows: [(RateWindow, String)] = [
        (.minute1, "minute"), (.minutes10, "ten_minutes"), (.hour1, "hour"),
    ]

    private func fill(_ rig: RigSnapshot, _ json: inout JSONObject) {
        json.set("name", rig.name)
        json.set("address", "\(rig.address)")
        json.set("agent", rig.agent)
        json.set("online", rig.departure == nil)
        json.set("mining_on", rig.upstream?.key)
        json.set("hs", rig.rate.hashrate)
        json.set("relative_error", rig.rate.error)
        for (window, name) in Self.rigWindows {
            let rate = rig.rates.isEmpty ? nil : rig.rates[window.rawValue]
            json.set("\(name)_hs", rate?.hashrate)
            json.set("\(name)_error", rate?.error)
        }
        json.set("connected_seconds", rig.connectedSeconds)
        json.set("trust", rig.trust.rawValue)
        let sign = Sign(rig)
        json.object("state") {
            $0.set("level", sign.level.rawValue)
            $0.set("word", sign.word)
            $0.set("text", sign.text)
        }
        json.set("full_nonce_space", rig.fullNonceSpace)
        for outcome in RigCounts.Outcome.allCases { json.set(outcome.key, rig.counts[outcome]) }
        json.set("refused", rig.counts.refusals)
        json.set("refused_text", rig.counts.refusalText)
        if let departure = rig.departure {
            json.set("seconds_since_left", departure.secondsAgo)
            json.set("left_because", departure.reason.text)
        }
        if let cut = rig.cut {
            json.set("cut_off_seconds", cut.seconds)
            json.set("cut_off_for", cut.offence.text)
        }
        json.set("seconds_since_share", rig.secondsSinceShare)
        json.set("last_refusal", rig.counts.lastRefusal?.key)
        json.set("seconds_since_refusal", rig.secondsSinceRefusal)
    }

    private func fill(_ trust: PoolTrust, _ json: inout JSONObject) {
        json.set("endpoint", trust.endpoint)
        json.set("verify", trust.policy.word)
        json.set("taken", trust.grounds != nil ? true : trust.refusal != nil ? false : nil)
        json.set("because", trust.grounds.map { CertificateWords.text($0) } ?? trust.refusal?.text)
        json.set("fingerprint", trust.shown?.description)
        json.set("known_fingerprint", trust.known?.fingerprint.description)
    }

    private func fillPlan(_ json: inout JSONObject) {
        guard let plan = snapshot.plan else { return }
        json.set("reason", plan.reason)
        json.set("tier", plan.tier.key)
        json.set("window_seconds", plan.window)
        json.set("window_elapsed_seconds", max(0, now.seconds(since: snapshot.windowStart)))
        json.set("p2pool_seconds", plan.p2poolSeconds)
        json.set("xvb_seconds", plan.xvbSeconds)
        json.set("required_p2pool_hs", plan.requiredP2PoolHashrate)
        json.set("expected_shares", plan.expectedShares)
        json.set("no_share_probability", plan.noShareProbability)
        json.set("hashrate_hs", plan.hashrate)
        json.set("p2pool_hs", plan.p2poolHashrate)
        json.set("xvb_hs", plan.xvbHashrate)
        json.set("windows", snapshot.totals.windows)
        json.set("switches", snapshot.totals.switches)
    }

    /// What was paid for the tiers held: `price` is the work sent over what they are worth in the time that they were held.
    private func fillPrice(_ json: inout JSONObject) {
        guard let price = schedule.price else { return }
        json.set("tier", price.tier.key)
        json.set("held_hours", price.heldSeconds / 3_600)
        json.set("known_hours", price.span / 3_600)
        json.set("price", price.price)
        json.set("sent_hs", price.sentHashrate)
    }

    private func fillP2Pool(_ json: inout JSONObject) {
        json.set("source", sources.p2pool.place)
        json.set("health", schedule.p2poolHealth.name)
        json.set("age_seconds", schedule.p2poolAge)
        json.set("trouble", sources.p2pool.trouble)
        json.set("outside_hs", schedule.outside.p2pool)
        json.set("shares_found", snapshot.sidechainShares)
        json.set("seconds_since_share_found", snapshot.lastSidechainShareAt.map { now.seconds(since: $0) })
        json.set("seconds_to_next_share", schedule.secondsToNextShare)
        json.set("seconds_until_share_leaves", schedule.secondsUntilShareLeaves)
        guard let reading = snapshot.p2poolReading?.value else { return }
        json.set("share_in_window", reading.shareInWindow)
        json.set("sidechain_difficulty", reading.sidechainDifficulty)
        json.set("pplns_window", reading.pplnsWindow)
        json.set("block_time_seconds", reading.blockTime)
    }

    private func fillXvB(_ json: inout JSONObject) {
        json.set("source", sources.xvb.place)
        json.set("health", schedule.xvbHealth.name)
        json.set("age_seconds", schedule.xvbAge)
        json.set("stands_still_seconds", schedule.xvbStandsStill)
        json.set("trouble", sources.xvb.trouble)
        json.set("outside_hs", schedule.outside.xvb)
        json.set("credit_ratio", schedule.creditRatio)
        json.set("lift", schedule.lift)
        json.set("won_round", schedule.wonRound?.key)
        json.set("registered", snapshot.isRegistered && snapshot.xvbReading == nil ? nil : snapshot.isRegistered)
        guard let reading = snapshot.xvbReading?.value else { return }
        json.set("credited_1h_hs", reading.credited1h)
        json.set("credited_24h_hs", reading.credited24h)
        json.set("fails", reading.fails)
    }

    private func fillRaffle(_ json: inout JSONObject) {
        guard let (raffle, age) = sources.raffle else { return }
        json.set("age_seconds", age)
        json.set("round", raffle.round?.rawValue)
        json.set("minutes_left", raffle.minutesLeft.map(Double.init))
        json.set("players", raffle.players.map(Double.init))
        json.set("round_players", raffle.roundPlayers.map(Double.init))
        json.set("bonus_hs", raffle.bonusHashrate)
        json.set("donated_hs", raffle.donatedHashrate)
        json.set("winner", raffle.winner)
    }

    private func fill(_ upstream: UpstreamSnapshot, _ json: inout JSONObject) {
        json.set("endpoint", upstream.endpoint)
        json.set("ready_lanes", upstream.readyLanes)
        json.set("mining_rigs", upstream.miningRigs)
        json.set("waiting_rigs", upstream.waitingRigs)
        json.set("rigs_without_place", upstream.placeShortage?.without ?? 0)
        let isPoolByte: Bool? =
            switch upstream.nonceByteOwner {
            case .unknown: nil
            case .proxy: false
            case .pool: true
            }
        json.set("pool_owns_nonce_byte", isPoolByte)
        json.set("submitted", upstream.counts.submitted)
        json.set("accepted", upstream.counts.accepted)
        json.set("rejected", upstream.counts.rejected)
        json.set("stale", upstream.counts.stale)
        json.set("late", upstream.counts.late)
        json.set("lost", upstream.counts.lost)
        json.set("pending", upstream.counts.pending)
        json.set("accepted_work", upstream.counts.acceptedWork)
        let efficiency = Efficiency(upstream.counts)
        json.set("efficiency", efficiency?.value)
        json.set("efficiency_low95", efficiency?.low)
        json.set("efficiency_high95", efficiency?.high)
        json.set("difficulty", upstream.difficulty.map { Double($0) })
        json.set("ping_ms", upstream.ping)
        if !upstream.regions.isEmpty {
            json.set(
                "regions",
                objects: upstream.regions.map { region in
                    var json = JSONObject()
                    json.set("endpoint", region.endpoint)
                    json.set("connect_ms", region.ping)
                    return json.text
                })
        }
        let outage = upstream.readyLanes == 0 ? past.outages[upstream.upstream] : nil
        json.set("down_seconds", outage.map { now.seconds(since: $0.since) })
        json.set("trouble", outage?.trouble)
    }
}

extension PoolTrust {
    /// Whether there is anything to tell: a plain pool shows no certificate.
    fileprivate var isOfUse: Bool { policy != .none || shown != nil }
}

extension RigCounts.Outcome {
    /// The word in JSON.
    fileprivate var key: String {
        switch self {
        case .accepted: "accepted"
        case .belowPoolTarget: "below_pool_difficulty"
        case .refusedByPool: "refused_by_pool"
        case .stale: "stale"
        case .duplicate: "duplicate"
        case .wrongNonceRange: "wrong_nonce_range"
        case .unknownJob: "unknown_job"
        case .malformed: "malformed"
        case .lowDifficulty: "low_difficulty"
        case .wrongHash: "wrong_hash"
        case .tooMany: "too_many"
        case .lost: "lost"
        }
    }
}
