/// One of the two places that work can go to.
public enum Upstream: UInt8, CaseIterable, Hashable, Sendable {
    /// The miner's own p2pool node.
    case p2pool = 0
    /// The XvB raffle node.
    case xvb = 1

    /// The name in logs, metrics and documents.
    @inlinable
    public var name: String {
        switch self {
        case .p2pool: "p2pool"
        case .xvb: "XvB"
        }
    }

    /// The word in configuration and JSON.
    public var key: String {
        switch self {
        case .p2pool: "p2pool"
        case .xvb: "xvb"
        }
    }

    /// The upstream that takes over when this one fails.
    @inlinable
    public var other: Upstream {
        switch self {
        case .p2pool: .xvb
        case .xvb: .p2pool
        }
    }
}

/// One value for each upstream.
public struct PerUpstream<Value> {
    /// The value of the p2pool upstream.
    public var p2pool: Value
    /// The value of the XvB upstream.
    public var xvb: Value

    /// A pair of values.
    @inlinable
    public init(p2pool: Value, xvb: Value) {
        self.p2pool = p2pool
        self.xvb = xvb
    }

    /// The value of `upstream`.
    @inlinable
    public subscript(upstream: Upstream) -> Value {
        get {
            switch upstream {
            case .p2pool: p2pool
            case .xvb: xvb
            }
        }
        _modify {
            switch upstream {
            case .p2pool: yield &p2pool
            case .xvb: yield &xvb
            }
        }
    }
}

extension PerUpstream: Equatable where Value: Equatable {}
extension PerUpstream: Sendable where Value: Sendable {}
