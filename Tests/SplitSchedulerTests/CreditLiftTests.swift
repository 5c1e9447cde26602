import ProxyTerms
import Testing

@testable import SplitScheduler

private let tier = 10_000.0

/// 10.1 kH/s of even shares of 202k from the beginning on; once a minute XvB tells what `tells` makes of our true averages.
private func lift(
    to end: Int64, from begin: Int64 = 0, tells: (_ second: Int64, _ hour: Double, _ day: Double) -> (Double, Double)
) -> (model: CreditModel, ledger: WorkLedger) {
    var ledger = WorkLedger()
    var model = CreditModel(ledgerBeginning: begin)
    for second in begin...end {
        if second % 20 == 0 { ledger.credit(202_000, to: .xvb, at: Instant(second: second)) }
        if second % 60 == 0, second > end - 14_400 {
            let hour = ledger.work(.xvb, after: second - 3_600, through: second) / 3_600
            let day = ledger.work(.xvb, after: second - 86_400, through: second) / 86_400
            let told = tells(second, hour, day)
            model.observed(
                XvBReading(credited1h: told.0, credited24h: told.1), ledger: ledger, tier: tier, second: second)
        }
    }
    return (model, ledger)
}

@Suite("XvB's own figures count")
struct CreditLiftTests {
    // Fault W04.
    @Test(
        "A fresh figure below the tier, while our ledger had it all the time, lifts the hour to what lies between the two"
    )
    func below() {
        let (model, _) = lift(to: 20_000) { second, hour, day in (hour * 0.985 + Double(second / 60 % 2), day) }
        // Part of it may be known by then as what XvB counts of our work.
        let beyond = (1 + model.lift(.hour, at: 20_000)) / model.creditRatio(at: 20_000) - 1
        #expect(beyond > 0.012 && beyond < 0.018)
        #expect(model.lift(.day, at: 20_000) == 0)
    }

    @Test("The 24 h figure is used long after the start")
    func day() {
        let (model, _) = lift(to: 100_000) { second, hour, day in (hour, day * 0.98 + Double(second / 60 % 2) / 10) }
        let part = model.lift(.day, at: 100_000)
        #expect(part > 0.015 && part < 0.025)
        #expect(model.lift(.hour, at: 100_000) == 0)
    }

    @Test("A lift halves in a day, and is bounded")
    func decay() {
        var lift = CreditLift()
        let figures = CreditLift.Comparison(told: 80, least: 101, wanted: 100)
        lift.observed(.hour, figures, second: 0)
        #expect(abs(lift.part(.hour, at: 0) - 0.15) < 1e-9)
        #expect(abs(lift.part(.hour, at: 86_400) - 0.075) < 1e-9)
    }

    @Test(
        "A ledger that had less than the tier in an hour that the figure may mean lifts nothing: it was luck, or an outage"
    )
    func ledgerBelow() {
        var lift = CreditLift()
        lift.observed(.hour, CreditLift.Comparison(told: 90, least: 99, wanted: 100), second: 0)
        #expect(lift.part(.hour, at: 0) == 0)
    }

    // Fault W04.
    @Test("Figures at or above the tier, late, frozen, zero or rounded ones lift nothing")
    func quiet() {
        var old: [(Double, Double)] = []
        let late = lift(to: 20_000) { _, hour, day in
            old.append((hour, day))
            return old[max(0, old.count - 9)]
        }
        #expect(late.model.lift(.hour, at: 20_000) == 0)
        let frozen = lift(to: 20_000) { _, _, _ in (9_900, 9_900) }
        #expect(frozen.model.lift(.hour, at: 20_000) < 0.001)
        let zeros = lift(to: 20_000) { second, hour, day in second > 15_000 ? (0, Double(second / 60 % 7)) : (hour, day)
        }
        #expect(zeros.model.lift(.hour, at: 20_000) == 0)
        let rounded = lift(to: 20_000) { _, hour, day in
            ((hour / 500).rounded() * 500, (day / 500).rounded() * 500)
        }
        #expect(rounded.model.lift(.hour, at: 20_000) == 0)
        #expect(rounded.model.creditRatio(at: 20_000) == 1)
    }

    @Test("Averages that XvB began anew from 0 lift nothing while they climb")
    func ramp() {
        let (model, _) = lift(to: 20_000) { second, hour, day in
            (hour * min(1, max(0, Double(second - 15_000) / 3_600)), day)
        }
        #expect(model.lift(.hour, at: 20_000) == 0)
    }

    // Fault W09.
    @Test("What XvB rounds to is found out; a figure may stand for half a step more", arguments: [100.0, 10, 1])
    func rounding(step: Double) {
        var rounding = FigureRounding()
        rounding.observed(step * 103)
        rounding.observed(step * 98)
        #expect(abs(rounding.step - step) < step * 1e-6)
        #expect(abs(rounding.most(step * 98) - step * 98.5) < 1e-6)
    }

    @Test("Figures of many digits are not rounded")
    func unrounded() {
        var rounding = FigureRounding()
        rounding.observed(10_123.456_789)
        #expect(rounding.step == 0)
    }
}

@Suite("A won round")
struct WonRoundTests {
    // Fault W05.
    @Test("Shares more are asked for from the first sight of our name to the first sight of another one")
    func margin() {
        var round = WonRound()
        round.observed(.vip, second: 100)
        #expect(round.needsMargin(for: .vip, at: 100))
        // Minutes left may be negative: it is on while the statistics name us.
        round.observed(.vip, second: 5_000)
        #expect(round.needsMargin(for: .vip, at: 5_000) && round.since == 100)
        round.observed(nil, second: 5_060)
        #expect(!round.needsMargin(for: .vip, at: 5_060))
    }

    @Test("A round that asks for less than the tier that is held needs no margin")
    func lower() {
        var round = WonRound()
        round.observed(.donor, second: 0)
        #expect(!round.needsMargin(for: .vip, at: 0) && round.needsMargin(for: .donor, at: 0))
    }

    @Test("Without word from XvB a round ends when rounds end")
    func stale() {
        var round = WonRound()
        round.observed(.vip, second: 0)
        #expect(round.needsMargin(for: .vip, at: WonRound.lasts))
        #expect(!round.needsMargin(for: .vip, at: WonRound.lasts + 1))
    }
}

@Suite("What a share is worth, when it jumps")
struct ShareSizeJumpTests {
    @Test("After two shares of a higher difficulty they are what a share is worth; after eight of a lower one, too")
    func jump() {
        var size = ShareSize()
        for _ in 0..<40 { size.add(50_000) }
        size.add(500_000)
        size.add(500_000)
        #expect(size.hashes == 500_000)
        for _ in 0..<40 { size.add(500_000) }
        for _ in 0..<8 { size.add(50_000) }
        #expect(size.hashes == 50_000)
    }

    @Test("One big share among small ones weighs as it did")
    func mixed() {
        var size = ShareSize()
        for _ in 0..<40 { size.add(50_000) }
        size.add(500_000)
        #expect((size.hashes ?? 0) < 250_000)
    }
}
