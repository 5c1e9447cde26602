import Foundation
import ProxyCore
import ProxyTerms
import SplitScheduler
import Statistics
import Testing
import Upstreams

@testable import StratumProxy

@Suite("What status shows")
struct StatusReportTests {
    private static let averages = #"{"fails":1,"donor_1hr_avg":1.25,"donor_24hr_avg":0.5}"#

    /// The report of a proxy that mines, with both APIs answering.
    private func withReport(
        _ answer: @escaping (WebServer) -> WebServer.Answer = { _ in .text(Self.averages) },
        _ body: (StatusReport) throws -> Void
    ) throws {
        try MiningFarm.run(xvb: answer) { farm in
            try farm.run {
                let snapshot = farm.daemon.core.snapshot(now: farm.loop.now)
                return snapshot.p2poolReading != nil && snapshot.upstreams.p2pool.counts.accepted > 20
                    && farm.xvbAPI.requests.count > 1
            }
            try body(farm.daemon.statusReport)
        }
    }

    // Fault O09.
    @Test("No line is wider than a terminal, and each begins with a name or goes on with the one before")
    func text() throws {
        try withReport { report in
            let lines = report.lines.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(lines.allSatisfy { $0.count <= 100 })
            let names = lines.compactMap { $0.first == " " ? nil : $0.prefix { $0 != " " } }
            #expect(
                names == [
                    "Now", "Plan", "Speed", "Share", "Tier", "Figures", "p2pool", "XvB", "Here", "Uptime", "Rigs",
                ])
        }
    }

    @Test("The inputs are told with health, age and place; tiers by routed and by credited work, with the fails")
    func inputs() throws {
        try withReport { report in
            let text = report.lines.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .joined(separator: " ")
            #expect(text.contains("p2pool's fresh, "))
            #expect(text.contains("XvB's fresh, "))
            #expect(text.contains("from https://localhost:"))
            #expect(text.contains("no tier by what XvB credits (1 h 1.25 kH/s, 24 h 500 H/s), fails 1"))
            #expect(text.contains("in p2pool's window"))
            // One book: the upstream's line and the schedule's ledger tell the same hour.
            let routed = report.schedule.routed.p2pool
            #expect(routed.hour > 0)
            #expect(text.contains("1 h \(Quantity.hashrate(routed.hour)), 24 h \(Quantity.hashrate(routed.day))"))
            #expect(text.contains("no hashrate outside this proxy"))
        }
    }

    @Test("JSON has the same, with names that end in their unit")
    func json() throws {
        try withReport { report in
            let object = try JSONSerialization.jsonObject(with: Data(report.json.utf8))
            let root = try #require(object as? [String: Any])
            let inputs = try #require(root["inputs"] as? [String: [String: Any]])
            #expect(inputs["p2pool"]?["health"] as? String == "fresh")
            #expect(inputs["p2pool"]?["share_in_window"] as? Bool == true)
            #expect(inputs["xvb"]?["credited_1h_hs"] as? Double == 1250)
            #expect(inputs["xvb"]?["fails"] as? Int == 1)
            #expect(inputs["xvb"]?["registered"] as? Bool == true)
            #expect(inputs["xvb"]?["trouble"] is NSNull)
            let ledger = try #require(root["ledger"] as? [String: [String: Double]])
            #expect(try #require(ledger["p2pool"]?["hour_hs"]) > 0)
            let tier = try #require(root["tier"] as? [String: Any])
            #expect(tier["credited"] as? String == "none")
            #expect(tier["last_24h"] is [String: Any] && tier["forecast"] is [String: Any])
            let upstreams = try #require(root["upstreams"] as? [String: [String: Any]])
            let p2pool = try #require(upstreams["p2pool"])
            for count in ["accepted", "stale", "late", "rejected", "lost", "pending"] {
                #expect(p2pool[count] is Int, "\(count)")
            }
            let difficulty = try #require(report.snapshot.upstreams.p2pool.difficulty)
            #expect(p2pool["difficulty"] as? Double == Double(difficulty))
            let low = try #require(p2pool["efficiency_low95"] as? Double)
            let high = try #require(p2pool["efficiency_high95"] as? Double)
            let efficiency = try #require(p2pool["efficiency"] as? Double)
            #expect(low <= efficiency && efficiency <= high && low < high)
        }
    }

    @Test("What is wrong with an input stands beside it, and where to register a wallet that XvB doesn't know")
    func troubles() throws {
        try withReport({ _ in .reply(422) }) { report in
            #expect(report.schedule.xvbHealth == .unregistered)
            #expect(report.sources.xvb.trouble?.contains("register") == true)
            #expect(report.lines.text.contains("p2pool_bonus_submit.cgi"))
        }
        try withReport({ _ in .reply(500) }) { report in
            #expect(report.schedule.xvbHealth == .missing)
            #expect(report.lines.text.contains("XvB's missing, from https://localhost:"))
            #expect(report.sources.xvb.trouble?.contains("500") == true)
        }
    }

    @Test("The raffle is shown as XvB tells it")
    func raffle() throws {
        let body = #"""
            {"time_remain":-4,"bonus_hr":4203.5,"players":120,"players_round":31,"winner":"4Abc...xYz","round_type":"donor_vip"}
            """#
        let statistics = try body.utf8.withContiguousStorageIfAvailable {
            try XvBAnswers.statistics(status: 200, body: UnsafeRawBufferPointer($0))
        }
        try withReport { report in
            var sources = report.sources
            sources.raffle = (try #require(statistics), 42)
            let shown = StatusReport(
                snapshot: report.snapshot, sources: sources, now: report.now, uptime: report.uptime)
            #expect(
                shown.lines.text.contains(
                    "Raffle      VIP donor round, waiting for its share, 31 players, bonus 4.2 MH/s, winner 4Abc...xYz"
                ))
            #expect(shown.json.contains(#""raffle":{"age_seconds":42,"round":"donor_vip","minutes_left":-4"#))
        }
    }
}
