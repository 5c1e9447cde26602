import Foundation
import Glibc
import History
import ProxyTerms

@testable import Store

/// What a store must hold after its proxy was killed many times, by the account of those who were not: pools, rigs, and the reader of
/// the log. Times are milliseconds since 1970.
struct KillBooks {
    /// What may be lost before a kill.
    static let lost: Int64 = 5_000
    /// By how much the proxy's stamps, which are whole seconds for work, may be other than ours.
    private static let slack: Int64 = 1_500

    /// From a start to a kill.
    struct Run {
        var start, kill: Int64
        var lines: [String]

        /// Whether what happened then must be in the store.
        func mustKeep(_ at: Int64) -> Bool { at <= kill - KillBooks.lost }
    }

    var runs: [Run] = []
    /// When a pool hung up, for twelve seconds.
    var outages: [(at: Int64, upstream: Upstream)] = []
    /// What was compared.
    private(set) var told = ""
    private var counts: [(String, Int)] = []

    /// What is wrong with the store.
    mutating func faults(
        _ store: StoreFileReader, _ taken: PerUpstream<[BusyPool.Taken]>, _ rigs: [BusyRig]
    ) throws -> [String] {
        var faults: [String] = []
        for upstream in Upstream.allCases {
            faults += try work(store, upstream, taken[upstream])
            faults += try totals(store, upstream, taken[upstream])
        }
        for rig in rigs {
            let kept = try store.number("SELECT sum(accepted) FROM rig_totals WHERE rig = '\(rig.name)'")
            let least = rig.good.count { mustKeep($0) }
            counts.append(("shares of \(rig.name)", Int(kept)))
            if kept < least || kept > rig.sent {
                faults.append("\(rig.name): \(kept) shares of \(least)...\(rig.sent)")
            }
        }
        let names = try store.number("SELECT count(*) FROM rigs")
        if Int(names) != rigs.count { faults.append("\(names) rigs") }
        faults += try events(store, taken.p2pool)
        faults += try spans(store)
        let fewest = try store.number("SELECT count(*) FROM memory")
        if fewest != 3 { faults.append("\(fewest) rows of memory") }
        told = counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
        return faults
    }

    private func run(of at: Int64) -> Int { (runs.lastIndex { $0.start <= at }) ?? 0 }
    private func mustKeep(_ at: Int64) -> Bool { runs[run(of: at)].mustKeep(at) }

    // MARK: Work

    /// Each second's work is that of the next shares that the pool took: none is missing but the last ones of a run, none there twice.
    private mutating func work(
        _ store: StoreFileReader, _ upstream: Upstream, _ taken: [BusyPool.Taken]
    ) throws -> [String] {
        let owners = taken.map { run(of: $0.at) }
        /// Where the next run's shares begin, if all from `place` on may have been lost.
        func afterLoss(_ place: Int) -> Int? {
            guard place < taken.count, !mustKeep(taken[place].at) else { return nil }
            return owners[place...].firstIndex { $0 != owners[place] } ?? taken.count
        }
        func consume(_ rest: Double, from place: Int, second: Int64) -> Int? {
            if abs(rest) < 0.01 { return place }
            guard rest > 0, place < taken.count else { return nil }
            let late = taken[place].at - second * 1_000
            if late > -Self.slack, late < 1_000 + Self.slack,
                let end = consume(rest - taken[place].work, from: place + 1, second: second)
            {
                return end
            }
            return afterLoss(place).flatMap { consume(rest, from: $0, second: second) }
        }
        var place = 0
        var faults: [String] = []
        let rows = try store.rows("SELECT at, \(upstream.key) FROM work WHERE \(upstream.key) != 0 ORDER BY at")
        for row in rows {
            let (second, work) = (row[0].whole ?? 0, row[1].number ?? 0)
            guard let end = consume(work, from: place, second: second) else {
                faults.append("\(upstream.key) in second \(second): \(work) is not the next shares'")
                place = taken.firstIndex { $0.at > (second + 1) * 1_000 } ?? taken.count
                continue
            }
            place = end
        }
        while let next = afterLoss(place) { place = next }
        if place < taken.count {
            faults.append("\(upstream.key): \(taken.count - place) shares are missing at the end")
        }
        counts.append(("shares at \(upstream.name), in \(rows.count) seconds", taken.count))
        return faults
    }

    private func totals(
        _ store: StoreFileReader, _ upstream: Upstream, _ taken: [BusyPool.Taken]
    ) throws -> [String] {
        let column = "\(upstream.key)_accepted"
        var faults: [String] = []
        for row in try store.rows("SELECT at, \(column) FROM totals WHERE step = 60") {
            let (start, kept) = ((row[0].whole ?? 0) * 1_000, Int(row[1].whole ?? 0))
            // Handed over with the second that has ended last: two seconds' work may stand in the minute before or after.
            let least = taken.count { $0.at >= start + 3_000 && $0.at < start + 57_000 && mustKeep($0.at) }
            let most = taken.count { $0.at >= start - 3_000 && $0.at < start + 63_000 }
            if kept < least || kept > most { faults.append("\(column) in \(start): \(kept) of \(least)...\(most)") }
        }
        for step in [60, 3_600] {
            let kept = Int(try store.number("SELECT sum(\(column)) FROM totals WHERE step = \(step)"))
            let least = taken.count { mustKeep($0.at) }
            if kept < least || kept > taken.count { faults.append("\(column), \(step): \(kept) of \(least)...") }
        }
        return faults
    }

