import ProxyTerms
import Testing

@testable import SplitScheduler

/// 10 kH/s of even shares from `begin` on, read by an XvB that counts `ratio` of them and knows of `outside` H/s more, `delay`
/// seconds late, once a minute until `end`.
private func modelled(
    from begin: Int64 = 0, to end: Int64, ratio: Double = 1, outside: Double = 0, delay: Int64 = 0,
    rate: Double = 10_000
) -> (model: CreditModel, ledger: WorkLedger) {
    var ledger = WorkLedger()
    var model = CreditModel(ledgerBeginning: begin)
    for second in begin...end {
        if second % 20 == 0 { ledger.credit(rate * 20, to: .xvb, at: Instant(second: second)) }
        if second % 60 == 0 {
            let asOf = second - delay
            let hour = ledger.work(.xvb, after: asOf - 3_600, through: asOf) / 3_600
            let day = ledger.work(.xvb, after: asOf - 86_400, through: asOf) / 86_400
            model.observed(
                XvBReading(credited1h: hour * ratio + outside, credited24h: day * ratio + outside), ledger: ledger,
                second: second)
        }
    }
    return (model, ledger)
}

@Suite("What XvB's figures say")
struct CreditModelTests {
    @Test(
        "An XvB that counts exactly, at once or eight minutes late, corrects nothing", arguments: [0, 480] as [Int64])
    func exact(delay: Int64) {
        let (model, _) = modelled(to: 30_000, delay: delay)
        #expect(model.foreign(at: 30_000).hashrate < 1)
        #expect(model.creditRatio(at: 30_000) == 1)
    }

    @Test("Work from outside shows once the hour is ours and the figure stands for ten minutes")
    func outside() {
        let early = modelled(to: 4_000, outside: 8_000).model
        #expect(early.foreign(at: 4_000).hashrate == 0)
        // Its first figures about an hour that is all ours.
        #expect(modelled(to: 4_260, outside: 8_000).model.foreign(at: 4_260).hashrate == 0)
        let late = modelled(to: 9_000, outside: 8_000).model
        #expect(abs(late.foreign(at: 9_000).hashrate - 8_000) < 200)
    }

    @Test("A part that XvB doesn't count is believed, after hours, and within bounds")
    func ratio() {
        #expect(abs(modelled(to: 20_000, ratio: 0.96).model.creditRatio(at: 20_000) - 0.96) < 0.003)
        #expect(modelled(to: 20_000, ratio: 0.5).model.creditRatio(at: 20_000) == 0.9)
        #expect(modelled(to: 20_000, ratio: 0.995).model.creditRatio(at: 20_000) == 1)
        #expect(modelled(to: 20_000, ratio: 1.5).model.creditRatio(at: 20_000) == 1)
    }

    @Test(
        "A quarter of an hour of zeros, or of a tenth, is no part that isn't counted (gupaxx #58, #72)",
        arguments: [0, 0.1])
    func nonsense(part: Double) {
        var (model, ledger) = modelled(to: 12_000)
        for second in stride(from: 12_060, through: 12_960, by: 60) as StrideThrough<Int64> {
            for share in 0..<3 {
                ledger.credit(200_000, to: .xvb, at: Instant(second: second - 40 + 20 * Int64(share)))
            }
            let jitter = Double(second % 7)
            model.observed(
                XvBReading(credited1h: part * (10_000 + jitter), credited24h: part * 5_000), ledger: ledger,
                second: second)
            #expect(model.creditRatio(at: second) == 1)
        }
    }

    // Fault X03.
    @Test("Figures that stand still fade: nothing winds up on them (pithead #311)")
    func frozen() {
        var (model, ledger) = modelled(to: 9_000, outside: 8_000)
        let before = model.foreign(at: 9_000).hashrate
        let reading = XvBReading(credited1h: 18_000, credited24h: 9_000)
        for second in stride(from: 9_060, through: 40_000, by: 60) as StrideThrough<Int64> {
            model.observed(reading, ledger: ledger, second: second)
        }
        ledger.credit(1, to: .xvb, at: Instant(second: 40_000))
        #expect(before > 7_000)
        #expect(model.isFrozen(at: 40_000))
        #expect(model.foreign(at: 40_000).hashrate == 0)
    }

    @Test("Old figures lose half their weight each half hour")
    func fading() {
        let (model, _) = modelled(to: 20_000, ratio: 0.92)
        let fresh = 1 - model.creditRatio(at: 20_100)
        let later = 1 - model.creditRatio(at: 20_000 + 900 + 1_800)
        #expect(abs(later / fresh - 0.5) < 0.05)
    }

    @Test("What XvB had counted before the ledger began counts on, and fades as it leaves the averages")
    func before() {
        var model = CreditModel(ledgerBeginning: 1_000)
        model.observed(XvBReading(credited1h: 1_000, credited24h: 900), ledger: WorkLedger(), second: 1_000)
        let foreign = model.foreign(at: 1_000)
        #expect(foreign.work(.hour, at: 1_000) == 3_600_000)
        #expect(foreign.work(.day, at: 1_000) == 77_760_000)
        #expect(foreign.work(.hour, at: 2_800) == 1_800_000)
        #expect(foreign.work(.hour, at: 4_600) == 0)
        #expect(foreign.work(.day, at: 1_000 + 43_200) == 38_880_000)
    }

