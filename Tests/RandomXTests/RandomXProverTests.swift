import EventLoop
import Glibc
import ProxyTerms
import Testing

@testable import RandomX

/// A share that p2pool 4.18 accepted from xmrig 6.26 on a private sidechain.
private enum RealShare {
    static let seed = "a110fc1e133d05b0622595f798c8fd92a857f49729ec8bc5804703b5838786a3"
    static let blob =
        "1010d9b083d80687da8fcb68ffef934d9a95ecd229c18beb0fc7b628255b7bcae597de5a91412000000000cf20e7072e20f061c8b8f7"
        + "5070335db39332af1657d04e013b29c5a52ceaf2bf01"
    static let nonce = "70000000"
    static let result = "0c48f4adaf224627a30f347f8dae4e67badfb51b8eb4e7a95c57d172d0130e00"

    static func claim(nonce: String = nonce, result: String = result) throws -> [UInt8] {
        var bytes = try #require(Hex.bytes(seed + result + blob))
        let nonce = try #require(Hex.bytes(nonce))
        let start = ShareClaim.headBytes + ShareClaim.nonceOffset
        bytes.replaceSubrange(start..<start + nonce.count, with: nonce)
        return bytes
    }
}

/// Runs a loop until all claims have their outcome; a minute makes a hang a failure.
private final class ProverTest {
    let loop: EventLoop
    var outcomes: [UInt64: ProofOutcome] = [:]
    private(set) var prover: RandomXProver?

    init(_ settings: ProverSettings = ProverSettings()) throws {
        loop = try EventLoop()
        prover = try RandomXProver(loop, settings: settings) { [unowned self] token, outcome in
            #expect(outcomes.updateValue(outcome, forKey: token) == nil, "a second outcome")
        }
    }

    func prove(_ claim: [UInt8], token: UInt64, isUrgent: Bool = false, within seconds: Double = 60) {
        loop.updateNow()
        let deadline = loop.now.adding(seconds: seconds)
        claim.withUnsafeBytes { prover?.prove($0, token: token, isUrgent: isUrgent, deadline: deadline) }
    }

    func run(outcomes count: Int) throws {
        let timeout = try LoopTimer(loop) { [loop] in loop.stop() }
        loop.updateNow()
        timeout.arm(at: loop.now.adding(seconds: 120))
        loop.afterEvents = { [unowned self] in if outcomes.count >= count { loop.stop() } }
        if outcomes.count < count { loop.run() }
        loop.afterEvents = {}
    }
}

@Suite("Proof of shares", .serialized)
struct RandomXProverTests {
    @Test(
        "A real share is proven; another nonce, one other bit of the hash and a made-up hash are wrong; too much is told as too busy"
    )
    func realShare() throws {
        var settings = ProverSettings()
        settings.shareOfCore = 1
        settings.mostWaiting = 4
        settings.idleSeconds = 0
        let test = try ProverTest(settings)
        defer { test.loop.shutdown() }
        test.prove(try RealShare.claim(), token: 1)
        test.prove(try RealShare.claim(nonce: "71000000"), token: 2)
        test.prove(try RealShare.claim(result: "1" + RealShare.result.dropFirst()), token: 3)
        test.prove(try RealShare.claim(result: String(repeating: "e", count: 48) + "0100000000000000"), token: 4)
        // The first is computed, four wait.
        test.prove(try RealShare.claim(), token: 5, within: 0)
        test.prove(try RealShare.claim(), token: 6)
        test.prove(try RealShare.claim(), token: 7)
        test.prove([UInt8](repeating: 0, count: ShareClaim.headBytes), token: 8)
        #expect(test.outcomes.isEmpty, "an outcome comes later, from the loop")
        try test.run(outcomes: 8)
        #expect(
            test.outcomes == [
                1: .proven, 2: .wrong, 3: .wrong, 4: .wrong, 5: .tooBusy, 6: .proven, 7: .tooBusy, 8: .notKnown,
            ])
        #expect(test.prover?.computed == 5)
        // Nothing waits, and nothing was used for 0 seconds.
        #expect(test.prover?.memory == 0)
    }

    @Test("A loop that is shut down gives no outcome any more")
    func shutDown() throws {
        let test = try ProverTest()
        test.prove(try RealShare.claim(), token: 1)
        test.loop.shutdown()
        #expect(test.outcomes.isEmpty)
    }
}
