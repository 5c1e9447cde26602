import ProxyTerms
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("The rigs in status")
struct RigListTests {
    private func rig(_ name: String) -> RigSnapshot {
        RigSnapshot(
            name: name, address: ClientAddress(ipv4: 0xC000_0207), agent: "XMRig/6.26.0 (Linux x86_64)",
            upstream: .p2pool,
            rate: Rate(hashrate: 4_200, error: 0.1, covered: 900), trust: .proven, counts: RigCounts())
    }

    private func text(_ rigs: [RigSnapshot]) -> String { RigList.lines(rigs, mostBytes: 24_576).text }

    // Fault N03.
    @Test("A rig has a line with name, address, agent, place and hashrate; control characters are escaped")
    func line() {
        let text = text([rig("garage\u{1B}[31m")])
        #expect(
            text.hasPrefix("Rigs        garage\\u{1b}[31m (192.0.2.7, XMRig/6.26.0 (Linux x86…): on p2pool, 4.2 kH/s"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= StatusLines.usualWidth })
    }

    @Test("One that has left and is cut off says when, why, for how long and what for; a suspect says so")
    func states() {
        var gone = rig("gone")
        gone.departure = RigSnapshot.Departure(secondsAgo: 125, reason: .wrongShares)
        gone.cut = RigSnapshot.Cut(seconds: 43, offence: .provenWrong)
        var suspect = rig("odd")
        suspect.trust = .suspect
        let words = text([gone, suspect]).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(words.contains("left 2 min 05 s ago, its shares were wrong"))
        #expect(words.contains("cut off for 43 s: its hashes are not what it claims"))
        #expect(words.contains("suspect: each share is proven before a pool sees it"))
    }

    @Test("However many rigs there are, the list stays within its bytes and says how many are left out")
    func bounded() {
        let lines = RigList.lines((0..<1_000).map { rig("rig\($0)") }, mostBytes: 24_576)
        #expect(lines.wire.utf8.count <= 24_576 + 100)
        let text = lines.text
        #expect(text.hasSuffix("more rigs: status rigs\n"))
    }

    @Test("On a terminal no more lines of rigs are shown than it has room for, five at least; elsewhere all")
    func terminal() {
        var head = StatusLines()
        for line in 0..<20 { head.add("Line", "\(line)") }
        var all = head
        all.add(RigList.lines((0..<40).map { rig("rig\($0)") }, mostBytes: 24_576))
        for (rows, wanted) in [(50, 49), (24, 26)] {
            let cut = all.text(on: Terminal(columns: 100, rows: rows))
            #expect(cut.split(separator: "\n").count == wanted)
            #expect(cut.contains("more lines: status rigs"))
        }
        #expect(all.text(on: Terminal(columns: 100, rows: 200)) == all.text)
        // One line more than there is room for takes no more room than the line that would tell of it.
        #expect(all.text(on: Terminal(columns: 100, rows: 61)) == all.text)
        #expect(
            all.text(on: Terminal(columns: 30, rows: 24)).split(separator: "\n").allSatisfy {
                $0.count <= 30 || !$0.contains("more")
            })
        #expect(head.text(on: Terminal(columns: 100, rows: 5)) == head.text)
    }
}
