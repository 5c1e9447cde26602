import EventLoop
import ProxyCore
import ProxyTerms
import SplitScheduler
import StratumCodec
import Upstreams

/// Makes lines for people of what the core and the sockets tell.
final class NoticeLog {
    unowned let daemon: Daemon
    let log: any DaemonLog
    private var addresses: [RigID: SocketAddress] = [:]
    private var tlsVersions: [UInt64: String] = [:]
    /// How far each lane's connection has come.
    private var ways: [UInt64: LaneWay] = [:]
    /// What the last window brought, for the status block.
    private(set) var lastReport: WindowReport?
    private var loggedPlan = LoggedPlan()
    private var slices = LoggedSlices()
    /// Troubles logged since an upstream was last up: a retry that ends the same way is not logged again.
    private var troubles = PerUpstream(p2pool: LoggedTroubles(), xvb: LoggedTroubles())
    private var verdicts = VerdictBurst()
    /// Rigs that come and go: each rig of a farm that starts is named, a storm of logins is not.
    private var rigLines = LineBucket(burst: 200, refillSeconds: 1)
    /// Ends of the world and of those: rarer than one a minute, unless a pool flaps.
    private var outageLines = LineBucket(burst: 6, refillSeconds: 60)
    private var rejections = PerUpstream(
        p2pool: LineBucket(burst: 50, refillSeconds: 10), xvb: LineBucket(burst: 50, refillSeconds: 10))
    private var jobLines = PerUpstream(
        p2pool: LineBucket(burst: 20, refillSeconds: 1), xvb: LineBucket(burst: 20, refillSeconds: 1))
    /// What is refused is told once of each peer and cause, and counted after that.
    private var told = ToldRefusals()
    private var strangerLines = LineBucket(burst: 20, refillSeconds: 60)
    /// The address whose line was just told: why it is closed needs no line more.
    private var explained: ClientAddress?
    /// Shares that are refused here: the core tells the first of each kind and rig, and what follows once a minute.
    private var refusalLines = LineBucket(burst: 40, refillSeconds: 6)
    /// Addresses that reach their bounds: a botnet has many.
    private var addressLines = LineBucket(burst: 20, refillSeconds: 10)
    /// Rigs that are cut off or unstable: new names cost a liar nothing.
    private var offenceLines = LineBucket(burst: 20, refillSeconds: 30)
    /// Plans and switches: six a window at most, unless inputs come and go.
    private var planLines = LineBucket(burst: 40, refillSeconds: 120)

    init(_ daemon: Daemon) {
        self.daemon = daemon
        log = daemon.log
    }

    /// The level of lines that only who wants to see everything gets: shares, jobs, switches one by one.
    private var detail: LogLevel { daemon.settings.verbose ? .info : .debug }

    // MARK: Shares

    /// One line a share for who wants to see them.
    func tell(_ share: AcceptedShare, now: Instant) {
        guard log.writes(detail) else { return }
        switch verdicts.seen(now: now) {
        case .write: log.line(detail, .net, PoolWords.accepted(share, by: daemon.core.name(of: share.rig)))
        case .writeSummary(let skipped): log.line(detail, .net, PoolWords.accepted(share, more: skipped))
        case .skip: break
        }
    }

    // MARK: Sockets

    func accepted(_ rig: RigID, from address: SocketAddress) {
        guard log.writes(.debug) else { return }
        log.line(.debug, .rigs, RigWords.connected(from: address))
        addresses[rig] = address
    }

    func disconnected(_ rig: RigID, _ reason: CloseReason) {
        // A rig that is set to TLS looks dead to its owner.
        tellTLS(rig, reason, now: daemon.loop.now)
        // Also where the level was raised meanwhile: what was kept before is to go.
        let address = addresses.isEmpty ? nil : addresses.removeValue(forKey: rig)
        guard log.writes(.debug) else { return }
        log.line(.debug, .rigs, RigWords.disconnected(from: address, reason))
    }

    /// TLS is on one side only, or both sides can't agree.
    private func tellTLS(_ rig: RigID, _ reason: CloseReason, now: Instant) {
        switch reason {
        case .tlsNotEnabled:
            let address = daemon.core.address(of: rig)
            refused("tls", of: address, .warning, now: now) { RigWords.tlsIsOff(connections: $0, address) }
        case .tls, .peerClosedInHandshake:
            let address = daemon.core.address(of: rig)
            let text = reason.text
            refused("tls \(text)", of: address, .warning, now: now) {
                $0 == 1 ? RigLineWords.handshakeFailed(address, text) : RigWords.more($0, address, text)
            }
        case .requested, .finished, .peerClosed, .connectFailed, .failed, .outputOverflow: break
        }
    }

