import ProxyTerms
import Upstreams

@testable import ProxyCore
@testable import SplitScheduler
@testable import Statistics
@testable import StratumProxy

/// A report in which every member has a value: a farm of 10 kH/s that holds the donor tier, an hour after its start.
enum SampleReport {
    static let now = Instant(milliseconds: 3_600_000)

    static var report: StatusReport {
        var report = StatusReport(snapshot: snapshot, sources: sources, now: now, uptime: 3_600)
        report.configuration = "/etc/stratum-proxy/config.json"
        report.rigs = [rig("attic"), gone]
        report.trusts.xvb = [trust]
        report.listening = [Endpoint(host: "0.0.0.0", port: 3355)]
        report.page = Endpoint(host: "127.0.0.1", port: 3356)
        report.past = past
        report.surroundings = Surroundings(
            time: 1_800_000_000, host: "pi-shelf", wallet: "4AbCdEfG…xyzxyz", mode: .default,
            takesTLS: true,
            fingerprint: "9c41e07b")
        return report
    }

    /// XvB's slice began in the window before; p2pool's since is the one that lasts.
    private static var past: RecentPast {
        var past = RecentPast(upstream: .p2pool, now: .start)
        for upstream in Upstream.allCases { past.noticed(.upstreamUp(upstream, endpoint: "x"), now: .start) }
        let moves = MoveCount()
        past.noticed(.switched(to: .xvb, cause: .planned, moves, plannedAt: now), now: Instant(milliseconds: 3_240_000))
        past.noticed(
            .switched(to: .p2pool, cause: .planned, moves, plannedAt: now), now: Instant(milliseconds: 3_310_000))
        return past
    }

    private static func rig(_ name: String) -> RigSnapshot {
        RigSnapshot(
            name: name, address: ClientAddress(ipv4: 0x0A00_0007), agent: "XMRig/6.26.0 (Linux x86_64)",
            upstream: .p2pool,
            rate: Rate(hashrate: 5_000, error: 0.05, covered: 900),
            rates: RateWindow.allCases.map { Rate(hashrate: 5_000, error: 1.5 / $0.seconds, covered: $0.seconds) },
            connectedSeconds: 3_000, trust: .proven, counts: RigCounts(), secondsSinceShare: 12,
            secondsSinceRefusal: nil)
    }

    private static var trust: PoolTrust {
        var trust = PoolTrust(endpoint: "na.xmrvsbeast.com:4247", policy: .firstUse)
        for (digit, authority) in [("a", AuthorityVerdict.selfSigned), ("b", .selfSigned)] {
            guard let pin = CertificatePin(String(repeating: digit, count: 64)) else { continue }
            let certificate = PeerCertificate(
                fingerprint: pin, subject: "CN=localhost", notBefore: 0, notAfter: .max, key: .elliptic(bits: 256),
                signature: PeerCertificate.Signature(hash: "SHA256", strength: 128))
            _ = trust.judge(certificate, authority: authority, now: 1_795_000_000)
        }
        return trust
    }

    private static var gone: RigSnapshot {
        var rig = rig("cellar")
        rig.upstream = nil
        rig.rates = []
        rig.connectedSeconds = nil
        rig.departure = RigSnapshot.Departure(secondsAgo: 7_200, reason: .byRig)
        rig.cut = RigSnapshot.Cut(seconds: 60, offence: .flood)
        return rig
    }

    private static var sources: StatusSources {
        var sources = StatusSources()
        sources.p2pool = StatusSources.Source(place: "/var/lib/p2pool/api", trouble: nil)
        sources.xvb = StatusSources.Source(place: "https://xmrvsbeast.com", trouble: nil)
        let body = Array(
            #"{"round_type":"donor","time_remain":12,"bonus_hr":4203.5,"donate_hr":900,"players":120,"players_round":31,"winner":"4Abc...xYz"}"#
                .utf8)
        guard let raffle = try? body.withUnsafeBytes({ try XvBAnswers.statistics(status: 200, body: $0) }) else {
            return sources
        }
        sources.raffle = (raffle, 42)
        return sources
    }

