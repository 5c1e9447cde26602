import ProxyTerms
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("How a rig does, in a word")
struct RigSignTests {
    private func sign(_ change: (inout RigSnapshot) -> Void) -> [String] {
        var rig = RigSnapshot(
            name: "attic", address: ClientAddress(ipv4: 0x7F00_0001), agent: "XMRig/6.26.0", upstream: .xvb,
            rate: Rate(hashrate: 1_500, error: 0.05, covered: 60), trust: .proven, counts: RigCounts(),
            secondsSinceShare: 1)
        change(&rig)
        let sign = Sign(rig)
        return [sign.level.rawValue, sign.word, sign.text]
    }

    @Test("What is worst is told: cut off, gone, suspect, where it mines, that it waits")
    func all() {
        #expect(sign { _ in } == ["good", "on XvB", ""])
        #expect(sign { $0.fullNonceSpace = true }[2] == "own pool connection")
        #expect(sign { $0.upstream = nil } == ["waiting", "waits for work", ""])
        #expect(sign { $0.trust = .suspect } == ["warning", "suspect", "each share is proven before a pool sees it"])
        let left = RigSnapshot.Departure(secondsAgo: 9_660, reason: .byRig)
        #expect(sign { $0.departure = left }[0...1] == ["waiting", "left"])
        #expect(sign { $0.departure = left }[2].hasPrefix("2 h 41 min ago, "))
        let cut = sign {
            $0.departure = left
            $0.cut = RigSnapshot.Cut(seconds: 2_220, offence: .flood)
        }
        #expect(cut[0...1] == ["bad", "cut off"] && cut[2].hasPrefix("for 37 min: "))
    }

    @Test("Who listens at a port is found in the kernel's table by state and port, with any number of spaces")
    func listeners() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:0D1C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
               1: 0100007F:0D1C 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 20 4 30 10 -1
               2: 00000000:0D1D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
            broken
            """
        #expect(PortHolder.listeners(at: 3356, in: Array(table.utf8)) == ["4711"])
        #expect(PortHolder.listeners(at: 1, in: Array(table.utf8)).isEmpty)
    }
}
