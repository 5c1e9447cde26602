import ProxyTerms

@testable import Upstreams

extension PoolSessionSettings {
    /// Settings for p2pool: plain, no keepalived.
    static func p2pool(user: String, pass: String = "x", agent: String, tls: Bool = false) -> Self {
        Self(.p2pool, user: user, pass: pass, agent: agent, tls: tls)
    }

    /// Settings for an XvB node: TLS, keepalived every 60 s.
    static func xvb(user: String, pass: String = "x", agent: String, tls: Bool = true) -> Self {
        Self(.xvb, user: user, pass: pass, agent: agent, tls: tls, keepaliveSeconds: 60)
    }
}
