import ProxyTerms
import Testing

@testable import SplitScheduler

/// A history of hours with these hashrates, told each ten minutes, from second 0 on.
private func history(_ hours: [Double?]) -> HashrateHistory {
    var history = HashrateHistory(anchor: 0)
    for (hour, hashrate) in hours.enumerated() {
        for part in 0..<6 { history.note(hashrate, at: seconds(Double(hour * 3_600 + part * 600))) }
    }
    history.note(hours.last ?? nil, at: seconds(Double(hours.count * 3_600)))
    return history
}

@Suite("The hashrate of the last days")
struct HashrateHistoryTests {
    private let day = (0..<24).map { $0 < 12 ? 20_000.0 : 10_000.0 }

    @Test("Hours are remembered as means, newer days weigh more, and eight days are kept")
    func usual() {
        let known = history(day + day.map { $0 * 2 })
        #expect(known.mean(ofHour: 3) == 20_000)
        #expect(known.usual(atHour: 48 + 3).map { abs($0 - (40_000 + 0.6 * 20_000) / 1.6) < 1e-6 } == true)
        var old = known
        old.note(5_000, at: seconds(20 * 86_400))
        #expect(old.mean(ofHour: 3) == nil)
        #expect(old.usual(atHour: 20 * 24 + 3) == nil)
    }

    @Test("Hours in which nobody looked are not known, and are no hours without hashrate")
    func unknown() {
        let known = history([10_000, nil, 0])
        #expect(known.mean(ofHour: 0) == 10_000)
        #expect(known.mean(ofHour: 1) == nil)
        #expect(known.mean(ofHour: 2) == 0)
    }

    @Test("An ordinary hour lets expect ordinary hours")
    func ordinary() {
        let expected = history(day + day).expected(present: 20_500, hours: 24)
        #expect(expected.count == 25)
        #expect(expected[0] == 20_000 && expected[12] == 10_000 && expected[24] == 20_000)
    }

    @Test("A dip is thought to last twice as long as it has lasted")
    func dip() {
        let flat = [Double](repeating: 20_000, count: 48)
        let fresh = history(flat).expected(present: 10_000, hours: 24)
        #expect(fresh[1] == 10_000 && fresh[2] == 20_000)
        let older = history(flat + [10_000, 10_000, 10_000]).expected(present: 10_000, hours: 24)
        #expect(older[7] == 10_000 && older[8] == 20_000)
    }

    @Test("More rigs on a steady farm are there to stay; a better hour of a farm that changes is not")
    func more() {
        let steady = history([Double](repeating: 20_000, count: 48)).expected(present: 40_000, hours: 40)
        #expect(steady[40] == 40_000)
        let changing = history(day + day).expected(present: 40_000, hours: 24)
        #expect(changing[1] == 40_000 && changing[3] == 20_000)
    }

    @Test("In the first day an hour never seen is thought to be like the present, after a dip like what was seen")
    func firstDay() {
        #expect(HashrateHistory(anchor: 0).expected(present: 9_000, hours: 3) == [9_000, 9_000, 9_000, 9_000])
        let steady = history([20_000, 20_000, 20_000, 20_000])
        #expect(steady.expected(present: 19_500, hours: 2) == [19_500, 19_500, 19_500])
        let dip = steady.expected(present: 8_000, hours: 24)
        #expect(dip[1] == 8_000 && dip[2] == 20_000 && dip[23] == 20_000)
        #expect(history([20_000]).expected(present: 21_000, hours: 1) == [21_000, 21_000])
    }

    @Test("A first day that falls hour by hour is thought to fall as far again (found S2)")
    func evening() {
        let expected = history([25_000, 24_500, 23_500, 22_500]).expected(present: 21_500, hours: 24)
        #expect(expected[0] == 21_500 * 0.86 && expected[12] == expected[0])
    }

    @Test("A day is known once this hour was seen a day before")
    func knowsDay() {
        #expect(!HashrateHistory(anchor: 0).knowsDay)
        #expect(HashrateHistory(anchor: 0).secondsUntilDayIsKnown(at: 600) == 85_800)
        let some = history([20_000, 20_000, 20_000])
        #expect(!some.knowsDay)
        #expect(some.secondsUntilDayIsKnown(at: 10_800) == 75_600)
        #expect(history(day).knowsDay)
    }

    @Test("It goes on over a restart on another clock, the time in between being unknown")
    func restart() {
        let before = history(day + day)
        let second = Int64(48 * 3_600 + 900)
        let told = before.remembered(at: second)
        #expect(told.means == day + day && told.lastEnded == 900)
        var after = HashrateHistory(means: told.means, lastEnded: told.lastEnded + 7_200, second: 50)
        after.note(10_000, at: seconds(50))
        let hour = after.hour(of: 50)
        #expect(after.usual(atHour: hour + 22) == before.usual(atHour: 48))
        #expect(after.mean(ofHour: hour - 1) == nil && after.mean(ofHour: hour - 3) == 10_000)
    }
}
