import ProxyTerms
import StratumCodec

/// One rig: one downstream connection. 112 bytes, and 100 for its issued jobs.
///
/// Each part belongs to one machine, which is the only one that changes it. The order is one without padding: a farm has ten
/// thousand of these.
struct Rig {
    /// Bytes of a line that is not complete yet (`RigDesk`).
    var framer = LineFramer()
    /// What its login said of it (`RigRegistry`).
    var profile = RigProfile()
    /// Its connection's life (`RigRegistry`).
    var life = RigLife()
    /// The job it has (`Dispatcher`).
    var work = RigWork()
    /// Its places on lanes (`Seating`).
    var seats = RigSeats()
    /// What an xmrig-proxy has shown of its mode (`ProxyModeWatch`).
    var mode = RigMode()
    /// Its shares and its difficulty (`ShareBook`).
    var tally: RigTally

    init(difficulty: RigDifficulty) {
        tally = RigTally(difficulty: difficulty)
    }
}

/// A job as it was given to a rig. The last few are kept, so that late shares reach their lane
/// (docs/invariants.md#rule-1).
/// 20 bytes: no member is longer than four, so that none is lost to alignment.
struct IssuedJob {
    /// The low part of the downstream job id; the high part is the rig's place (`RigRef.jobID`).
    var number: UInt32 = 0
    private var targetLow: UInt32 = 0
    private var targetHigh: UInt32 = 0
    /// Serial number and place of the lane's job in the job ledger; serial 0 stands for no job.
    var serial: UInt32 = 0
    var ledgerIndex: UInt16 = 0
    /// Byte 42 of the rig's nonces, unless it has the full nonce space.
    var slot: UInt8 = 0
    var hasFullNonceSpace = false

    /// No job.
    init() {}

    init(number: UInt32, target: UInt64, serial: UInt32, ledgerIndex: UInt16, slot: UInt8, hasFullNonceSpace: Bool) {
        self.number = number
        targetLow = UInt32(truncatingIfNeeded: target)
        targetHigh = UInt32(truncatingIfNeeded: target >> 32)
        self.serial = serial
        self.ledgerIndex = ledgerIndex
        self.slot = slot
        self.hasFullNonceSpace = hasFullNonceSpace
    }

    /// The target that the rig was given.
    @inline(__always)
    var target: UInt64 { UInt64(targetHigh) << 32 | UInt64(targetLow) }
}
