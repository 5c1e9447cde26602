import StratumCodec

/// Why a submit is refused here, without a pool.
enum ShareRefusal: Equatable, CaseIterable {
    /// Below the rig's own difficulty.
    case lowDifficulty
    /// The same nonce for the same job again.
    case duplicate
    /// Byte 42 was not the rig's own (docs/invariants.md#rule-5).
    case wrongSlot
    /// A job id that was never given to this rig.
    case foreignJob
    /// A job that its pool no longer takes shares for.
    case expiredJob
    /// Longer than the pool may be sent.
    case malformed
    /// The rig has no job yet.
    case notLoggedIn
    /// More than a lane can carry or a job can remember.
    case tooMany
    /// Its hash is not what the rig claims.
    case wrongHash
    /// The orderly stop has begun: its verdict could not be waited for.
    case stopping

    /// What the rig is told.
    var told: RigRefusal {
        switch self {
        case .lowDifficulty: .lowDifficulty
        case .duplicate: .duplicate
        case .wrongSlot: .wrongSlot
        case .foreignJob: .foreignJob
        case .expiredJob: .expiredJob
        case .malformed: .malformedShare
        case .notLoggedIn: .notLoggedIn
        case .tooMany: .tooMany
        case .wrongHash: .wrongHash
        case .stopping: .stopping
        }
    }
}

/// What a share is worth, judged against its own job, whatever the plan says now.
enum Judgement: Equatable {
    /// Good for the pool.
    case forPool
    /// Good for the rig's own difficulty and below the pool's: it counts as work, and is answered OK here.
    case belowPoolTarget
    case refused(ShareRefusal)
}

enum ShareJudge {
    /// Most nonces remembered for one job; a lane's share of honest rigs stays far below.
    static let mostNoncesPerJob = 1 << 17

    /// Judges a submit for the job that the rig was `issued`, made from the lane's `job`. Any value of byte 42 is good with
    /// `anyByte`: a proxy's whose miners share the connection. Whether the nonce is new is not looked at: the job's set of nonces
    /// is asked last, since it remembers what it is asked.
    @inline(__always)
    static func judge(_ submit: Submit, _ issued: IssuedJob, _ job: LaneJob, anyByte: Bool = false) -> Judgement {
        guard anyByte || issued.hasFullNonceSpace || UInt8(truncatingIfNeeded: submit.nonce >> 24) == issued.slot
        else { return .refused(.wrongSlot) }
        // A hash of zero is one chance in 2^64; broken clients send it (docs/invariants.md#faults-of-rigs).
        guard submit.hash < issued.target, submit.hash != 0 else { return .refused(.lowDifficulty) }
        guard job.nonces.count < mostNoncesPerJob else { return .refused(.tooMany) }
        return reach(of: submit, job)
    }

    /// How far a share reaches that is good for its rig's own difficulty.
    @inline(__always)
    static func reach(of submit: Submit, _ job: LaneJob) -> Judgement {
        submit.hash < job.target ? .forPool : .belowPoolTarget
    }

    /// Whether a share comes late: its rig has been moved to the other upstream since, or has a newer job.
    @inline(__always)
    static func isLate(_ issued: IssuedJob, of job: LaneJob, _ rig: RigRef) -> Bool {
        rig.work.minesOn != job.lane.upstream || rig.newestIssued?.number != issued.number
    }
}
