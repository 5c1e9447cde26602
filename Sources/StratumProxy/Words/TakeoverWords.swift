import EventLoop
import ProxyTerms

/// Ports that go from one process to the next.
enum TakeoverWords {
    static func nobody(_ path: String) -> String { "no proxy to take over from at \(path): starting as usual" }

    static func taken(_ addresses: [SocketAddress], hasEnded: Bool) -> String {
        "took over " + addresses.map { "\($0)" }.joined(separator: ", ")
            + (hasEnded
                ? "; the proxy before has stopped" : "; the proxy before still runs, so its history is not read")
    }

    static func cantAsk(_ path: String, _ cause: String) -> String {
        "can't take over from the proxy at \(path): \(cause). Start without --takeover, as the same user, when it has stopped"
    }

    static func refused(_ path: String) -> String {
        "the proxy at \(path) does not hand over its ports: another takeover is under way, or its version is another one. "
            + "Stop it, then start without --takeover"
    }

    static let handedOver = "another instance takes over: it has the ports and this one stops"

    static func cantBeTakenOver(_ path: String, _ cause: String) -> String {
        "no takeover from this proxy: \(path): \(cause)"
    }

    static func notInBind(_ address: SocketAddress) -> String {
        "\(address) was opened for this proxy and is neither in \"bind\" nor \"http\", so it is closed: nobody can connect there"
    }
}
