import StrictJSON

/// The algorithms that are mined for Monero (docs/protocol.md#algorithms): others are refused.
public enum Algorithm: UInt8, Sendable, CaseIterable {
    /// RandomX as mined since 2019.
    case rx0 = 0
    /// RandomX v2.
    case rx2 = 1

    /// The name on the wire.
    public var name: String {
        switch self {
        case .rx0: "rx/0"
        case .rx2: "rx/2"
        }
    }

    /// The algorithm with this name or alias (docs/protocol.md#algorithms).
    init?(_ name: UnsafeRawBufferPointer) {
        if name.matches("rx/0") {
            self = .rx0
        } else if name.matches("rx/2") || name.matches("rx/v2") || name.matches("randomx/v2") {
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
