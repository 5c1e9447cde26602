import ProxyCore
import ProxyTerms
import SimulatedPeers

/// Compares three books: the rigs', the proxy's and the pools'. Each number that differs is reported.
struct DemoAudit {
    /// What the rigs counted.
    let rigs: [RigCounters]
    /// Shares that still waited for a verdict at the end.
    let pending: Int
    /// What the pools counted.
    let pools: PerUpstream<PoolCounters>
    /// The proxy's own books.
    let proxy: Snapshot

    // MARK: Sums

    /// Shares that the rigs handed in.
    var submitted: Int { sum(\.submitted) }
    /// Shares that the rigs were told are good.
    var accepted: Int { sum(\.accepted) }
    /// Shares that were refused for anything but their age.
    var rejected: Int {
        let local = proxy.local
        let here =
            local[.lowDifficulty] + local[.duplicate] + local[.wrongNonceRange] + local[.unknownJob] + local.malformed
            + local[.tooMany]
        return Int(here) + inBooks(\.rejected)
    }
    /// Shares that came too late for their job.
    var stale: Int { Int(proxy.local[.expiredJob]) + inBooks(\.stale) }
    /// Shares that came after the proxy's stop had begun: the rigs are still mining then.
    var afterStop: Int { Int(proxy.local[.stopping]) }
    /// Shares that a pool got, or was to get, and never judged.
    var lost: Int { inBooks(\.lost) }
    /// Nonces that a pool got twice for one blob.
    var duplicates: Int { pools.p2pool.duplicates + pools.xvb.duplicates }
    /// Shares that the rigs got no answer to.
    var unanswered: Int { pending + sum(\.abandoned) }

    /// What is wrong, in words; empty when all is well.
    var problems: [String] {
        totalsProblems + rigProblems + Upstream.allCases.flatMap(poolProblems)
    }

    private func sum(_ count: (RigCounters) -> Int) -> Int {
        rigs.reduce(0) { $0 + count($1) }
    }

    private func inBooks(_ count: KeyPath<ShareCounts, UInt64>) -> Int {
        Upstream.allCases.reduce(0) { $0 + Int(proxy.upstreams[$1].counts[keyPath: count]) }
    }

    // MARK: Checks

    private var totalsProblems: [String] {
        var found: [String] = []
        if rejected > 0 { found.append(AuditWords.rejected(rejected)) }
        if duplicates > 0 { found.append(AuditWords.duplicates(duplicates)) }
        if lost > 0 { found.append(AuditWords.lost(lost)) }
        if unanswered > 0 { found.append(AuditWords.unanswered(unanswered)) }
        if submitted == 0 { found.append(AuditWords.noShare) }
        return found
    }

    private var rigProblems: [String] {
        var found: [String] = []
        let reached = Int(proxy.local.total) + inBooks(\.submitted)
        // What has no answer may have reached the proxy or not.
        if reached < submitted - unanswered || reached > submitted {
            found.append(AuditWords.reached(reached, of: submitted))
        }
        let good = Int(proxy.local.belowPoolTarget) + inBooks(\.accepted)
        found += differ(AuditWords.acceptedByRigs, accepted, good)
        let refused = rejected + stale + lost + afterStop
        found += differ(AuditWords.refusedToRigs, sum(\.rejectedTotal), refused)
        let drops = sum(\.peerCloses) + rigs.reduce(0) { $0 + $1.hangups.values.reduce(0, +) }
        if drops > 0 { found.append(AuditWords.drops(drops, Set(rigs.flatMap { $0.hangups.keys }).sorted())) }
        let violations = sum(\.violationCount)
        if violations > 0 {
            found.append(AuditWords.rigViolations(violations, first: rigs.flatMap(\.violations).first ?? ""))
        }
        return found
    }

    private func poolProblems(_ upstream: Upstream) -> [String] {
        let pool = pools[upstream]
        let counts = proxy.upstreams[upstream].counts
        let name = upstream.name
        var found: [String] = []
        if !counts.isBalanced { found.append(AuditWords.unbalanced(name)) }
        found += differ(AuditWords.got(name), pool.submitted, Int(counts.submitted - counts.lost))
        found += differ(AuditWords.took(name), pool.accepted, Int(counts.accepted))
        found += differ(AuditWords.refused(name), pool.refusedTotal, Int(counts.rejected + counts.stale))
        // Both add up the same numbers in another order.
        if abs(pool.acceptedWork - counts.acceptedWork) > 1e-6 * max(1, pool.acceptedWork) {
            found.append(AuditWords.credit(name, pool.acceptedWork, proxy: counts.acceptedWork))
        }
        if pool.invalidWork > 0 { found.append(AuditWords.noWork(name, pool.invalidWork)) }
        if pool.violationCount > 0 {
            found.append(AuditWords.poolViolations(name, pool.violationCount, first: pool.violations.first ?? ""))
        }
        return found
    }

    private func differ(_ names: (String, String), _ value: Int, _ expected: Int) -> [String] {
        value == expected ? [] : [AuditWords.differ(names, value, expected)]
    }
}
