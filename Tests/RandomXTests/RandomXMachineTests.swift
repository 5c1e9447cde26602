import ProxyTerms
import Testing

@testable import RandomX

/// RandomX's own published vectors (its tests.cpp): a key and an input of text.
@Suite("RandomX hashes", .serialized)
struct RandomXMachineTests {
    private func hash(_ machine: RandomXMachine, _ key: String, _ input: String, at now: Int64) -> String? {
        Array(key.utf8).withUnsafeBytes { key in
            Array(input.utf8).withUnsafeBytes { input in
                machine.hash(input, key: key, now: Instant(milliseconds: now)).map { Hex.text($0) }
            }
        }
    }

    @Test("Published vectors, two seeds' caches at most, and memory that is given back when it was idle")
    func vectors() {
        let machine = RandomXMachine()
        #expect(machine.cacheCount == 0)
        let first = "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f"
        #expect(hash(machine, "test key 000", "This is a test", at: 0) == first)
        #expect(
            hash(
                machine, "test key 001", "sed do eiusmod tempor incididunt ut labore et dolore magna aliqua", at: 50_000
            )
                == "e9ff4503201c0c2cca26d285c93ae883f9b1d30c9eb240b820756f2d5a7905fc")
        #expect(machine.cacheCount == 2)
        // Back to the first one, whose cache is there still.
        #expect(hash(machine, "test key 000", "This is a test", at: 100_000) == first)
        #expect(machine.cacheCount == RandomXMachine.mostCaches)

        #expect(machine.nextIdle(after: 600) == Instant(milliseconds: 650_000))
        machine.freeIdle(after: 600, now: Instant(milliseconds: 649_999))
        #expect(machine.cacheCount == 2)
        machine.freeIdle(after: 600, now: Instant(milliseconds: 650_000))
        #expect(machine.cacheCount == 1)
        #expect(hash(machine, "test key 000", "This is a test", at: 660_000) == first)
        machine.freeIdle(after: 600, now: Instant(milliseconds: 1_260_000))
        #expect(machine.cacheCount == 0)
        #expect(machine.nextIdle(after: 600) == .never)
    }

    @Test("Where the system lets no code be made at run time the hashes are the same")
    func interpreted() {
        let machine = RandomXMachine(jit: false)
        #expect(!machine.isCompiled)
        #expect(
            hash(machine, "test key 000", "This is a test", at: 0)
                == "639183aae1bf4c9a35884cb46b09cad9175f04efd7684e7262a0ac1c2f0b4e3f")
    }
}
