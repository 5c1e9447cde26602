import Foundation
import Testing

@Suite("stratum-proxy simulate, the real program")
struct SimulateCommandTests {
    private struct Row: Decodable {
        var policy: String
        var below_1h_percent: Double
        var below_24h_percent: Double
        var sent_ratio: Double
        var no_share_percent: Double
        var switches_per_hour: Double
        var lost_percent: Double
    }

    private func run(_ arguments: String) throws -> [Row] {
        let outcome = try BuiltProgram.run(["simulate"] + arguments.split(separator: " ").map(String.init))
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.lines.count == 1)
        return try JSONDecoder().decode([Row].self, from: Data(outcome.output.utf8))
    }

    @Test("One line of JSON has a row for each policy that is asked for, in that order")
    func json() throws {
        let rows = try run(
            "--hashrate 10000 --tier donor --xvb-share-difficulty 50000 --sidechain mini --days 1 --seed 1 "
                + "--policies ours,draft,gupaxx,pithead --json")
        #expect(rows.map(\.policy) == ["ours", "draft", "gupaxx", "pithead"])
        #expect(rows[0].below_1h_percent < 0.5)
        #expect(rows[0].sent_ratio < 1.06)
        #expect(rows[1].sent_ratio > 1.15)
    }

    @Test("The same seed gives the same figures, another one others")
    func seeds() throws {
        let world = "--world home --days 0.3 --policies ours --json --seed "
        let first = try run(world + "7")
        #expect(try run(world + "7").map(\.sent_ratio) == first.map(\.sent_ratio))
        #expect(try run(world + "8").map(\.sent_ratio) != first.map(\.sent_ratio))
    }

    @Test("A world is run with the rigs that it is judged with unless others are given")
    func ownRigs() throws {
        let farm = try BuiltProgram.run(["simulate", "--world", "farm", "--days", "0.1", "--policies", "draft"])
        #expect(farm.lines[0].contains("(2.5 MH/s, tier mega, XvB shares of 5000k, mini, "))
        let plain = try BuiltProgram.run(["simulate", "--days", "0.1", "--policies", "draft"])
        #expect(plain.lines[0].hasPrefix("share-noise: ") && plain.lines[0].contains("(10 kH/s, tier donor,"))
        let other = try BuiltProgram.run([
            "simulate", "--world", "farm", "--hashrate", "3e6", "--days", "0.1", "--policies", "draft",
        ])
        #expect(other.lines[0].contains("(3 MH/s, tier mega,"))
    }

    @Test("Goals are told with what came of them, and the exit status says whether all are met")
    func goals() throws {
        let outcome = try BuiltProgram.run(["simulate", "--goals", "--world", "10k-donor-50k", "--days", "1"])
        #expect(outcome.lines.count == 3)
        #expect(outcome.lines[0].hasPrefix("10k-donor-50k ") && outcome.lines[0].contains("1 h below ≤ 0.020 %"))
        let isMet = outcome.lines.prefix(2).allSatisfy { $0.hasSuffix(" met") && !$0.hasSuffix("NOT MET") }
        #expect(outcome.status == (isMet ? 0 : 1))
    }

    @Test("People get a table")
    func table() throws {
        let outcome = try BuiltProgram.run(["simulate", "--days", "0.2", "--policies", "ours,draft"])
        #expect(outcome.lines.count == 4)
        #expect(outcome.lines[1].hasPrefix("policy"))
    }

    @Test(
        "What it can't do is said before anything starts",
        arguments: [
            "--world moon", "--policies ours,theirs", "--tier none", "--sidechain giant", "--days 0", "--hashrate x",
            "--suite --world home", "--suite --hashrate 5000", "--suite --sidechain mini", "--suite --tier vip",
            "--world nano --sidechain main", "--hashrate 1e6 --xvb-share-difficulty 1",
            "--goals --suite", "--goals --world home", "--goals --json", "--json --markdown",
        ])
    func refused(_ arguments: String) throws {
        let outcome = try BuiltProgram.run(["simulate"] + arguments.split(separator: " ").map(String.init))
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty && !outcome.errors.isEmpty)
    }
}
