import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("Is all well: one sentence, and what to do")
struct VerdictTests {
    /// The sample's proxy with three online rigs that mine on p2pool, none of them odd, after `change`.
    private func verdict(_ change: (inout StatusReport) -> Void = { _ in }) -> Verdict {
        var report = SampleReport.report
        report.rigs = report.rigs.filter { $0.departure == nil }
        change(&report)
        return Verdict(report)
    }

    @Test("All is well where nothing is wrong, with where the rigs mine and until when")
    func well() {
        let verdict = verdict()
        #expect(verdict.level == .good)
        #expect(verdict.text == "All is well. 3 rigs mine on p2pool.")
        #expect(verdict.why == "Mining on p2pool, XvB in about 4 min.")
    }

    // Fault N03.
    @Test("A rig that was cut off or left within the hour is named, one that left before is not")
    func rigs() throws {
        let gone = try #require(SampleReport.report.rigs.last)
        let cut = verdict { $0.rigs.append(gone) }
        #expect(cut.level == .warning)
        #expect(cut.text == "1 rig needs a look. 3 rigs mine on p2pool.")
        #expect(cut.why == "Rig cellar is cut off for 1 min: it sends far too many shares or requests.")
        var left = gone
        left.cut = nil
        #expect(verdict { $0.rigs.append(left) }.level == .good)
        left.departure?.secondsAgo = 60
        #expect(verdict { $0.rigs.append(left) }.why == "Rig cellar left 1 min ago, it closed the connection.")
    }

    // Fault N10.
    @Test("More than two rigs are counted, not named")
    func manyRigs() throws {
        var suspect = try #require(SampleReport.report.rigs.first)
        suspect.trust = .suspect
        let verdict = verdict { $0.rigs = Array(repeating: suspect, count: 5) }
        #expect(verdict.text.hasPrefix("5 rigs need a look."))
        #expect(verdict.why.hasSuffix("And 3 more rigs."))
    }

    // Fault D02.
    @Test(
        "Rigs that find no place are told with the key that opens more, in the verdict where they have no work at all")
    func noPlace() {
        var shortage = PlaceShortage(
            upstream: .p2pool, bound: .lanes, poolOwnsByte: true, rigs: 12, without: 3, exclusive: 0, maxLanes: 9,
            rigsPerLane: 256, isRoomElsewhere: false)
        let why = "its pool owns the nonce byte, so each rig takes a connection; p2pool.max-lanes is 9: raise it to 12"
        let short = verdict { $0.snapshot.upstreams.p2pool.placeShortage = shortage }
        #expect(short.level == .warning)
        #expect(short.text == "3 of 12 rigs find no place at p2pool. 3 rigs mine on p2pool.")
        #expect(short.why == "Its \(why.dropFirst(4)).")
        #expect(
            PlaceWords.short(shortage)
                == "3 of 12 rigs find no place at p2pool: \(why). They are turned away after a while, so that their backup pools take over"
        )
        var report = SampleReport.report
        report.snapshot.upstreams.p2pool.placeShortage = shortage
        #expect(report.lines.text.contains("3 of 12 rigs find no place here: its pool owns the nonce byte"))
        #expect(report.json.contains("\"rigs_without_place\":3"))
        shortage.isRoomElsewhere = true
        #expect(PlaceWords.short(shortage).hasSuffix(". They mine on XvB all the time"))
        #expect(verdict { $0.snapshot.upstreams.p2pool.placeShortage = shortage }.level == .good)
        shortage.bound = .rigsPerLane
        shortage.poolOwnsByte = false
        #expect(
            PlaceWords.why(shortage)
                == "9 connections (p2pool.max-lanes) for up to 256 rigs each (rigs-per-lane): raise p2pool.max-lanes")
        shortage.rigsPerLane = 4
        shortage.exclusive = 1
        #expect(
            PlaceWords.why(shortage).hasSuffix(
                "each (rigs-per-lane), and 1 of them takes a connection alone: raise rigs-per-lane, or p2pool.max-lanes"
            ))
    }

    @Test("Pools that can't be reached come first, with what is wrong and for how long")
    func down() {
        func lose(_ upstream: Upstream, _ report: inout StatusReport) {
            report.snapshot.upstreams[upstream].readyLanes = 0
            report.snapshot.upstreams[upstream].miningRigs = 0
            report.past.noticed(.upstreamDown(upstream, other: .up), now: SampleReport.now.adding(seconds: -60))
            let lane = LaneID(upstream: upstream, index: 0, epoch: 1)
            report.past.noticed(
                .laneLost(lane, endpoint: "pool:3333", .connection("connection refused"), retry: 5),
                now: SampleReport.now)
        }
        let one = verdict {
            lose(.p2pool, &$0)
            $0.snapshot.upstreams.xvb.miningRigs = 3
        }
        #expect(one.level == .bad)
        #expect(one.text == "p2pool can't be reached. 3 rigs mine on XvB.")
        #expect(
            one.why
                == "p2pool for 1 min, pool:3333: connection refused. The proxy tries again by itself and moves the rigs back."
        )
        let other = verdict { lose(.xvb, &$0) }
        #expect(other.level == .warning)
        #expect(other.text == "XvB can't be reached. 3 rigs mine on p2pool.")
        let both = verdict {
            lose(.p2pool, &$0)
            lose(.xvb, &$0)
        }
        #expect(both.level == .bad)
        #expect(both.text == "No rig mines: p2pool and XvB can't be reached.")
        #expect(both.why.contains("XvB for 1 min, pool:3333: connection refused."))
        let young = verdict {
            lose(.p2pool, &$0)
            lose(.xvb, &$0)
            $0.uptime = 3
        }
        #expect(young.level == .waiting)
    }

    @Test("Without a rig it says where to point one")
    func noRig() {
        let verdict = verdict {
            $0.snapshot.rigs = 0
            $0.rigs = []
        }
        #expect(verdict.level == .waiting)
        #expect(verdict.text == "Ready. No rig has logged in yet.")
        #expect(verdict.why == "Point a rig at this machine, port 3355: it shows up within seconds.")
    }

    @Test("What keeps the wallet from winning is told, but not to who mines on p2pool only")
    func wallet() {
        func noShare(_ report: inout StatusReport) { report.snapshot.p2poolReading?.value.rewardSharePercent = 0 }
        #expect(verdict(noShare).text == "No share of this wallet is in p2pool's window. 3 rigs mine on p2pool.")
        #expect(verdict(noShare).why.hasSuffix("which takes 2 h 40 min on average."))
        let p2pool = verdict {
            noShare(&$0)
            $0.surroundings.mode = .p2pool
        }
        #expect(p2pool.level == .good)
        #expect(verdict { $0.snapshot.isRegistered = false }.text.hasPrefix("XvB does not know this wallet."))
        let fails = verdict { $0.snapshot.xvbReading?.value.fails = 2 }
        #expect(fails.text.hasPrefix("XvB counts 2 fails of 3."))
    }

    @Test("Figures that are too old to plan with are told with what is wrong with them")
    func figures() {
        let verdict = verdict {
            $0.snapshot.schedule.p2poolHealth = .stale
            $0.sources.p2pool.trouble = "network/stats was last written 900 s ago: is p2pool running?"
        }
        #expect(verdict.text.hasPrefix("p2pool's figures are too old to plan with."))
        #expect(verdict.why == "Network/stats was last written 900 s ago: is p2pool running?")
    }
}
