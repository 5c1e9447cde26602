import ProxyTerms
import Upstreams

// How many lanes the rigs need where byte 42 is ours and one lane could have them all: as many as carry their shares, and as many as
// keep two of p2pool's own shares out of one template. Each reason is a function; the most counts.
extension ProxyCore {
    /// The part of what a lane can carry that is planned with: shares come in bunches.
    static let plannedLoad = 0.5
    /// Most expected sidechain shares of one lane in one template. p2pool refuses a second one with "Submit failed": it knows
    /// a share by all but its nonce (docs/protocol.md#p2pool-verdicts).
    static let sharesPerTemplate = 0.01
    /// Seconds between two looks at the load while shares come.
    static let loadSeconds = 2.0

    /// Lanes that the rigs of now can use together.
    func lanesToShare(_ group: UpstreamLanes) -> Int {
        let bySeats = (ordinaryRigs + group.settings.rigsPerLane - 1) / group.settings.rigsPerLane
        return max(bySeats, min(group.loadNeed.count, ordinaryRigs), 1)
    }

    /// Counts a share that p2pool's lanes have to carry.
    @inline(__always)
    func countLoad(bytes: Int, now: Instant) {
        lanes.p2pool.shareRate.count(bytes: bytes, at: now)
        if loadDue == .never { loadDue = now.adding(seconds: Self.loadSeconds) }
    }

    /// Looks at the load of the upstreams whose lanes carry only so much.
    func reviewLoad(now: Instant) {
        loadDue = .never
        for upstream in Upstream.allCases {
            let group = lanes[upstream]
            guard group.isUp, group.settings.isP2Pool, group.poolOwnsByte == false else { continue }
            let before = group.loadNeed.count
            group.loadNeed.needs(max(lanesToCarry(group, now: now), lanesForTemplates(group, now: now)), at: now)
            // A lane is to bring a share in ten seconds or so: where eight times as many come, its difficulty is looked at.
            let isOften =
                group.shareRate.perSecond(at: now) * RigDifficulty.secondsPerShare > 8 * Double(group.readyCount)
            if group.loadNeed.count != before || isOften { careSoon(now) }
            if !group.shareRate.isQuiet { loadDue = min(loadDue, now.adding(seconds: Self.loadSeconds)) }
        }
    }

    /// Lanes that carry the shares as fast as they come: p2pool takes 1,023 unanswered bytes on each, about five submits a
    /// round trip (docs/invariants.md#rule-7).
    func lanesToCarry(_ group: UpstreamLanes, now: Instant) -> Int {
        let rate = group.shareRate.perSecond(at: now)
        guard rate > 0, let roundTrip = group.roundTrip else { return 1 }
        let unanswered = rate * roundTrip / 1000
        let ofLane = max((1023 / group.shareRate.lineBytes).rounded(.down), 1)
        return bounded((unanswered / (ofLane * Self.plannedLoad)).rounded(.up), group)
    }

    /// Lanes among which the hashrate is spread so far that no lane is likely to find two p2pool shares in one template.
    func lanesForTemplates(_ group: UpstreamLanes, now: Instant) -> Int {
        guard sidechain.target > 0 else { return 1 }
        let inputs = hashrateInputs(now: now)
        // What is known for sure: a few lucky shares at the start open no lanes.
        let hashrate = inputs.total * max(0, 1 - inputs.error)
        let sharesPerTemplate = hashrate * Double(sidechain.target) / 0x1p64 * group.templateSeconds
        return bounded((sharesPerTemplate / Self.sharesPerTemplate).rounded(.up), group)
    }

    private func bounded(_ lanes: Double, _ group: UpstreamLanes) -> Int {
        Int(min(max(lanes, 1), Double(group.settings.maxLanes)))
    }
}

extension UpstreamLanes {
    /// The mean of the ready lanes' round trips, milliseconds; nil before one is known.
    fileprivate var roundTrip: Double? {
        var sum = 0.0
        var count = 0.0
        for case let lane? in lanes where lane.isReady {
            guard let ping = lane.session.ping else { continue }
            sum += ping
            count += 1
        }
        return count > 0 ? sum / count : nil
    }
}
