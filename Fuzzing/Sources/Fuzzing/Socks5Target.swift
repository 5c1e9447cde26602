import ProxyTerms
import Upstreams

/// The greeting of a SOCKS5 proxy, cut as the input says. However it is cut, the outcome and what is sent are the same.
enum Socks5Target {
    static func check(_ bytes: UnsafeRawBufferPointer) {
        var draws = Draws(bytes)
        let kind = draws.byte()
        let cut = Int(draws.byte()) + 1
        let stream = draws.rest
        let credentials = kind & 1 == 0 ? nil : Socks5Proxy.Credentials(user: "miner", password: "secret")
        let target: Socks5Greeting.Target = kind & 2 == 0 ? .name("pool.example") : .ipv4([127, 0, 0, 1])
        let whole = run(Socks5Greeting(target, port: 3333, credentials: credentials), stream, by: max(1, stream.count))
        require(
            run(Socks5Greeting(target, port: 3333, credentials: credentials), stream, by: cut) == whole, "cuts matter")
        require(
            run(Socks5Greeting(target, port: 3333, credentials: credentials), stream, by: 1) == whole, "cuts matter")
        require(whole.sent.count <= 1_024, "much is sent to a proxy that says little")
    }

    private struct Outcome: Equatable {
        var sent: [UInt8] = []
        var end: Socks5Greeting.OnReceived?
    }

    private static func run(_ greeting: Socks5Greeting, _ stream: UnsafeRawBufferPointer, by step: Int) -> Outcome {
        var greeting = greeting
        var outcome = Outcome()
        greeting.begin(into: &outcome.sent)
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + step)
            let result = greeting.receive(UnsafeRawBufferPointer(rebasing: stream[start..<end]), into: &outcome.sent)
            switch result {
            case .goesOn: start = end
            case .fault:
                outcome.end = result
                return outcome
            case .open(let consumed):
                outcome.end = .open(consumed: start + consumed)
                return outcome
            }
        }
        return outcome
    }
}
