import ProxyCore
import ProxyTerms
import SplitScheduler
import Testing

@testable import SimulatedPeers
@testable import StratumProxy

@Suite("The demo's audit")
struct DemoAuditTests {
    /// Books that agree: 12 shares, of which p2pool took 6 and refused 1 as too late, XvB took 3, and 2 were below the
    /// lanes' difficulty.
    private struct Books {
        var rig = RigCounters()
        var pending = 0
        var pools = PerUpstream(p2pool: PoolCounters(), xvb: PoolCounters())
        var proxy: Snapshot

        init() throws {
            let settings = try DemoFarm(DemoOptions()).settings(
                p2poolPort: 1, xvbPort: 1, apiDirectory: "/", stateDirectory: "/")
            proxy = ProxyCore(
                settings: settings.core, scheduler: SplitScheduler(settings: settings.split, start: .start), seed: 1,
                now: .start
            ).snapshot(now: .start)
            rig.submitted = 12
            rig.accepted = 11
            rig.rejected = ["Stale share": 1]
            pools.p2pool.submitted = 7
            pools.p2pool.accepted = 6
            pools.p2pool.acceptedWork = 600
            pools.p2pool.refused = [.oldJob: 1]
            pools.xvb.submitted = 3
            pools.xvb.accepted = 3
            pools.xvb.acceptedWork = 300
            proxy.local.belowPoolTarget = 2
            proxy.upstreams.p2pool.counts.submitted = 7
            proxy.upstreams.p2pool.counts.accepted = 6
            proxy.upstreams.p2pool.counts.acceptedWork = 600
            proxy.upstreams.p2pool.counts.stale = 1
            proxy.upstreams.xvb.counts.submitted = 3
            proxy.upstreams.xvb.counts.accepted = 3
            proxy.upstreams.xvb.counts.acceptedWork = 300
        }

        var audit: DemoAudit { DemoAudit(rigs: [rig], pending: pending, pools: pools, proxy: proxy) }
    }

    @Test("A share that reached the proxy and got no answer is not taken for one that the proxy never saw")
    func unanswered() throws {
        var books = try Books()
        books.rig.submitted += 1
        books.pending = 1
        books.pools.xvb.submitted += 1
        books.pools.xvb.accepted += 1
        books.proxy.upstreams.xvb.counts.submitted += 1
        books.proxy.upstreams.xvb.counts.accepted += 1
        // The proxy knows it as accepted, the rig does not: that is told as well.
        #expect(books.audit.unanswered == 1)
        #expect(books.audit.problems.count == 2)
        #expect(!books.audit.problems.contains { $0.contains("reached the proxy") })
    }

    @Test("Books that agree are well, and a stale share is no fault")
    func agree() throws {
        let audit = try Books().audit
        #expect(audit.problems.isEmpty)
        #expect(audit.submitted == 12 && audit.accepted == 11 && audit.stale == 1)
        #expect(audit.rejected == 0 && audit.lost == 0 && audit.duplicates == 0 && audit.unanswered == 0)
    }

    @Test(
        "Each book that tells another number than the others is found out",
        arguments: [
            { $0.rig.submitted += 1 }, { $0.rig.accepted += 1 }, { $0.rig.rejected["Low difficulty share"] = 1 },
            { $0.pools.p2pool.submitted += 1 }, { $0.pools.xvb.accepted += 1 },
            { $0.pools.p2pool.refused[.lowDifficulty] = 1 }, { $0.pools.xvb.acceptedWork += 1 },
            { $0.proxy.upstreams.xvb.counts.pending += 1 }, { $0.proxy.local.belowPoolTarget += 1 },
        ] as [@Sendable (inout Books) -> Void])
    private func differ(change: @Sendable (inout Books) -> Void) throws {
        var books = try Books()
        change(&books)
        #expect(!books.audit.problems.isEmpty)
    }

    @Test(
        "What must not happen is told though the books agree",
        arguments: [
            { $0.pools.p2pool.duplicates = 1 }, { $0.pools.xvb.invalidWork = 1 },
            { $0.pools.p2pool.violationCount = 1 }, { $0.rig.violationCount = 1 }, { $0.rig.peerCloses = 1 },
            { $0.rig.hangups = ["nonces used up": 1] },
            {
                $0.pending = 1
                $0.rig.submitted += 1
            },
            {
                $0.proxy.local[.duplicate] = 1
                $0.rig.submitted += 1
                $0.rig.rejected["Duplicate share"] = 1
            },
        ] as [@Sendable (inout Books) -> Void])
    private func fault(change: @Sendable (inout Books) -> Void) throws {
        var books = try Books()
        change(&books)
        #expect(books.audit.problems.count == 1, "\(books.audit.problems)")
    }
}
