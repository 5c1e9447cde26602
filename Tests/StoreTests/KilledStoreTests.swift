import Foundation
import ProxyTerms
import Testing

@testable import History
@testable import Store

@Suite("A store whose proxy is killed", .serialized)
struct KilledStoreTests {
    /// `STORE_KILLS` of them, for a long run: 200 take five minutes.
    private static let kills = ProcessInfo.processInfo.environment["STORE_KILLS"].flatMap(Int.init) ?? 20
    /// What may be lost, in seconds. The proxy posts each two seconds what has ended, so it loses three seconds more.
    private static let lost = 1.5
    private static let origin: Int64 = 1_790_000_000

    @Test("Killed at random moments under load, it has lost nothing older than a moment, and has nothing twice")
    func kills() throws {
        let place = try StoreTestPlace()
        var random = SeededGenerator(seed: UInt64(Date().timeIntervalSince1970))
        var next: Int64 = 1
        var least: [ClosedRange<Int64>] = []
        for _ in 0..<Self.kills {
            let load = try RunningLoad(place.path, first: next)
            load.read(seconds: 60) { !$0.isEmpty }
            load.read(seconds: 0.01 + 2.2 * random.unit())
            let killed = try load.kill()
            let first = try #require(load.lines.first?.number)
            if let last = load.lines.last(where: { $0.at < killed - Self.lost })?.number { least.append(first...last) }
            next = try #require(load.lines.last?.number) + 2
        }
        try check(place, least, below: next)
    }

    private func check(_ place: StoreTestPlace, _ least: [ClosedRange<Int64>], below next: Int64) throws {
        #expect(try place.query("PRAGMA integrity_check").first?.first?.text == "ok")
        var found = Set<Int64>()
        for values in try place.query("SELECT at, p2pool, xvb FROM work") {
            let number = try #require(values[0].whole) - Self.origin
            found.insert(number)
            // Work that was written twice would be added.
            #expect(values[1].number == Double(number * 3) && values[2].number == Double(number * 5))
        }
        for range in least { for number in range { #expect(found.contains(number), "\(number) of \(range)") } }
        #expect(found.allSatisfy { (1..<next).contains($0) })
        // All that a transaction holds is there, or nothing of it.
        #expect(try place.number("SELECT count(*) FROM shares") == Int64(found.count) * 2)
        let sum = Double(found.reduce(0, +))
        for table in ["totals WHERE step = 60", "rig_totals"] {
            let column = table == "rig_totals" ? "work" : "p2pool_work"
            #expect(try place.query("SELECT sum(\(column)) FROM \(table)").first?.first?.number == sum)
        }
        // The hours are made from the minutes anew, so they are never behind after a start.
        _ = try place.session(now: Self.origin + next)
        let hours = try place.query("SELECT sum(p2pool_work) FROM totals WHERE step = 3600")
        #expect(hours.first?.first?.number == sum)
    }

    @Test("A disk that is full for a while (RLIMIT_FSIZE) costs nothing: all is written when there is room again")
    func full() throws {
        let place = try StoreTestPlace()
        let load = try RunningLoad(place.path, first: 1, limit: 400)
        load.read(seconds: 60) { $0.last?.isFault ?? false }
        #expect(load.lines.last?.isFault == true)
        let atFault = try #require(load.lines.last?.number)
        load.read(seconds: 0.5)
        load.lift()
        load.read(seconds: 60) { !($0.last?.isFault ?? true) }
        let after = try #require(load.lines.last?.number)
        load.read(seconds: 1)
        _ = try load.kill()
        let count = try place.number("SELECT count(*) FROM work WHERE at < \(Self.origin + after)")
        #expect(count == after - 1)
        #expect(after > atFault)
        #expect(try place.query("PRAGMA integrity_check").first?.first?.text == "ok")
    }
}
