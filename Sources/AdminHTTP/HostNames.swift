import EventLoop
import ProxyTerms

/// The names under which the admin port may be asked for.
///
/// A page of the internet can have its own name lead to 127.0.0.1 and then read what answers there as its own (DNS rebinding). Its
/// requests carry that name. Addresses can't be made to lead elsewhere, so each of them is good.
public struct HostNames: Equatable, Sendable {
    private let names: Set<String>

    /// `localhost` and `names`, without ports.
    public init(_ names: [String]) {
        self.names = Set(names.map(Self.normal))
    }

    /// Whether a request with this `Host` header, if any, is answered.
    public func allows(_ header: String?) -> Bool {
        guard let header, let endpoint = try? Endpoint(header, defaultPort: 80) else { return false }
        if SocketAddress(host: endpoint.host, port: 0) != nil { return true }
        let name = Self.normal(endpoint.host)
        return name == "localhost" || name.hasSuffix(".localhost") || names.contains(name)
    }

    private static func normal(_ name: String) -> String {
        let name = name.lowercased()
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
