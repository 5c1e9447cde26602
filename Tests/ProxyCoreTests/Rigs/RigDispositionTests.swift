import StratumCodec
import Testing

@testable import ProxyCore

@Suite("What rigs are told")
struct RigDispositionTests {
    /// xmrig closes its connection on an error of a submit that begins with one of these, whatever the case
    /// (docs/protocol.md#xmrig-hang-ups).
    private let hangUps = ["unauthenticated", "your ip is banned", "ip address currently banned", "invalid job id"]

    @Test("Nothing that is refused here makes xmrig hang up", arguments: RigRefusal.allCases)
    func harmless(refusal: RigRefusal) {
        let text = "\(refusal.text)".lowercased()
        #expect(!text.isEmpty)
        #expect(!hangUps.contains { text.hasPrefix($0) })
    }

    @Test("A refused login is answered and closed: xmrig would sit idle for ever")
    func logins() {
        for refusal in RigRefusal.allCases {
            let isLogin =
                [.wrongPassword, .noCommonAlgorithm, .noUpstream, .cutOff, .tooManyLogins].contains(refusal)
                || PlaceBound.allCases.contains { refusal == .noPlace($0) }
            #expect((refusal.disposition == .replyAndClose) == isLogin)
        }
    }

    @Test("Only a connection whose place is needed is dropped, what was written to it included")
    func drops() {
        for reason: RigClosing in [.crowdedOut, .addressFull, .madeRoom] { #expect(reason.disposition == .drop) }
        for reason: RigClosing in [.badInput, .loginTimeout, .idle, .wrongPassword, .noUpstream] {
            #expect(reason.disposition != .drop)
        }
        #expect(RigClosing.byRig.disposition == nil)
    }
}
