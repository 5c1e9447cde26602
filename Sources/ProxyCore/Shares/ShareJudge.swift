import StratumCodec

/// What a share is worth, judged against its own job, whatever the plan says now.
enum Judgement: Equatable {
    /// Good for the pool.
    case forPool
    /// Good for the rig's own difficulty and below the pool's: it counts as work, and is answered OK here.
    case belowPoolTarget
    case refused(ShareRefusal)
}

enum ShareJudge {
    /// Most nonces remembered for one blob; a lane's share of honest rigs stays far below.
    static let mostNoncesPerJob = 1 << 17

    /// Judges a submit for the job that the rig was `issued`, made from the lane's `job`. Any value of byte 42 is good with
    /// `anyByte`: a proxy's whose miners share the connection. Whether the nonce is new is not looked at: the job's set of nonces
    /// is asked last, since it remembers what it is asked.
    @inline(__always)
    static func judge(_ submit: Submit, _ issued: IssuedJob, _ job: LaneJob, anyByte: Bool = false) -> Judgement {
        guard anyByte || issued.hasFullNonceSpace || UInt8(truncatingIfNeeded: submit.nonce >> 24) == issued.slot
        else { return .refused(.wrongNonceRange) }
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
