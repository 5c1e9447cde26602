import EventLoop
import Testing

@testable import StratumProxy

@Suite("Which statistics are watched")
struct StatisticsWatchTests {
    /// The watchers of a configuration, which are not started: nothing is asked.
    private func watch(_ text: String, _ body: (StatisticsWatch) throws -> Void) throws {
        let text = text.replacing("WALLET", with: KnownWallet.donation)
        let loaded = ConfigurationLoader.load(
            text: Array(text.utf8), file: "c.json", flags: FlagOverrides(), environment: [:])
        let settings = try #require(loaded.settings)
        try LoopTest.run { test in
            let watch = try StatisticsWatch(settings, loop: test.loop, seed: 1, say: { _, _, _ in }) { _ in }
            try body(watch)
            watch.stop()
        }
    }

    @Test("XvB is asked unless the mode or the configuration forbids it")
    func xvb() throws {
        try watch(#"{"wallet": "WALLET"}"#) { #expect($0.xvb != nil) }
        try watch(#"{"wallet": "WALLET", "mode": "p2pool"}"#) { #expect($0.xvb == nil) }
        try watch(#"{"wallet": "WALLET", "xvb": {"api": null}}"#) { #expect($0.xvb == nil) }
    }

    @Test("p2pool's statistics come from a directory, from a server, or from nowhere")
    func p2pool() throws {
        try watch(#"{"wallet": "WALLET", "p2pool": {"api": "/nonexistent"}}"#) { #expect($0.p2pool != nil) }
        try watch(#"{"wallet": "WALLET", "p2pool": {"api": "http://127.0.0.1:1"}}"#) { #expect($0.p2pool != nil) }
        try watch(#"{"wallet": "WALLET"}"#) { #expect($0.p2pool == nil) }
    }
}
