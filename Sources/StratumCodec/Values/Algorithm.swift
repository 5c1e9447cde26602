import StrictJSON

/// The algorithms that are mined for Monero (docs/protocol.md#algorithms): others are refused.
public enum Algorithm: UInt8, Sendable, CaseIterable {
    /// RandomX as mined since 2019.
    case rx0 = 0
    /// RandomX v2.
    case rx2 = 1

    /// The name on the wire.
    public var name: String { "\(spelling)" }

    var spelling: StaticString {
        switch self {
        case .rx0: "rx/0"
        case .rx2: "rx/2"
        }
    }

    /// The algorithm with the name or alias at `token`, in whatever case and with whatever escapes (docs/protocol.md#algorithms).
    init?(_ token: JSONToken, _ line: UnsafeRawBufferPointer) {
        guard let text = token.text else { return nil }
        let name = text.bytes(in: line)
        if name.matches("rx/0") {
            self = .rx0
            return
        }
        // A rig lists thirty, most of them not ours: each is given up at the first character that doesn't fit.
        var rest = JSONText(name)
        guard rest.skip("rx") || rest.skip("randomx") else { return nil }
        if rest.isSpelled("") || rest.isSpelled("/0") || rest.isSpelled("/test") {
            self = .rx0
        } else if rest.isSpelled("/2") || rest.isSpelled("/v2") {
            self = .rx2
        } else {
            return nil
        }
    }
}

/// The algorithms of ours that a rig listed.
public struct AlgorithmSet: OptionSet, Sendable, Equatable {
    /// One bit for each algorithm.
    public var rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Only `rx/0`.
    public static let rx0 = AlgorithmSet(rawValue: 1)
    /// Only `rx/2`.
    public static let rx2 = AlgorithmSet(rawValue: 2)

    /// Whether `algorithm` was listed.
    public func contains(_ algorithm: Algorithm) -> Bool {
        rawValue & (1 << algorithm.rawValue) != 0
    }
}
