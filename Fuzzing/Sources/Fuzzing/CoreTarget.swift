import ProxyTerms
import SplitScheduler

/// Logins, jobs, submits and verdicts through the whole core: the input is a script of what rigs and pools send. Two cores of
/// one seed play it; the second gets the bytes in pieces of seven. Both must decide alike, all that they send is lines of JSON, no
/// rig gets more answers than it asked questions, no job id twice, and the books balance.
enum CoreTarget {
    static func check(_ bytes: UnsafeRawBufferPointer) {
        var draws = Draws(bytes)
        let kind = draws.byte()
        let whole = FuzzedCore(kind: kind, piece: .max)
        let cut = FuzzedCore(kind: kind, piece: 7)
        var steps = 0
        while !draws.isEmpty, steps < 48 {
            let step = ScriptStep(&draws)
            whole.perform(step)
            cut.perform(step)
            require(whole.sentBytes == cut.sentBytes, "pieces of seven bytes make another core: \(step)")
            if steps % 16 == 15 { whole.check() }
            steps += 1
        }
        require(whole.sent == cut.sent, "pieces of seven bytes make another core")
        whole.check()
    }
}

/// One thing that happens.
enum ScriptStep {
    /// A rig connects, from one of four addresses.
    case connect(UInt8)
    /// The rig logs in as xmrig does, under one of eight names.
    case login(rig: Int, name: UInt8, algorithms: UInt8)
    /// The rig sends a share of one of its last jobs.
    case submit(rig: Int, job: Int, nonce: UInt16, hash: UInt8)
    /// The rig sends bytes of the script, and a line feed.
    case rigLine(Int, [UInt8])
    case rigLeaves(Int)
    /// The lane's connection stands, and its pool answers the login.
    case laneUp(Int, difficulty: UInt16, slot: UInt8)
    case laneJob(Int, difficulty: UInt16, slot: UInt8)
    /// The pool answers the oldest submit that it has.
    case verdict(Int, UInt8)
    /// The pool sends bytes of the script, and a line feed.
    case laneLine(Int, [UInt8])
    case laneDown(Int)
    /// A proof that was asked for is done.
    case proved(Int, UInt8)
    /// Time passes, milliseconds.
    case wait(UInt16)
    case longWait(UInt8)
    case figures(UInt16)
    case stop

    init(_ draws: inout Draws) {
        let kind = draws.byte()
        let which = Int(draws.byte())
        switch kind % 24 {
        case 0, 1: self = .connect(UInt8(which % 4))
        case 2, 3: self = .login(rig: which, name: draws.byte(), algorithms: draws.byte())
        case 4...8: self = .submit(rig: which, job: Int(draws.byte()), nonce: draws.word(), hash: draws.byte())
        case 9: self = .rigLine(which, [UInt8](draws.text(until: 0)))
        case 10: self = .rigLeaves(which)
        case 11, 12: self = .laneUp(which, difficulty: draws.word(), slot: draws.byte())
        case 13, 14: self = .laneJob(which, difficulty: draws.word(), slot: draws.byte())
        case 15, 16: self = .verdict(which, draws.byte())
        case 17: self = .laneLine(which, [UInt8](draws.text(until: 0)))
        case 18: self = .laneDown(which)
        case 19: self = .proved(which, draws.byte())
        case 20, 21: self = .wait(draws.word())
        case 22: self = which == 0xFF ? .stop : .longWait(draws.byte())
        default: self = .figures(draws.word())
        }
    }
}