    /// A line of somebody was refused. A rig's is the first of its kind, a stranger's may be one of many.
    private func tellRefusedLine(_ name: String?, _ address: ClientAddress, _ misfit: LineMisfit, now: Instant) {
        if let name {
            guard misfit.code != .unknownMethod || told.isNews(address, "\(name) \(misfit.shown)") else { return }
            line(.warning, .rigs, &refusalLines, now: now, RigLineWords.refused(name, address, misfit))
        } else if told.isNews(address, "\(misfit.code)") {
            explained = address
            line(.info, .rigs, &strangerLines, now: now, RigLineWords.refused(nil, address, misfit))
        }
    }

    func addressesFailed(_ lane: LaneID, _ failed: [FailedAddress], connected: SocketAddress) {
        let text = PoolWords.answeredFirst(lane.upstream, connected, failed)
        log.line(troubles[lane.upstream].isNews(text) ? .info : .debug, .net, text)
    }

    func laneCame(_ lane: LaneID, _ way: LaneWay) { ways[lane.token] = way }

    func secured(_ lane: LaneID, version: String) {
        tlsVersions[lane.token] = version
    }

    func certificate(_ upstream: Upstream, _ told: TrustNews) {
        log.line(told.level, .net, CertificateWords.text(upstream, told))
    }

    func overloaded(turnedAway: Int) {
        refused("descriptors", of: nil, count: turnedAway, .error, now: daemon.loop.now) {
            RigWords.outOfDescriptors(refused: $0)
        }
    }

    /// All places are taken: told now and then, since it comes with each connection.
    private func tellCrowd(now: Instant) {
        let places = daemon.core.mostRigs
        refused("crowd", of: nil, .warning, now: now) { RigWords.full(places: places, refused: $0) }
    }

    /// A rig that is refused for its settings looks dead to its owner: logged now and then.
    private func tellRefusal(_ reason: RigClosing, _ address: ClientAddress, now: Instant) {
        defer { explained = nil }
        switch reason {
        case .badInput:
            // With its first line it was said why.
            if explained == address { break }
            refused("strangers", of: address, .info, now: now) { RigWords.strangers(connections: $0, address) }
        case .crowdedOut:
            tellCrowd(now: now)
        case .noCommonAlgorithm:
            refused("algorithm", of: address, .warning, now: now) { RigWords.otherMiners(logins: $0, address) }
        case .loginTimeout:
            refused("silent", of: address, .info, now: now) {
                $0 == 1 ? RigLineWords.silent(address) : RigWords.more($0, address, reason.text)
            }
        case .noPlace:
            refused("place \(reason.text)", of: address, .info, now: now) {
                $0 == 1 ? RigWords.turnedAway(address, reason) : RigWords.more($0, address, reason.text)
            }
        case .byRig, .idle, .wrongPassword, .noUpstream, .addressFull, .madeRoom, .withoutShare, .tooManyLogins,
            .wrongShares, .flood, .cutOff, .askedInHTTP:
            break
        }
    }

    /// Something of a peer was refused: told the first time, counted after that.
    private func refused(
        _ cause: String, of peer: ClientAddress?, count: Int = 1, _ level: LogLevel, now: Instant,
        _ words: @escaping (Int) -> String
    ) {
        guard let first = told.add(cause, of: peer, count: count, level, .rigs, now: now, words) else { return }
        guard peer != nil else { return log.line(level, .rigs, first.text) }
        line(level, .rigs, &strangerLines, now: now, first.text)
    }

    /// Tells what was counted, where a line is due.
    func tick(now: Instant) {
        for line in told.due(now: now) { log.line(line.level, line.tag, line.text) }
    }

    /// A line that a peer can cause as often as it likes: at `level` as far as `bucket` goes, the others for a closer look.
    private func line(
        _ level: LogLevel, _ tag: LogTag, _ bucket: inout LineBucket, now: Instant, _ text: @autoclosure () -> String
    ) {
        guard log.writes(level) else { return }
        let leftOut = bucket.take(now: now)
        log.line(leftOut == nil ? .debug : level, tag, text() + RigWords.suppressed(leftOut ?? 0))
    }

    // MARK: The core

