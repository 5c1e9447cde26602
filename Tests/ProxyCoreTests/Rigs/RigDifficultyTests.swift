import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("Rig difficulty")
struct RigDifficultyTests {
    /// Mines at `hashrate` with the difficulty it is given, retargeting with a job every 10 s, for `seconds`.
    private func settle(hashrate: Double, seconds: Int, from difficulty: inout RigDifficulty) {
        var done = 0.0
        for second in 1...seconds {
            let now = Instant(milliseconds: Int64(second) * 1000)
            done += hashrate
            while done >= Target.work(difficulty.target) {
                done -= Target.work(difficulty.target)
                difficulty.counted(work: Target.work(difficulty.target))
            }
            if second % 10 == 0 { difficulty.retarget(now: now) }
        }
    }

    @Test("Settles at about one share every ten seconds", arguments: [50.0, 800, 9_000, 150_000, 2_000_000])
    func settles(hashrate: Double) {
        var difficulty = RigDifficulty(start: 5_000, now: .start)
        settle(hashrate: hashrate, seconds: 1200, from: &difficulty)
        let seconds = Target.work(difficulty.target) / hashrate
        #expect(seconds > 6 && seconds < 15)
    }

    @Test("A difficulty asked for with the user name never changes")
    func fixed() {
        var difficulty = RigDifficulty(fixed: 777, now: .start)
        settle(hashrate: 100_000, seconds: 300, from: &difficulty)
        #expect(Target.difficulty(difficulty.target) == 777)
    }

    @Test("A difficulty asked for is never below the least: each hash a share would use up what is remembered of a job")
    func fixedTooLow() {
        for wanted in [0, 1, 99] as [UInt64] {
            let difficulty = RigDifficulty(fixed: wanted, now: .start)
            #expect(Target.difficulty(difficulty.target) == RigDifficulty.leastDifficulty)
        }
    }

    @Test("A rig that finds nothing is given less, down to the least")
    func silentRig() {
        var difficulty = RigDifficulty(start: 1_000_000, now: .start)
        for minute in 1...60 { difficulty.retarget(now: Instant(milliseconds: Int64(minute) * 61_000)) }
        #expect(Target.difficulty(difficulty.target) == RigDifficulty.leastDifficulty)
    }
}
