import ProxyTerms
import SplitScheduler
import StratumCodec
import Upstreams

/// Why a rig's connection ended.
public enum RigClosing: Equatable, Sendable {
    /// The rig closed it, or the connection broke.
    case byRig
    /// A line over the bound, not JSON, or three malformed requests.
    case badInput
    /// No login within the bound.
    case loginTimeout
    /// It had not logged in, and its place was needed for another one.
    case crowdedOut
    /// It had not logged in, and another connection of its address, which has all that it may have, needed its place.
    case addressFull
    /// It never found a share, and its place was needed for another one.
    case madeRoom
    /// It never found a share, and its address has too many such rigs.
    case withoutShare
    /// Its address has had its logins for now.
    case tooManyLogins
    /// Nothing heard for the idle bound.
    case idle
    /// `access-password` did not match.
    case wrongPassword
    /// The rig mines no algorithm of ours.
    case noCommonAlgorithm
    /// No upstream had work for it for the grace time: its backup pool is to take over.
    case noUpstream
    /// The upstreams are up, and this one, which the plan prefers, has no place for it for that cause.
    case noPlace(Upstream, PlaceBound)
    /// Its shares were wrong: it is cut off for a while.
    case wrongShares
    /// It sent more shares than its part of what a lane and a job can have, and went on: it is cut off for a while.
    case flood
    /// It came back too soon.
    case cutOff
    /// It asked in HTTP whether the port answers, as health checks do, and was answered.
    case askedInHTTP
}

/// Why a lane's epoch ended.
public enum LaneClosing: Equatable, Sendable {
    /// The connection could not be made or broke; the shell's words.
    case connection(String)
    /// The pool refused the login; its words.
    case loginRefused(String)
    /// The pool broke the protocol.
    case fault(PoolFault)
    /// Its certificate is refused.
    case distrusted(CertificateRefusal)
    /// Its job is one that we handed out: the pool is this very process, by whatever way, or a proxy of ours that
    /// gets its jobs here.
    case ourselves
    /// We no longer need it.
    case notNeeded
    /// All its work was searched, and a new login gets other nonces.
    case renewed
    /// Two bad shares came of it, and the pool would end it and ban us with the third.
    case badShares
}

/// How the other upstream stands when one is lost.
public enum OtherUpstream: Equatable, Sendable {
    case up, down
    /// None is configured, or the mode is not to use it.
    case unused
}

/// What a switch did with the rigs.
public struct MoveCount: Equatable, Sendable {
    /// Handed a job of the upstream that the plan wants.
    public var moved = 0
    /// On it already.
    public var there = 0
    /// All they could be given there was searched before: they go with its next job, and stay where their work counts.
    public var waiting = 0
    /// No lane there for them, or none that is ready, or it mines something else: they stay on the other upstream.
    public var elsewhere = 0

    /// No rigs.
    public init() {}

    /// All rigs.
    public var all: Int { moved + there + waiting + elsewhere }
    /// Whether no rig mines there.
    public var isNobodyThere: Bool { moved + there == 0 }
}

/// What a rig is cut off for.
public enum RigOffence: Equatable, Hashable, Sendable {
    /// Its shares were proven to be wrong.
    case provenWrong
    /// A pool refused its shares as wrong, and they can't be proven here.
    case refusedAsWrong
    /// It sent far too many shares.
    case flood
}