    @Test("Work from before that leaves sooner than thought is not reckoned with any longer than XvB tells it")
    func unevenBefore() {
        // All of it was sent in the first quarter of the day before: six hours on it has left the average.
        var model = CreditModel(ledgerBeginning: 0)
        let ledger = WorkLedger()
        model.observed(XvBReading(credited1h: 0, credited24h: 1_000), ledger: ledger, second: 0)
        #expect(model.foreign(at: 0).work(.day, at: 0) == 86_400_000)
        model.observed(XvBReading(credited1h: 0, credited24h: 500), ledger: ledger, second: 10_800)
        #expect(abs(model.foreign(at: 10_800).work(.day, at: 10_800) - 43_200_000) < 1)
        model.observed(XvBReading(credited1h: 0, credited24h: 0), ledger: ledger, second: 21_600)
        #expect(model.foreign(at: 21_600).work(.day, at: 21_600) == 0)
    }

    @Test("Figures that stand still from the first reading on take nothing off the work from before (#311)")
    func frozenFromTheStart() {
        var ledger = WorkLedger()
        var model = CreditModel(ledgerBeginning: 0)
        for second in 0...840 as ClosedRange<Int64> {
            if second % 20 == 0, second > 0 { ledger.credit(20_000, to: .xvb, at: Instant(second: second)) }
            guard second % 60 == 0 else { continue }
            model.observed(
                XvBReading(credited1h: 1_000, credited24h: 1_000), ledger: ledger, second: second)
            // What leaves is what we send: the hour stays where it was.
            let hour = model.foreign(at: second).work(.hour, at: second) + ledger.work(.xvb, after: second - 3_600)
            #expect(abs(hour - 3_600_000) < 1)
        }
    }

    @Test("What goes on coming from outside counts once, not again as work from before")
    func outsideOnce() {
        let (model, _) = modelled(to: 30_000, outside: 8_000, rate: 100)
        let foreign = model.foreign(at: 30_000)
        #expect(abs(foreign.hashrate - 8_000) < 200)
        #expect(foreign.work(.day, at: 30_000) < 1.05 * 8_000 * 86_400)
        #expect(foreign.work(.day, at: 30_000) > 0.95 * 8_000 * 86_400)
    }

    // Fault X03.
    @Test("Averages that ramp up from 0 while we send evenly can cost a tenth more at most (pithead #70)")
    func ramp() {
        var ledger = WorkLedger()
        var model = CreditModel(ledgerBeginning: 0)
        for second in 0...40_000 as ClosedRange<Int64> {
            if second % 20 == 0 { ledger.credit(200_000, to: .xvb, at: Instant(second: second)) }
            guard second % 60 == 0 else { continue }
            let average = min(10_000, Double(second) / 4)
            model.observed(XvBReading(credited1h: average, credited24h: average / 3), ledger: ledger, second: second)
            #expect(model.creditRatio(at: second) >= 0.9)
            #expect(model.foreign(at: second).hashrate < 1)
        }
    }

    /// An hour's figure that others' luck moves by `swing` H/s up and down, each half an hour; their day's is `outside`.
    private func lucky(outside: Double, swing: Double, stated: Double? = nil) -> CreditModel {
        var (model, ledger) = modelled(to: 90_000)
        for second in stride(from: 90_060, through: 130_000, by: 60) as StrideThrough<Int64> {
            for share in 0..<3 {
                ledger.credit(200_000, to: .xvb, at: Instant(second: second - 59 + Int64(share) * 20))
            }
            let luck = (second / 1_800 % 2 == 0 ? swing : -swing) + Double(second / 60 % 7)
            model.observed(
                XvBReading(credited1h: 10_000 + outside + luck, credited24h: 10_000 + outside), ledger: ledger,
                stated: stated, second: second)
        }
        return model
    }

    // Fault W03.
    @Test(
        "Others' bad luck of half an hour is heeded in the hour, not in the day: for that their mean counts (outside-unstated)",
        arguments: [nil, 3_000.0])
    func othersDay(stated: Double?) {
        let foreign = lucky(outside: 3_000, swing: 500, stated: stated).foreign(
            at: 130_000, stated: stated, shareSize: 200_000)
        #expect(foreign.hashrate(.hour) < 2_600)
        #expect(abs(foreign.hashrate(.day) - 3_000) < 110)
    }

    @Test(
        "For the coming days others are expected to send what was believed of them in three hours, not what this moment's luck leaves"
    )
    func expectedOthers() {
        let model = lucky(outside: 3_000, swing: 500)
        let expected = model.expectedForeign(at: 130_000, stated: nil, shareSize: 200_000)
        #expect(expected > 2_400 && expected < 3_000)
        let alone = lucky(outside: 0, swing: 200)
        #expect(alone.expectedForeign(at: 130_000, stated: nil, shareSize: 200_000) < 100)
        #expect(alone.foreign(at: 130_000).hashrate(.day) == 0)
    }

    @Test("A day's figure that is rounded up shows no others")
    func roundedDay() {
        var (model, ledger) = modelled(to: 90_000)
        for second in stride(from: 90_060, through: 99_000, by: 60) as StrideThrough<Int64> {
            for share in 0..<3 {
                ledger.credit(201_200, to: .xvb, at: Instant(second: second - 59 + Int64(share) * 20))
            }
            model.observed(XvBReading(credited1h: 10_000, credited24h: 10_100), ledger: ledger, second: second)
        }
        #expect(model.foreign(at: 99_000).hashrate(.day) < 1)
    }
}