    // MARK: Events

    /// A table of events, and what is in each line of the log that tells of one.
    private struct Kind {
        var table: String
        var text: String
        var column = "at_ms"
        /// Whether each row has its line.
        var isEach = true
    }

    private static let kinds = [
        Kind(table: "switches", text: "now mining on "), Kind(table: "shares", text: "p2pool share found"),
        Kind(table: "plans", text: " s of 20: ", isEach: false),
        Kind(table: "windows", text: " done: XvB planned", column: "until_ms"),
    ]

    /// What a run has logged is there in its order, but for the last of it.
    private mutating func events(_ store: StoreFileReader, _ taken: [BusyPool.Taken]) throws -> [String] {
        var faults: [String] = []
        for kind in Self.kinds {
            let rows = try store.rows("SELECT \(kind.column) FROM \(kind.table) ORDER BY 1").compactMap { $0[0].whole }
            var logged = 0
            for (number, owner) in runs.enumerated() {
                let lines = owner.lines.filter { $0.contains(kind.text) }
                logged += lines.count
                var own = rows.filter { run(of: $0) == number }
                for line in lines {
                    guard let at = Self.moment(line) else { continue }
                    if !kind.isEach { own.removeFirst(own.firstIndex { $0 >= at - Self.slack } ?? own.count) }
                    if let next = own.first, abs(next - at) <= Self.slack {
                        own.removeFirst()
                    } else if owner.mustKeep(at) {
                        faults.append("\(kind.table) has no row, \(owner.kill - at) ms before a kill, of: \(line)")
                    }
                }
                if kind.isEach, !own.isEmpty { faults.append("\(kind.table): rows without a line: \(own)") }
            }
            counts.append(("\(kind.table) of \(logged) logged", rows.count))
            if logged == 0 { faults.append("no line of \(kind.table) in the log") }
        }
        let found = Int(try store.number("SELECT count(*) FROM shares"))
        let most = taken.count { $0.isOnSidechain }
        if found > most { faults.append("\(found) sidechain shares, p2pool took \(most)") }
        return faults
    }

    /// The time that a line of the log begins with.
    private static func moment(_ line: String) -> Int64? {
        let numbers = line.prefix(24).split { !$0.isNumber }.compactMap { Int32($0) }
        guard line.hasPrefix("["), numbers.count == 7 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1_900, numbers[1] - 1, numbers[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        parts.tm_isdst = -1
        return Int64(mktime(&parts)) * 1_000 + Int64(numbers[6])
    }

    // MARK: Spans

    private mutating func spans(_ store: StoreFileReader) throws -> [String] {
        var faults: [String] = []
        func rows(_ table: String) throws -> [(at: Int64, until: Int64?)] {
            let found = try store.rows("SELECT at_ms, until_ms FROM \(table) ORDER BY at_ms")
            counts.append((table, found.count))
            return found.map { ($0[0].whole ?? 0, $0[1].whole) }
        }
        let kept = try rows("runs")
        for run in runs {
            let own = kept.filter { $0.at >= run.start && $0.at <= run.kill }
            if own.count > 1 { faults.append("the run at \(run.start) is there \(own.count) times") }
            guard run.mustKeep(run.start) else { continue }
            guard let row = own.first else {
                faults.append("the run at \(run.start) is missing")
                continue
            }
            // The last one's end is told by the next start.
            guard run.kill != runs.last?.kill else { continue }
            let until = row.until ?? 0
            if until < run.kill - Self.lost || until > run.kill + Self.slack {
                faults.append("the run at \(run.start) ends at \(until), was killed at \(run.kill)")
            }
        }
        if kept.count > runs.count { faults.append("\(kept.count) runs") }
        let slices = try rows("slices")
        for (slice, next) in zip(slices, slices.dropFirst()) where slice.until ?? .max > next.at {
            faults.append("the slice at \(slice.at) ends at \(slice.until ?? 0), the next one begins at \(next.at)")
        }
        var told = try rows("outages")
        for outage in outages {
            let place = told.firstIndex { abs($0.at - outage.at) <= Self.slack }
            if let place {
                if let until = told[place].until, until < outage.at + 10_000, mustKeep(outage.at + 12_000) {
                    faults.append("the outage at \(outage.at) ends at \(until)")
                }
                told.remove(at: place)
            } else if mustKeep(outage.at + 12_000) {
                faults.append("the outage at \(outage.at) is missing")
            }
        }
        if !told.isEmpty { faults.append("\(told.count) outages that were none") }
        return faults
    }
}
