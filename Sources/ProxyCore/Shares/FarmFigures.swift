import ProxyTerms

/// The farm's counters since the start, for a history of them: cheap to read at any moment.
public struct FarmCounters: Equatable, Sendable {
    /// What became of the shares sent to each upstream.
    public var shares: PerUpstream<ShareCounts>
    /// Work of all rigs by their own difficulty, in hashes. Falls where a rig's shares turn out to be forged.
    public var measuredWork: Double
    /// Rigs logged in.
    public var rigs: Int
}

/// What a rig's shares came to since it was last asked for.
public struct RigFigures: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Work that it proved, in hashes; below 0 where what it did before turned out to be forged.
    public var work: Double
    /// Good shares.
    public var accepted: Int64
    /// Refused ones.
    public var refused: Int64
}

extension ProxyCore {
    /// Places that `takeRigFigures` looks at in one go.
    static let mostPlaces: UInt32 = 256

    /// The counters as they stand.
    public var counters: FarmCounters {
        FarmCounters(shares: book.counts, measuredWork: book.measured.total, rigs: registry.loggedIn)
    }

    /// What was not taken yet: of rigs that have gone, and of `most` others from `place` on, each once.
    /// - Returns: where to go on.
    public func takeRigFigures(from place: UInt32, most: Int) -> (figures: [RigFigures], next: UInt32) {
        var figures = book.takeFiguresOfGone()
        let extent = registry.rigs.extent
        var index = place < extent ? place : 0
        let end = min(extent, index + Self.mostPlaces)
        var found = 0
        while index < end, found < most {
            let rig = registry.rigs[index]
            index += 1
            guard rig.life.phase.isServed, let taken = rig.tally.record?.takeFigures(name: rig.profile.name) else {
                continue
            }
            figures.append(taken)
            found += 1
        }
        return (figures, index < extent ? index : 0)
    }
}