    static var snapshot: Snapshot {
        let settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: CoreUpstream(
                    endpoints: [CoreEndpoint(host: "127.0.0.1", port: 3333, user: "x")], profile: .p2pool),
                xvb: CoreUpstream(
                    endpoints: [CoreEndpoint(host: "na.xmrvsbeast.com", port: 4247, user: "x")], profile: .xvb)),
            agent: "test")
        let scheduler = SplitScheduler(settings: SplitSettings(), start: .start)
        let core = ProxyCore(settings: settings, scheduler: scheduler, seed: 1, now: .start)
        var snapshot = core.snapshot(now: now)
        let inputs = PlanInputs(
            hashrate: 10_000, sidechainDifficulty: 85.5e6, pplnsWindow: 2_160, blockTime: 10, shareInWindow: true,
            externalP2Pool: 0, externalXvB: 0)
        snapshot.plan = Planner.plan(SplitSettings(), inputs)
        snapshot.windowStart = Instant(milliseconds: 3_300_000)
        snapshot.windowEnd = Instant(milliseconds: 3_900_000)
        snapshot.expectedSwitch = Instant(milliseconds: 3_840_000)
        snapshot.rigs = 3
        snapshot.rates = RateWindow.allCases.map { window in
            Rate(hashrate: 10_000, error: 0.05, covered: min(3_600, window.seconds))
        }
        snapshot.sidechainShares = 2
        snapshot.lastSidechainShareAt = Instant(milliseconds: 1_800_000)
        snapshot.p2poolReading = Dated(
            value: P2PoolReading(
                sidechainDifficulty: 85.5e6, pplnsWindow: 2_160, poolHashrate: 8.55e6, sidechainHeight: 1e7,
                rewardSharePercent: 0.5, lastShareAge: 1_800), at: now, age: 8)
        snapshot.xvbReading = Dated(
            value: XvBReading(credited1h: 950, credited24h: 1_010, fails: 0), at: now, age: 30)
        for upstream in Upstream.allCases { fill(&snapshot.upstreams[upstream]) }
        snapshot.upstreams.xvb.regions = [
            RegionSnapshot(endpoint: "na.xmrvsbeast.com:4247", ping: 118),
            RegionSnapshot(endpoint: "eu.xmrvsbeast.com:4247", ping: nil),
        ]
        fill(&snapshot.schedule)
        return snapshot
    }

    private static func fill(_ upstream: inout UpstreamSnapshot) {
        let isP2Pool = upstream.upstream == .p2pool
        upstream.readyLanes = isP2Pool ? 1 : 3
        upstream.nonceByteOwner = isP2Pool ? .proxy : .pool
        upstream.miningRigs = isP2Pool ? 3 : 0
        upstream.difficulty = isP2Pool ? 20_000 : 50_000
        upstream.ping = isP2Pool ? 2 : 48
        upstream.counts.submitted = 400
        upstream.counts.accepted = 398
        upstream.counts.rejected = 1
        upstream.counts.stale = 1
        upstream.counts.late = 4
        upstream.counts.acceptedWork = 398 * 20_000
        upstream.routed = routed[upstream.upstream]
    }

    private static var routed: PerUpstream<SchedulerStatus.Averages> {
        PerUpstream(
            p2pool: SchedulerStatus.Averages(tenMinutes: 8_900, hour: 8_800, day: 370),
            xvb: SchedulerStatus.Averages(tenMinutes: 1_010, hour: 1_005, day: 42))
    }

    private static func fill(_ schedule: inout SchedulerStatus) {
        schedule.p2poolHealth = .fresh
        schedule.p2poolAge = 8
        schedule.xvbHealth = .fresh
        schedule.xvbAge = 30
        schedule.xvbStandsStill = nil
        schedule.routed = routed
        schedule.routedTier = .none
        schedule.credited = CreditedAverages(hour: 950, day: 1_010)
        schedule.creditedTier = Tier.none
        schedule.price = TierPrice(tier: .donor, heldSeconds: 1_800, span: 3_600, price: 1.03, sentHashrate: 1_005)
        schedule.forecast = [SchedulerStatus.TierForecast(tier: .donor, outcome: .init(held: 0.99, price: 1.01))]
        schedule.outside = PerUpstream(p2pool: 500, xvb: 0)
        schedule.creditRatio = 0.97
        schedule.lift = 0.01
        schedule.wonRound = .donor
        schedule.secondsToNextShare = 9_600
        schedule.secondsUntilShareLeaves = 19_800
    }
}
