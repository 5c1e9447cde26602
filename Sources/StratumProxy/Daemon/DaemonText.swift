import ProxyCore
import ProxyTerms
import StratumCodec
import Upstreams

/// Reasons as people read them; figures are `Quantity`'s.
enum DaemonText {
    static func closing(_ reason: RigClosing) -> String {
        switch reason {
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

    static func closing(_ reason: LaneClosing) -> String {
        switch reason {
        case .connection(let text): text
        case .loginRefused(let text): "login refused: \"\(PeerText.printable(text, limit: 128))\""
        case .fault(let fault): self.fault(fault)
        case .pinMismatch(let fingerprint):
            "its certificate is not the pinned one; it has \(fingerprint). If the pool has renewed it, put that into tls-fingerprint"
        case .ourselves:
            "its jobs come from here: it is this proxy itself, or a proxy that mines here (a ring). Put the address of the pool into \"url\""
        case .notNeeded: "not needed any more"
        case .renewed: "all its nonces of the job were searched, a new login gets others"
        case .stopping: "the proxy stops"
        }
    }

    static func level(_ reason: LaneClosing) -> LogLevel {
        switch reason {
        case .notNeeded, .renewed, .stopping: .debug
        case .connection, .loginRefused, .fault: .warning
        case .pinMismatch, .ourselves: .error
        }
    }

    /// What different seeds cost, and what is the cause after so many seconds.
    static func seedsDiffer(p2pool: SeedHash, xvb: SeedHash, seconds: Double) -> String {
        let seeds = "RandomX seed \(p2pool) at p2pool, \(xvb) at XvB"
        if seconds < 600 {
            return
                "\(seeds): each switch would cost every rig a new dataset, seconds to a minute without work, so no slice "
                + "for XvB begins until they agree. When Monero changes its seed, every 2,048 blocks, that takes minutes"
        }
        return
            "\(seeds) for \(Quantity.duration(seconds)), which is no change of Monero's seed any more: the rigs stay on "
            + "p2pool. Check that p2pool's monerod is synchronized (its command `status`), and that \"xvb\".\"pools\" is XvB's "
            + "node and no pool for another coin"
    }

    /// What is wrong with a job.
    static func cause(_ fault: PoolFault) -> String {
        if case .faultyJobs(let code) = fault { "\(code)" } else { self.fault(fault) }
    }

    private static func fault(_ fault: PoolFault) -> String {
        switch fault {
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