/// Something worth telling, as values; the shell makes the words.
public enum Notice: Equatable, Sendable {
    /// A rig logged in.
    case rigJoined(RigID, name: String, agent: String, fullNonceSpace: Bool)
    /// A rig that had logged in is gone.
    case rigLeft(RigID, name: String, RigClosing)
    /// A connection ended before its login.
    case connectionDropped(RigID, ClientAddress, RigClosing)
    /// No room for another rig.
    case rigRefused(limit: Int)
    /// Something of an address was refused, `count` times since the last such notice; once a minute an address.
    case addressRefused(ClientAddress, AddressLimit, count: Int)
    /// An xmrig-proxy has shown its mode: many miners share its connection and all four nonce bytes (`nicehash`), or it is one
    /// miner (`simple`).
    case proxyModeKnown(RigID, name: String, sharesConnection: Bool)
    /// A rig that needs all four nonce bytes can't mine on an upstream whose pool owns byte 42.
    case exclusiveNotSent(RigID, name: String, Upstream)
    /// A rig mines on the other upstream, since it doesn't mine the algorithm of this one's jobs.
    case algorithmNotMined(RigID, name: String, Upstream, Algorithm)
    /// A rig's shares are outside its nonce range, some in a row, on an upstream: where a pool leaves all of the nonce to us it gets a
    /// connection of its own.
    case ignoresNonceRange(name: String, ClientAddress, Upstream, getsOwnConnection: Bool)
    /// The nonces of the current jobs run short, since many rigs came (back) within one job: so many lanes from now on.
    case slotsShort(Upstream, lanes: Int)
    /// Rigs find no place at an upstream that is up. Told once of each cause, in an hour.
    case placesShort(PlaceShortage)
    /// A fast rig has searched nearly all nonces that its connection has of a job, and there are no others for it.
    case noncesUsedUp(name: String, ClientAddress, Upstream)
    /// A lane logged in.
    case laneReady(LaneID, endpoint: String, NonceByteOwner, lanes: Int)
    /// A lane's connection ended; it comes back after `retry` seconds, nil if it is not needed.
    case laneLost(LaneID, endpoint: String, LaneClosing, retry: Double?)
    /// The upstream's first lane is ready after none was.
    case upstreamUp(Upstream, endpoint: String)
    /// The upstream's last ready lane is gone; how the other one stands.
    case upstreamDown(Upstream, other: OtherUpstream)
    /// An upstream's regions were measured for the first time, or another one is the nearest.
    case regionsMeasured(Upstream, [RegionSnapshot])
    /// Lanes move to another endpoint.
    case endpointChanged(Upstream, from: String, to: String)
    /// A job of the upstream's first ready lane.
    case newJob(Upstream, endpoint: String, difficulty: UInt64, Algorithm, height: UInt64)
    /// A pool's job was refused (docs/invariants.md#rule-11).
    case jobRefused(LaneID, PoolFault)
    /// A pool refused a share of a rig; its words, escaped and capped. `isNews`: the rig's first of that kind.
    case rejected(
        Upstream, name: String?, ClientAddress, isNews: Bool, difficulty: UInt64, Rejection.Kind, text: String,
        accepted: UInt64,
        rejected: UInt64)
    /// A line of a connection was refused; `name` is nil before its login. Of a rig's the first, of a stranger's each.
    case lineRefused(name: String?, ClientAddress, LineMisfit)
    /// A share of a rig was refused here, the first one of that kind.
    case shareRefused(name: String, ClientAddress, RigCounts.Outcome)
    /// What else of a rig was refused or lost since it was last told: in about a minute.
    case sharesRefused(name: String, ClientAddress, RigCounts)
    /// Shares of so many further rigs were refused or lost in the same time.
    case furtherRefused(rigs: Int, shares: UInt64)
    /// A rig's shares were wrong, or far too many: it is cut off for so many seconds.
    case rigCutOff(name: String, ClientAddress, seconds: Int, RigOffence)
    /// A rig that is cut off wants to log in, for so many seconds too soon.
    case cutOffKnocked(name: String, ClientAddress, seconds: Int, RigOffence)
    /// Some of a rig's last shares were wrong: `wrong` of `of`. Told with the first, then ever more rarely.
    case rigUnstable(name: String, ClientAddress, wrong: Int, of: Int)
    /// Shares can't be proven: there is no memory for it. Tried again after a while.
    case proofUnavailable
    /// p2pool accepted a share that reaches its sidechain's difficulty. The rig's name is nil when it is gone meanwhile.
    case sidechainShare(name: String?, difficulty: UInt64, shares: UInt64)
    /// A window ended: what was planned and what came of it.
    case windowClosed(WindowReport)
    /// A window was planned.
    case planned(WindowPlan)
    /// Rigs were handed jobs of the upstream that the plan wants now. `plannedAt` is the moment it was due.
    case switched(to: Upstream, cause: SwitchCause, MoveCount, plannedAt: Instant)
    /// The rigs that waited for the upstream's next job after the last switch have it. Told once a switch.
    case followed(Upstream, rigs: Int)
    /// The upstreams' jobs have had different RandomX seeds for so many seconds: each switch costs the rigs a new dataset.
    case seedsDiffer(p2pool: SeedHash, xvb: SeedHash, seconds: Double)
    /// They have the same seed again, after they were told to differ.
    case seedsAgree
    /// None of the upstreams that are used is ready; rigs keep their last job for the grace time.
    case noneUp([Upstream], graceSeconds: Double)
    /// The grace time is over and nobody can be served: logins are refused from now on until there is work.
    case turningAway
    /// There is work for rigs again; so many logins were refused meanwhile.
    case servingAgain(turnedAway: Int)
    /// The orderly stop began; so many verdicts are awaited.
    case stopping(pending: Int)
}
