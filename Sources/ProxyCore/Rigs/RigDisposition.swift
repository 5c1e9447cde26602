import StratumCodec

/// What becomes of a rig's connection after something was refused, or when it is to end.
enum RigDisposition: Equatable {
    /// It is answered and goes on.
    case reply
    /// It is answered, and closed once the answer is on its way: after a refused login xmrig stays connected and idle for ever
    /// (docs/protocol.md#xmrig-login).
    case replyAndClose
    /// It is closed once everything written to it is on its way.
    case close
    /// It is closed at once: its place is needed.
    case drop
}

/// Everything that a rig may be refused here, with the words that it is told: the one table of them.
///
/// xmrig hangs up on some words of an answer to a submit (docs/protocol.md#xmrig-hang-ups). None of these is among them; a test holds that.
enum RigRefusal: Equatable, CaseIterable {
    /// A submit that no pool gets to see.
    case share(ShareRefusal)
    case alreadyLoggedIn
    case wrongPassword
    case noCommonAlgorithm
    case noUpstream
    /// The pools have work, and none of them a place for it.
    case noPlace(PlaceBound)
    case noJobYet
    case unknownMethod
    case malformedRequest
    /// Its name and address are cut off; how long and why follows.
    case cutOff
    /// Its address has had its logins for now.
    case tooManyLogins
    /// A pool refused the share with words on which xmrig hangs up.
    case staleAtPool
    case refusedByPool
    /// The share gets no verdict.
    case poolConnectionLost
    case noAnswerBeforeStop
    case poolTooSlow

    static let allCases: [RigRefusal] =
        ShareRefusal.allCases.map(Self.share) + PlaceBound.allCases.map(Self.noPlace) + [
            .alreadyLoggedIn, .wrongPassword, .noCommonAlgorithm, .noUpstream, .noJobYet, .unknownMethod,
            .malformedRequest, .cutOff, .tooManyLogins, .staleAtPool, .refusedByPool, .poolConnectionLost,
            .noAnswerBeforeStop,
            .poolTooSlow,
        ]

    var text: StaticString {
        switch self {
        case .share(let refusal): refusal.text
        case .alreadyLoggedIn: "Already logged in"
        case .wrongPassword: "Permission denied"
        case .noCommonAlgorithm: "No compatible algorithm"
        case .noUpstream: "No pool has work now"
        case .noPlace(.lanes): "No place: all connections to the pool are taken (max-lanes)"
        case .noPlace(.rigsPerLane): "No place: all connections to the pool are full (rigs-per-lane, max-lanes)"
        case .noPlace(.wholeNonce): "No place: the pool owns a nonce byte, and this miner needs all of them"
        case .noPlace(.unopened): "No place: no further connection to the pool could be made"
        case .noPlace(.nonces): "No nonces are left until the pool's next job"
        case .noJobYet: "No job yet"
        case .unknownMethod: "Invalid method"
        case .malformedRequest: "Malformed request"
        case .cutOff: "Cut off for "
        case .tooManyLogins: "Too many logins from your address"
        case .staleAtPool: ShareRefusal.expiredJob.text
        case .refusedByPool: "Refused by the pool"
        case .poolConnectionLost: "Pool connection lost"
        case .noAnswerBeforeStop: "No answer from the pool before the stop"
        case .poolTooSlow: "Pool too slow"
        }
    }

    /// The JSON-RPC code: those of the protocol where it has one.
    var code: Int {
        switch self {
        case .unknownMethod: -32601
        case .malformedRequest: -32600
        case .share, .alreadyLoggedIn, .wrongPassword, .noCommonAlgorithm, .noUpstream, .noPlace, .noJobYet, .cutOff,
            .tooManyLogins, .staleAtPool, .refusedByPool, .poolConnectionLost, .noAnswerBeforeStop, .poolTooSlow:
            -1
        }
    }

    var disposition: RigDisposition {
        switch self {
        case .wrongPassword, .noCommonAlgorithm, .noUpstream, .noPlace, .cutOff, .tooManyLogins: .replyAndClose
        case .share, .alreadyLoggedIn, .noJobYet, .unknownMethod, .malformedRequest, .staleAtPool, .refusedByPool,
            .poolConnectionLost, .noAnswerBeforeStop, .poolTooSlow:
            .reply
        }
    }
}

extension RigClosing {
    /// How a connection that we end for that reason ends; nil where the rig ended it.
    var disposition: RigDisposition? {
        switch self {
        case .byRig: nil
        case .crowdedOut, .addressFull, .madeRoom: .drop
        case .wrongPassword, .noCommonAlgorithm, .cutOff, .tooManyLogins, .askedInHTTP: .replyAndClose
        case .badInput, .loginTimeout, .idle, .noUpstream, .noPlace, .withoutShare, .wrongShares, .flood: .close
        }
    }
}

extension RigClosing {
    /// What a rig that has no work is told before it is closed for that; nil where it is closed for something else.
    var shortage: RigRefusal? {
        switch self {
        case .noCommonAlgorithm: .noCommonAlgorithm
        case .noUpstream: .noUpstream
        case .noPlace(_, let bound): .noPlace(bound)
        case .byRig, .badInput, .loginTimeout, .crowdedOut, .addressFull, .madeRoom, .withoutShare, .tooManyLogins,
            .idle,
            .wrongPassword, .wrongShares, .flood, .cutOff, .askedInHTTP:
            nil
        }
    }
}

extension RigOffence {
    /// What a rig that was cut off is told: xmrig shows it with its login error.
    var told: StaticString {
        switch self {
        case .provenWrong: " s: shares with a wrong hash (overclock, memory?)"
        case .refusedAsWrong: " s: the pool found its shares wrong (overclock, memory?)"
        case .flood: " s: far too many shares or requests"
        }
    }
}

extension Outbox {
    /// Answers a login with what the rig is cut off for, and for how long.
    func refuse(_ login: RequestID, to rig: RigID, cutOffFor seconds: Int, _ offence: RigOffence) {
        answer(rig) {
            RigReply.failed(
                id: login, code: RigRefusal.cutOff.code, message: RigRefusal.cutOff.text, UInt64(seconds), offence.told,
                to: &$0)
        }
    }

    /// Answers a rig's request with a refusal.
    func refuse(_ refusal: RigRefusal, _ request: RequestID, to rig: RigID) {
        answer(rig) { RigReply.failed(id: request, code: refusal.code, message: refusal.text, to: &$0) }
    }
}
