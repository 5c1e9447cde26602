import ProxyTerms

/// Names one life of a rig's connection: a table index and the generation that guards against its reuse.
public struct RigID: Hashable, Sendable {
    /// Place in the rig table.
    public let index: UInt32
    /// Life of that place; an event or effect of another generation is dropped.
    public let generation: UInt32

    /// The rig at `index` in its life `generation`.
    @inlinable
    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    /// Both numbers in one word, as the shell keeps them with the connection.
    @inlinable
    public var token: UInt64 { UInt64(generation) << 32 | UInt64(index) }

    /// The rig that `token` names.
    @inlinable
    public init(token: UInt64) {
        index = UInt32(truncatingIfNeeded: token)
        generation = UInt32(truncatingIfNeeded: token >> 32)
    }
}

/// Names one epoch of a lane: one connection of one pool session.
public struct LaneID: Hashable, Sendable {
    /// The upstream the lane belongs to.
    public let upstream: Upstream
    /// Place among the upstream's lanes.
    public let index: UInt16
    /// Life of the lane between reconnects; an event or effect of another epoch is dropped.
    public let epoch: UInt32

    /// The lane at `index` of `upstream` in its life `epoch`.
    @inlinable
    public init(upstream: Upstream, index: UInt16, epoch: UInt32) {
        self.upstream = upstream
        self.index = index
        self.epoch = epoch
    }

    /// All three in one word, as the shell keeps them with the connection.
    @inlinable
    public var token: UInt64 {
        UInt64(epoch) << 32 | UInt64(upstream.rawValue) << 16 | UInt64(index)
    }

    /// The lane that `token` names.
    @inlinable
    public init(token: UInt64) {
        index = UInt16(truncatingIfNeeded: token)
        upstream = (token >> 16) & 0xFF == 0 ? .p2pool : .xvb
        epoch = UInt32(truncatingIfNeeded: token >> 32)
    }
}
