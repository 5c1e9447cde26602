import Foundation
import ProxyTerms
import Testing

@testable import History
@testable import Store

private let now: Int64 = 1_790_000_400

private func rows(_ build: (inout PendingRows) -> Void) -> PendingRows {
    var rows = PendingRows()
    build(&rows)
    return rows
}

private func minute(_ work: Double) -> Totals {
    var totals = Totals()
    totals.seconds = 2
    totals.work.p2pool = work
    return totals
}

@Suite("The store")
struct StoreSessionTests {
    @Test("What is written comes back: the work by second, what the schedule has to remember, the figures")
    func roundTrip() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        #expect(session.isNew)
        #expect(try session.stored(now: now).isEmpty)
        let work = WorkSecond(at: now - 5, work: PerUpstream(p2pool: 1e15, xvb: 0))
        let state = MemoryRow(.state, at: now, text: "{\"a\":\"'\u{7}ü\"}")
        try session.write(
            rows {
                $0.add(work)
                $0.set(state)
                $0.add(minute(5), at: now)
            }, now: now)
        let again = try place.session(now: now + 1)
        #expect(!again.isNew)
        let stored = try again.stored(now: now + 1)
        #expect(stored.work == [work])
        #expect(stored.memory == [.state: state])
        let query = try #require(HistoryQuery(from: now - 60, to: now + 60, step: 60, now: now + 60))
        #expect(try StoreReader(place.path).history(query).series.points.reduce(0) { $0 + $1.work.p2pool } == 5)
    }

    @Test("Only its owner can read it, nor its companions")
    func rights() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        try session.write(rows { $0.add(minute(1), at: now) }, now: now)
        #expect(try place.names == ["store.db", "store.db-shm", "store.db-wal"])
        for name in try place.names {
            let path = place.url.appendingPathComponent(name).path
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        withExtendedLifetime(session) {}
    }

    @Test("Pieces of a minute add up over restarts, and the ten minutes and hours are the sum of the minutes")
    func folds() throws {
        let place = try StoreTestPlace()
        for start in stride(from: now, to: now + 4_000, by: 137) {
            let session = try place.session(now: start)
            for at in stride(from: start, to: start + 137, by: 2) {
                try session.write(rows { $0.add(minute(1), at: at) }, now: at)
            }
        }
        _ = try place.session(now: now + 5_000)
        let sums = try place.query(
            "SELECT step, sum(p2pool_work), sum(seconds) FROM totals GROUP BY step ORDER BY step")
        #expect(sums.map { $0[0] } == [.integer(60), .integer(600), .integer(3_600)])
        for sum in sums { #expect(sum[1] == sums[0][1] && sum[2] == sums[0][2]) }
        #expect((sums[0][1].number ?? 0) > 2_000)
    }

    @Test("After an orderly end the ten minutes and the hour have the minute in which it came, too")
    func foldsAtEnd() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        for at in stride(from: now, to: now + 20, by: 2) {
            try session.write(rows { $0.add(minute(1), at: at) }, now: at)
        }
        session.end()
        let sums = try place.query("SELECT step, sum(p2pool_work) FROM totals GROUP BY step ORDER BY step")
        #expect(sums.map { $0[1] } == [.real(10), .real(10), .real(10)])
    }

    @Test("An hour whose minutes are gone keeps what it knew when the clock is wrong and a minute of it comes again")
    func keepsHour() throws {
        let place = try StoreTestPlace()
        var hour = Totals()
        hour.seconds = 3_600
        hour.work.xvb = 7
        let session = try place.session(now: now)
        let proxy = try place.number("SELECT proxy FROM proxies")
        let connection = try Connection(place.path, isReadOnly: false)
        let at = Grain.hour.start(of: now) - 300 * 3_600
        try connection.run(Table.totals.writing, [.integer(proxy)] + TotalsRow(.hour, at: at, hour).row.values)
        try session.write(rows { $0.add(minute(1), at: at + 120) }, now: at + 120)
        #expect(try place.query("SELECT xvb_work FROM totals WHERE step = 3600 AND at = \(at)").first?[0] == .real(7))
    }

    @Test("What lies in the future, after the clock was set back, is of no time and does not come back")
    func future() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        try session.write(
            rows {
                for at in [now - 10, now + 3, now + 500] {
                    $0.add(WorkSecond(at: at, work: PerUpstream(p2pool: 1, xvb: 0)))
                }
            },
            now: now)
        #expect(try session.stored(now: now).work.count == 3)
        #expect(try session.stored(now: now).work.map(\.at) == [now - 10, now + 3])
    }

    @Test("When the clock is set, the rows of this run move with it, and those of an earlier one stay")
    func clock() throws {
        let place = try StoreTestPlace()
        let earlier = try place.session(now: now)
        try earlier.write(
            rows {
                $0.add(WorkSecond(at: now, work: PerUpstream(p2pool: 1, xvb: 0)))
                $0.add(Row.share(at: now * 1_000, difficulty: 1, rig: nil))
            }, now: now)
        // A machine without a battery begins in 1970 and is told the time a minute later.
        let session = try place.session(now: 100)
        try session.write(
            rows {
                for at in 100...130 as ClosedRange<Int64> {
                    $0.add(WorkSecond(at: at, work: PerUpstream(p2pool: 2, xvb: 0)))
                }
                $0.add(Row.share(at: 120_500, difficulty: 2, rig: nil))
                $0.set(MemoryRow(.state, at: 125))
                $0.add(minute(4), at: 121)
            }, now: 130)
        let by = now + 60 - 131
        try session.write(
            rows {
                $0.shift(ClockShift(by: by, from: 100, through: 131))
                $0.add(WorkSecond(at: now + 60, work: PerUpstream(p2pool: 2, xvb: 0)))
            }, now: now + 60)
        let stored = try session.stored(now: now + 60)
        #expect(stored.work.map(\.at) == [now] + Array(now + 29...now + 60))
        #expect(stored.memory[.state]?.at == 125 + by)
        #expect(
            try place.query("SELECT at_ms FROM shares").map { $0[0] } == [
                .integer(now * 1_000), .integer((120 + by) * 1_000 + 500),
            ])
        #expect(try place.query("SELECT DISTINCT at % step FROM totals").map { $0[0] } == [.integer(0)])
        #expect(try place.number("SELECT min(at) FROM totals") > 1_000_000)
    }

    @Test("What is too old is forgotten, each grain and table at its time; shares stay for years")
    func forgets() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        try session.write(
            rows {
                $0.add(WorkSecond(at: now, work: PerUpstream(p2pool: 1, xvb: 0)))
                $0.add(minute(1), at: now)
                $0.add(RigTotals(work: 1, accepted: 1, refused: 0), RigTotals.Key(at: now, rig: "a"))
                $0.add(Row.share(at: now * 1_000, difficulty: 1, rig: nil))
                $0.add(Row.outage(at: now * 1_000, until: nil, .xvb))
            }, now: now)
        func counts(_ day: Int64) throws -> [Int64] {
            try session.write(rows { $0.set(MemoryRow(.days, at: 1)) }, now: now + day * 86_400)
            return try ["work", "totals WHERE step = 60", "rig_totals", "totals WHERE step = 600", "totals", "shares"]
                .map { try place.number("SELECT count(*) FROM \($0)") }
        }
        #expect(try counts(1) == [1, 1, 1, 1, 3, 1])
        #expect(try counts(2) == [0, 1, 1, 1, 3, 1])
        #expect(try counts(9) == [0, 0, 0, 1, 2, 1])
        #expect(try counts(130) == [0, 0, 0, 0, 1, 1])
        #expect(try counts(1_900) == [0, 0, 0, 0, 0, 0])
    }

    @Test("A table that is filled faster than any farm does keeps its newest rows")
    func bounded() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        for part in 0..<13 as Range<Int64> {
            try session.write(
                rows {
                    for number in 0..<4_000 as Range<Int64> {
                        $0.add(Row.share(at: part * 4_000 + number, difficulty: 1, rig: nil))
                    }
                }, now: now)
        }
        #expect(try place.number("SELECT count(*) FROM shares") == 52_000)
        let dated = now - 5 * 365 * 86_400
        _ = try place.query("UPDATE shares SET at_ms = at_ms + \(dated * 1_000)")
        try session.write(rows { $0.set(MemoryRow(.days, at: 1)) }, now: now + 700)
        #expect(try place.number("SELECT count(*) FROM shares") == 50_000)
    }

    @Test("What was going on when the proxy was killed has ended when it starts again")
    func ends() throws {
        let place = try StoreTestPlace()
        let first = try place.session(now: now)
        try first.write(
            rows {
                $0.add(Row.slice(at: now * 1_000, until: nil, .xvb, work: 0))
                $0.add(Row.outage(at: now * 1_000, until: nil, .p2pool))
                $0.add(Row.outage(at: now * 1_000 - 9_000, until: now * 1_000 - 8_000, .xvb))
                $0.add(minute(1), at: now + 30)
            }, now: now)
        _ = try place.session(now: now + 9_000)
        // Two seconds of that minute are known.
        let end = Grain.minute.start(of: now + 30) + 2
        #expect(try place.query("SELECT until_ms FROM slices").first?[0] == .integer(end * 1_000))
        #expect(
            try place.query("SELECT until_ms FROM outages ORDER BY at_ms").map { $0[0] }
                == [.integer(now * 1_000 - 8_000), .integer(end * 1_000)])
    }

    @Test(
        "What was going on ends with the last second that is known, not with the minute or the next start",
        arguments: ["figures", "work", "memory"])
    func endsInTime(witness: String) throws {
        let place = try StoreTestPlace()
        let start = Grain.minute.start(of: now)
        let first = try place.session(now: now)
        try first.write(
            rows {
                $0.add(Row.run(at: (start + 3) * 1_000, until: nil, version: "1"))
                var totals = minute(1)
                totals.seconds = witness == "figures" ? 40 : 10
                $0.add(totals, at: start)
                let work = PerUpstream(p2pool: 1.0, xvb: 0)
                $0.add(WorkSecond(at: start + (witness == "work" ? 39 : 5), work: work))
                $0.set(MemoryRow(.state, at: start + (witness == "memory" ? 40 : 6)))
            }, now: now)
        _ = try place.session(now: start + 55)
        #expect(try place.query("SELECT until_ms FROM runs").first?[0] == .integer((start + 40) * 1_000))
    }

    @Test("A proxy that was killed before it had any figures ran for no time, whenever the next one starts")
    func endsAtOnce() throws {
        let place = try StoreTestPlace()
        let first = try place.session(now: now)
        try first.write(rows { $0.add(Row.run(at: now * 1_000, until: nil, version: "1")) }, now: now)
        _ = try place.session(now: now + 2)
        #expect(try place.query("SELECT until_ms FROM runs").first?[0] == .integer(now * 1_000))
    }

    @Test("It is read while it is written to, by any number, without keeping the writer")
    func readWhileWritten() throws {
        let place = try StoreTestPlace()
        let session = try place.session(now: now)
        try session.write(rows { $0.add(minute(1), at: now) }, now: now)
        let reader = try Connection(place.path, isReadOnly: true)
        try reader.run("BEGIN")
        #expect(try reader.first("SELECT sum(p2pool_work) FROM totals WHERE step = 60") == .real(1))
        try session.write(rows { $0.add(minute(1), at: now) }, now: now)
        #expect(try reader.first("SELECT sum(p2pool_work) FROM totals WHERE step = 60") == .real(1))
        try reader.run("COMMIT")
        #expect(try reader.first("SELECT sum(p2pool_work) FROM totals WHERE step = 60") == .real(2))
    }
}
