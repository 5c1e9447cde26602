import ProxyTerms
import Testing

@testable import SplitScheduler

/// Values that a peer, a file or a mirror may tell, and that arithmetic doesn't like.
private let extremes: [Double] = [
    0, 1, -1, 0.5, 1e-300, 1e-9, 1e9, 1e12, 999_999_999_999, 1e15, 9.3e17, 9.2e18, 1e19, 1e30, 1e300, -1e300,
    .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity, .nan, 100, 2160, 10_000, 85.5e6, 8.55e6,
]

@Suite("Whatever is told, nothing traps")
struct ExtremeInputTests {
    @Test("Any figures of p2pool and XvB, any hashrate, any share, at any time", arguments: 0..<40 as Range<UInt64>)
    func figures(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func pick(_ sane: Double) -> Double {
            random.unit() < 0.7 ? sane : extremes[Int(random.next() % UInt64(extremes.count))]
        }
        let modes = SplitMode.allCases
        var settings = SplitSettings(mode: modes[Int(seed % 4)], manualXvBSeconds: pick(60))
        if seed % 3 == 0 { settings.tier = .donor }
        if seed % 5 == 0 { settings.confidence = 0.999 }
        var scheduler = SplitScheduler(settings: settings, start: seconds(1_000))
        var now = 1_000.0
        for _ in 0..<600 {
            now += random.unit() < 0.02 ? 90_000 : random.unit() * 40
            let at = seconds(now)
            switch random.next() % 6 {
            case 0, 1:
                scheduler.observed(
                    p2pool: P2PoolReading(
                        sidechainDifficulty: pick(85.5e6), pplnsWindow: pick(2160), poolHashrate: pick(8.55e6),
                        sidechainHeight: pick(5e6), rewardSharePercent: random.unit() < 0.2 ? nil : pick(0.1),
                        lastShareAge: random.unit() < 0.2 ? nil : pick(3_000), age: pick(0)), at: at)
            case 2:
                scheduler.observed(
                    xvb: XvBReading(
                        credited1h: pick(1_010), credited24h: pick(1_005), fails: Int(random.next() % 4), age: pick(20)),
                    at: at)
            case 3: scheduler.credited(work: pick(50_000), to: .xvb, at: at)
            case 4: scheduler.credited(work: pick(400_000), to: .p2pool, at: at)
            default: scheduler.foundSidechainShare(at: at)
            }
            // The meter's figures are our own: finite and not negative.
            let total = max(0, min(1e18, pick(12_000)))
            let movable = max(0, min(1e18, pick(12_000)))
            _ = scheduler.advance(
                now: at,
                hashrate: HashrateInputs(
                    total: total.isNaN ? 0 : total, movable: movable.isNaN ? 0 : movable, error: random.unit()))
            #expect(scheduler.nextDeadline > .start)
            #expect(scheduler.plan != nil)
            let status = scheduler.status(at: at)
            #expect(status.creditRatio >= 0.9 && status.creditRatio <= 1)
        }
    }

    @Test("Any number in the journal, and the schedule that is restored from it", arguments: 0..<40 as Range<UInt64>)
    func journal(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var scheduler = running(bare(.default))
        scheduler.observed(xvb: XvBReading(credited1h: 900, credited24h: 800), at: seconds(1_000))
        for second in stride(from: 1_005.0, through: 1_500, by: 5) {
            scheduler.credited(work: 50_000, to: second < 1_300 ? .xvb : .p2pool, at: seconds(second))
            var reading = draftReading()
            reading.lastShareAge = second
            scheduler.observed(p2pool: reading, at: seconds(second))
            _ = scheduler.advance(now: seconds(second), hashrate: tenKilo)
        }
        let lines = [
            scheduler.journalWork(last: 600, at: seconds(1_500)).line(time: 1_700_000_000),
            scheduler.journalState(at: seconds(1_500)).line(time: 1_700_000_000),
        ]
        var restored = 0
        for _ in 0..<40 {
            var replay = JournalReplay()
            for line in lines { replay.take(spoilt(line, &random)) }
            guard let memory = replay.memory(now: 1_700_000_020) else { continue }
            restored += 1
            var next = SplitScheduler(settings: bare(.default), remembering: memory, start: seconds(50_000))
            for second in stride(from: 50_000.0, through: 51_300, by: 13) {
                next.observed(p2pool: draftReading(), at: seconds(second))
                _ = next.advance(now: seconds(second), hashrate: tenKilo)
                #expect(next.plan.map { $0.xvbSeconds >= 0 && $0.xvbSeconds <= 600 } == true)
                #expect(next.status(at: seconds(second)).routed.xvb.day >= 0)
            }
        }
        #expect(restored > 10)
    }

    /// The line with a few of its numbers replaced.
    private func spoilt(_ line: String, _ random: inout SeededGenerator) -> String {
        let numbers = ["0", "-1", "1e300", "-1e300", "1e18", "9.3e18", "1e-300", "1e9", "86400", "1e12", "0.5"]
        var result = ""
        var isInText = false
        var isInNumber = false
        var isReplaced = false
        for character in line {
            if character == "\"" { isInText.toggle() }
            let isNumeric = !isInText && (character.isNumber || character == "." || character == "-")
            if isNumeric, !isInNumber {
                isReplaced = result.count > 25 && random.unit() < 0.06
                if isReplaced { result += numbers[Int(random.next() % UInt64(numbers.count))] }
            }
            isInNumber = isNumeric
            if !isNumeric || !isReplaced { result.append(character) }
        }
        return result
    }
}
