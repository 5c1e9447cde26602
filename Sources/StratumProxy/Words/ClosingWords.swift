import ProxyCore
import Upstreams

extension RigClosing {
    /// Why a rig's connection has ended, as the log says it.
    var text: String {
        switch self {
        case .byRig: "it closed the connection"
        case .badInput: "it does not speak Stratum"
        case .loginTimeout: "it did not log in in time"
        case .crowdedOut: "closed to make room before it logged in"
        case .addressFull: "closed before it logged in: its address has all its connections"
        case .madeRoom: "closed to make room: it never found a share"
        case .withoutShare: "it never found a share, and its address has too many such rigs"
        case .tooManyLogins: "too many logins from its address"
        case .idle: "idle too long"
        case .wrongPassword: "wrong password (access-password)"
        case .noCommonAlgorithm:
            "its miner doesn't mine what the pools ask for (Monero: rx/0, rx/2 after its fork): update it"
        case .noUpstream: "no upstream has work; closed so that its backup pool takes over"
        case .noPlace(let upstream, let bound):
            "\(PlaceWords.cause(bound, at: upstream)); closed so that its backup pool takes over"
        case .wrongShares: "its shares were wrong"
        case .flood: "it sends far too much"
        case .cutOff: "it is cut off and came back too soon"
        case .askedInHTTP: "it asked in HTTP and was answered"
        }
    }
}

extension RigOffence {
    /// What a rig is cut off for, and what may be the cause.
    var text: String {
        switch self {
        case .provenWrong: "its hashes are not what it claims: overclock, memory, or a miner that lies"
        case .refusedAsWrong: "a pool refused its shares as wrong: overclock, memory, or a miner that lies"
        case .flood: "it sends far too many shares or requests"
        }
    }
}

extension LaneClosing {
    /// Why a connection to a pool has ended, as the log says it.
    var text: String {
        switch self {
        case .connection(let text): text
        case .loginRefused(let text): "login refused: \"\(Sanitizer.printable(text, limit: 128))\""
        case .fault(let fault): fault.text
        case .distrusted(let refusal): refusal.text
        case .ourselves:
            "its jobs come from here: it is this proxy itself, or a proxy that mines here (a ring). Set \"url\" to the pool's address"
        case .notNeeded: "no longer needed"
        case .renewed: "all nonces of its job are searched; logging in again for fresh ones"
        case .badShares: "the pool found two shares wrong, and bans with the third"
        }
    }
}

extension PoolFault {
    /// What is wrong with a job.
    var cause: String {
        if case .faultyJobs(let code, let misfits) = self { code.text(misfits) } else { text }
    }

    /// What is wrong with a pool.
    var text: String {
        switch self {
        case .connectTimeout: "no connection in time"
        case .handshakeTimeout: "no TLS handshake in time"
        case .loginTimeout: "no answer to the login"
        case .submitTimeout: "it does not answer shares"
        case .refusesShares: "it refuses every share"
        case .noService: "it has lost its own pool (\"Bad gateway\")"
        case .jobSilence: "it sent no new job for too long"
        case .garbage(let code): "it does not speak Stratum (\(code.text))"
        case .faultyJobs(let code, let misfits): "its jobs can't be mined: \(code.text(misfits))"
        case .badLogin(let code, let misfits): "its answer to the login can't be used: \(code.text(misfits))"
        case .loginTooLong: "our login is too long for it: shorten user or pass"
        case .banned: "it has banned our address"
        case .unauthenticated: "it no longer knows our session"
        case .idsExhausted: "all request ids are used up"
        case .lineTooLong: "it sent an endless line"
        }
    }
}
