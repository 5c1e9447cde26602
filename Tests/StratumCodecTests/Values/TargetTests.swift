import ProxyTerms
import Testing

@testable import StratumCodec

@Suite("Target")
struct TargetTests {
    @Test("p2pool's start difficulty 500001 becomes 0x218d, which is 500054")
    func startDifficulty() throws {
        // p2pool sends the upper half of its 64-bit target.
        let compact = UInt32(truncatingIfNeeded: Target.target(difficulty: 500_001) >> 32)
        #expect(compact == 0x218D)
        let target = try #require(Target.expand(compact: compact))
        #expect(Target.difficulty(target) == 500_054)
    }

    @Test(
        "Compact targets are expanded by two integer divisions",
        arguments: [
            (0xFFFF_FFFF, 1), (0x8000_0000, 1), (0x7FFF_FFFF, 2), (2, 0x7FFF_FFFF), (1, 0xFFFF_FFFF), (0x218D, 500_054),
            (0x0020_C49B, 2000), (0x0013_323D, 3414),
        ])
    func expanded(compact: UInt32, difficulty: UInt64) {
        #expect(Target.expand(compact: compact) == .max / difficulty)
    }

    @Test("A compact target of zero has no expansion")
    func zero() {
        #expect(Target.expand(compact: 0) == nil)
    }

    @Test("An expanded target is never zero, and never harder than its upper half")
    func expandedRange() throws {
        var generator = TestGenerator(seed: 3)
        for _ in 0..<10_000 {
            let compact =
                UInt32.random(in: 1 ... .max, using: &generator) >> UInt32.random(in: 0..<32, using: &generator)
            guard compact != 0 else { continue }
            let target = try #require(Target.expand(compact: compact))
            #expect(target >= UInt64(compact) << 32)
        }
    }

    @Test("The target of a difficulty is the largest that is at least as hard", arguments: [0, 1, 2])
    func largest(seed: UInt64) {
        var generator = TestGenerator(seed: seed)
        var difficulties: [UInt64] = [
            1, 2, 3, 1000, 500_001, 4_000_000, 1 << 32, (1 << 32) + 1, .max / 2, .max - 1, .max,
        ]
        for _ in 0..<3_000 {
            difficulties.append(
                UInt64.random(in: 1 ... .max, using: &generator) >> UInt64.random(in: 0..<64, using: &generator))
        }
        for difficulty in difficulties where difficulty > 0 {
            let target = Target.target(difficulty: difficulty)
            let isHardEnough = Target.difficulty(target) >= difficulty
            let isLargest = target == .max || Target.difficulty(target + 1) < difficulty
            if !isHardEnough || !isLargest { Issue.record("\(difficulty)") }
        }
    }

    @Test("Work is the expected number of hashes for a share")
    func work() {
        #expect(Target.work(1) == 0x1p64)
        #expect(Target.work(1 << 63) == 2)
        #expect(abs(Target.work(Target.target(difficulty: 500_000)) - 500_000) < 0.001)
    }

    @Test("The ends of the range have an answer")
    func ends() {
        #expect(Target.difficulty(.max) == 1 && Target.difficulty(1) == .max && Target.difficulty(0) == .max)
        #expect(Target.target(difficulty: 0) == .max && Target.target(difficulty: .max) == 1)
    }

    @Test(
        "Eight digits say a target as little easier as they can: never harder, below four million by a tenth of a percent at most"
    )
    func compact() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let difficulty = UInt64(1) + random.next() % (1 << 22)
            let target = Target.target(difficulty: difficulty)
            guard let compact = Target.compact(target), let expanded = Target.expand(compact: compact) else {
                #expect(difficulty >= (1 << 22) - 1)
                continue
            }
            #expect(expanded >= target)
            #expect(Double(expanded) / Double(target) < 1.001)
            // The next smaller one would be harder, and what eight digits say they say again.
            #expect(compact == 1 || (Target.expand(compact: compact - 1) ?? 0) < target)
            #expect(Target.compact(expanded) == compact)
        }
        #expect(Target.compact(.max).flatMap { Target.expand(compact: $0) } == .max)
        #expect(Target.compact(Target.target(difficulty: 1 << 22)) == nil && Target.compact(1) == nil)
    }
}