    func tell(_ notice: Notice, now: Instant) {
        switch notice {
        case .rigJoined(_, let name, let agent, let fullNonceSpace):
            line(
                .info, .rigs, &rigLines, now: now,
                RigWords.joined(name, agent: agent, fullNonceSpace: fullNonceSpace))
        case .rigLeft(_, let name, let reason):
            line(.info, .rigs, &rigLines, now: now, RigWords.left(name, reason))
        case .connectionDropped(_, let address, let reason):
            log.line(.debug, .rigs, RigWords.dropped(address, reason))
            tellRefusal(reason, address, now: now)
        case .rigRefused:
            tellCrowd(now: now)
        case .addressRefused(let address, let limit, let count):
            let bounds = daemon.settings.addressBounds
            line(
                .warning, .rigs, &addressLines, now: now,
                RigWords.refused(address, limit, count: count, bounds))
        case .proxyModeKnown(_, let name, let sharesConnection):
            line(
                .info, .rigs, &rigLines, now: now,
                RigWords.frontProxy(name, sharesConnection: sharesConnection))
        case .exclusiveNotSent(_, let name, let upstream):
            line(
                .warning, .rigs, &rigLines, now: now,
                RigWords.notSent(name, to: upstream, usesOther: daemon.core.uses(upstream.other)))
        case .algorithmNotMined(_, let name, let upstream, let algorithm):
            line(
                .warning, .rigs, &rigLines, now: now, RigWords.notMined(name, upstream, algorithm: algorithm.name))
        case .laneReady(let lane, let endpoint, let byteOwner, let lanes):
            log.line(
                lanes == 1 ? .info : .debug, .net,
                PoolWords.ready(lane, endpoint, tls: tlsVersions[lane.token], ownsByte: byteOwner == .pool))
        case .laneLost(let lane, let endpoint, let reason, let retry):
            tlsVersions[lane.token] = nil
            let way = ways.removeValue(forKey: lane.token)
            let isNews = troubles[lane.upstream].isNews(PoolWords.closed(lane, endpoint, reason, way, retry: nil))
            log.line(isNews ? reason.level : .debug, .net, PoolWords.closed(lane, endpoint, reason, way, retry: retry))
        case .upstreamUp(let upstream, let endpoint):
            troubles[upstream] = LoggedTroubles()
            log.line(.debug, .net, PoolWords.up(upstream, endpoint))
        case .upstreamDown(let upstream, let other):
            log.line(.warning, .net, PoolWords.down(upstream, other: other))
        case .regionsMeasured(let upstream, let regions):
            log.line(.info, .net, PoolWords.regions(upstream, regions))
        case .endpointChanged(let upstream, let from, let to):
            let isNews = troubles[upstream].isNews("to \(to)")
            log.line(isNews ? .warning : .debug, .net, PoolWords.moved(upstream, from: from, to: to))
        case .newJob(let upstream, let endpoint, let difficulty, let algorithm, let height):
            // What the rigs mine now is for everybody's eyes, the other upstream's jobs are for a closer look.
            line(
                upstream == daemon.core.currentUpstream ? detail : .debug, .net, &jobLines[upstream], now: now,
                PoolWords.newJob(
                    upstream, endpoint, difficulty: difficulty, algorithm: algorithm.name, height: height))
        case .jobRefused(let lane, let fault):
            // A pool that errs may err with each job: once a minute is enough for a warning.
            let upstream = lane.upstream
            // What doesn't fit may have another value with each job.
            let kind = if case .faultyJobs(let code, _) = fault { "\(code)" } else { "\(fault)" }
            let line = told.add("job \(upstream.key) \(kind)", of: nil, .warning, .net, now: now) {
                PoolWords.jobRefused(upstream, fault, count: $0)
            }
            log.line(
                line?.level ?? .debug, .net, line?.text ?? PoolWords.jobRefused(upstream, fault, count: nil))
        case .rejected(
            let upstream, let name, let address, let isNews, let difficulty, let kind, let text, let accepted,
            let rejected):
            let words = {
                PoolWords.rejected(
                    upstream, RigWords.rig(name, address), difficulty: difficulty, text, accepted, rejected)
            }
            // What follows of a rig is told with the minute.
            guard isNews else { return log.writes(.debug) ? log.line(.debug, .net, words()) : () }
            line(kind == .stale ? .info : .warning, .net, &rejections[upstream], now: now, words())
        case .lineRefused(let name, let address, let misfit):
            tellRefusedLine(name, address, misfit, now: now)
        case .shareRefused(let name, let address, let outcome):
            line(
                outcome == .stale ? .info : .warning, .rigs, &refusalLines, now: now,
                RigWords.refused(name, address, outcome))
        case .sharesRefused(let name, let address, let counts):
            line(
                counts.isOrdinary ? .info : .warning, .rigs, &refusalLines, now: now,
                RigWords.refused(name, address, counts))
        case .furtherRefused(let rigs, let shares):
            line(.info, .rigs, &refusalLines, now: now, RigWords.refused(shares: shares, ofFurther: rigs))
        case .cutOffKnocked(let name, let address, let seconds, let offence):
            refused("cut off", of: address, .info, now: now) {
                RigWords.knocked(name, address, seconds: seconds, offence, logins: $0)
            }
        case .ignoresNonceRange(let name, let address, let upstream, let getsOwnConnection):
            line(
                .warning, .rigs, &offenceLines, now: now,
                RigWords.ignoresRange(name, address, upstream, getsOwnConnection: getsOwnConnection))
        case .noncesUsedUp(let name, let address, let upstream):
            line(.warning, .rigs, &offenceLines, now: now, RigWords.noncesUsedUp(name, address, upstream))
        case .slotsShort(let upstream, let lanes):
            log.line(.info, .net, PoolWords.slotsShort(upstream, lanes: lanes))
        case .placesShort(let shortage):
            log.line(shortage.isRoomElsewhere ? .info : .warning, .rigs, PlaceWords.short(shortage))
        case .rigCutOff(let name, let address, let seconds, let offence):
            line(.warning, .rigs, &offenceLines, now: now, RigWords.cutOff(name, address, seconds: seconds, offence))
        case .rigUnstable(let name, let address, let wrong, let of):
            line(.warning, .rigs, &offenceLines, now: now, RigWords.unstable(name, address, wrong: wrong, of: of))
        case .proofUnavailable:
            log.line(.warning, .rigs, RigWords.proofUnavailable)
        case .sidechainShare(let name, let difficulty, let shares):
            log.line(.info, .net, PoolWords.sidechainShare(by: name, difficulty: difficulty, shares: shares))
        case .windowClosed(let report):
            lastReport = report
            // Where XvB is not used all windows are the same.
            let isAlike = report.plannedXvBShare == 0 && report.deliveredXvBShare == 0 && !daemon.core.uses(.xvb)
            let level = isAlike ? LogLevel.debug : .info
            log.line(level, .plan, ScheduleWords.windowClosed(report, slices: slices.inWindow))
            slices.windowClosed()
            loggedPlan.windowClosed()
        case .planned(let plan):
            guard let news = loggedPlan.news(plan) else { break }
            if news.isDetail { return log.line(detail, .plan, news.text) }
            line(.info, .plan, &planLines, now: now, news.text)
        case .switched(let upstream, let cause, let rigs, _):
            let text = { [unowned daemon] in
                let schedule = daemon.core.schedule
                return ScheduleWords.switched(
                    to: upstream, cause, rigs, schedule.expectedSwitch.map { $0.seconds(since: now) },
                    nextPlan: schedule.windowEnd.seconds(since: now))
            }
            if slices.isDetail(upstream, cause) { return log.line(detail, .plan, text()) }
            line(.info, .plan, &planLines, now: now, text())
        case .followed(let upstream, let rigs):
            log.line(detail, .plan, ScheduleWords.followed(to: upstream, rigs: rigs))
        case .seedsDiffer(let p2pool, let xvb, let seconds):
            log.line(.warning, .plan, ScheduleWords.seedsDiffer(p2pool: p2pool, xvb: xvb, seconds: seconds))
        case .seedsAgree:
            log.line(.info, .plan, ScheduleWords.seedsAgree)
        case .noneUp(let upstreams, let grace):
            log.line(.error, .net, PoolWords.noneUp(upstreams, grace: grace))
        case .turningAway:
            line(.warning, .rigs, &outageLines, now: now, RigWords.refusing)
        case .servingAgain(let turnedAway):
            line(.info, .rigs, &outageLines, now: now, RigWords.servingAgain(refused: turnedAway))
        case .stopping(let pending):
            log.line(.info, .proxy, ProxyWords.stopping(pending: pending))
        }
    }
}

extension LaneClosing {
    /// How important it is that a connection to a pool has ended so.
    fileprivate var level: LogLevel {
        switch self {
        case .notNeeded, .renewed: .debug
        case .connection, .loginRefused, .fault, .badShares: .warning
        case .distrusted, .ourselves: .error
        }
    }
}
