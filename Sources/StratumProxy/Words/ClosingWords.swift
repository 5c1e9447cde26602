import ProxyCore
import Upstreams

extension RigClosing {
    /// Why a rig's connection has ended, as the log says it.
    var text: String {
        switch self {
        case .byRig: "it closed the connection"
        case .badInput: "it does not speak Stratum"
        case .loginTimeout: "it did not log in"
        case .crowdedOut: "its place was needed: it had not logged in"
        case .idle: "nothing heard from it for long"
        case .wrongPassword: "wrong password (access-password)"
        case .noCommonAlgorithm: "it mines no RandomX"
        case .noUpstream: "no upstream has work; its backup pool is to take over"
        case .stopping: "the proxy stops"
        }
    }
}

extension LaneClosing {
    /// Why a connection to a pool has ended, as the log says it.
    var text: String {
        switch self {
        case .connection(let text): text
        case .loginRefused(let text): "login refused: \"\(PeerText.printable(text, limit: 128))\""
        case .fault(let fault): fault.text
        case .pinMismatch(let fingerprint):
            "its certificate is not the pinned one; it has \(fingerprint). If the pool has renewed it, put that into tls-fingerprint"
        case .ourselves:
            "its jobs come from here: it is this proxy itself, or a proxy that mines here (a ring). Put the address of the pool into \"url\""
        case .notNeeded: "not needed any more"
        case .renewed: "all its nonces of the job were searched, a new login gets others"
        case .stopping: "the proxy stops"
        }
    }
}

extension PoolFault {
    /// What is wrong with a job.
    var cause: String {
        if case .faultyJobs(let code) = self { "\(code)" } else { text }
    }

    /// What is wrong with a pool.
    var text: String {
        switch self {
        case .connectTimeout: "no connection in time"
        case .handshakeTimeout: "no TLS handshake in time"
        case .loginTimeout: "no answer to the login"
        case .submitTimeout: "it answers no shares"
        case .refusesShares: "it refuses every share"
        case .noService: "it says that nobody behind it takes shares (its own pool is gone)"
        case .jobSilence: "no new job for long"
        case .garbage: "it does not speak Stratum"
        case .faultyJobs: "its jobs can't be mined"
        case .badLogin: "its answer to the login can't be used"
        case .loginTooLong: "our login is longer than it reads: shorten user or pass"
        case .banned: "it has banned our address"
        case .unauthenticated: "it has forgotten our session"
        case .idsExhausted: "all request ids are used up"
        case .lineTooLong: "it sent an endless line"
        }
    }
}
