import EventLoop
import ProxyCore
import ProxyTerms
import Upstreams

/// What is told of pools' certificates besides a connection that ends.
enum TrustNews: Equatable {
    /// It was taken; the first time, or after another one.
    case taken(endpoint: String, CertificatePin?, CertificateGrounds)
    /// It has been refused for an hour.
    case stillRefused(endpoint: String, CertificateRefusal)
    /// Something is wrong with the file that they are remembered in.
    case file(KnownPoolsTrouble)

    /// How important it is.
    var level: LogLevel {
        switch self {
        case .taken: .info
        case .stillRefused, .file: .warning
        }
    }
}

/// Where known certificates are remembered.
enum TrustMemory: Sendable {
    /// Nowhere: each run begins anew.
    case none
    /// In a file that is read and left as it is.
    case reads(KnownPoolsFile)
    /// In a file.
    case keeps(KnownPoolsFile)
}

/// Keeps what each pool is trusted by, and has certificates judged: at once where everything is known, else after a look at the
/// authorities and the file, which a thread of the pool takes.
final class TrustKeeper {
    /// What becomes of a connection.
    enum Outcome: Equatable {
        case taken
        case refused(CertificateRefusal)
    }

    private let loop: EventLoop
    private var endpoints: PerUpstream<[CoreEndpoint]>
    private let file: KnownPoolsFile?
    /// Whether what is new is written to the file.
    private let writes: Bool
    /// Each pool's, in the order of the endpoints.
    private(set) var trusts: PerUpstream<[PoolTrust]>
    /// Who is told.
    var tell: (Upstream, TrustNews) -> Void = { _, _ in }
    /// The last trouble with the file that was told.
    private var toldTrouble: KnownPoolsTrouble?
    /// Changes that are on their way to the disk: until they are there the file knows less than we.
    private var pendingWrites = 0

    /// A keeper that knows nothing yet.
    init(_ loop: EventLoop, endpoints: PerUpstream<[CoreEndpoint]>, memory: TrustMemory) {
        self.loop = loop
        self.endpoints = endpoints
        switch memory {
        case .none: (file, writes) = (nil, false)
        case .reads(let file): (self.file, writes) = (file, false)
        case .keeps(let file): (self.file, writes) = (file, true)
        }
        trusts = PerUpstream(
            p2pool: endpoints.p2pool.map(PoolTrust.init), xvb: endpoints.xvb.map(PoolTrust.init))
    }

    /// Other endpoints have the numbers from now on. What is known of an address stays known; of others it is read when it is needed.
    func change(_ upstream: Upstream, to list: [CoreEndpoint]) {
        let (before, old) = (endpoints[upstream], trusts[upstream])
        trusts[upstream] = list.indices.map { index in
            if index < before.count, before[index] == list[index] { return old[index] }
            var trust = PoolTrust(list[index])
            trust.known = old.first { $0.endpoint == trust.endpoint }?.known
            return trust
        }
        endpoints[upstream] = list
    }

    /// Whether there is anything to remember.
    private var remembers: Bool {
        Upstream.allCases.contains { trusts[$0].contains { $0.policy == .firstUse } }
    }

    /// Reads the file at once: before the loop runs.
    func load() {
        guard let file, remembers else { return }
        do throws(KnownPoolsTrouble) {
            adopt(try file.read(setsAside: writes))
        } catch {
            noticed(error)
        }
    }

    private func adopt(_ pools: KnownPools) {
        for upstream in Upstream.allCases {
            for index in trusts[upstream].indices {
                guard let entry = pools[trusts[upstream][index].endpoint] else { continue }
                trusts[upstream][index].known = entry.known
            }
        }
    }

    /// Judges what the pool at `index` of `upstream` has shown. `done` is called once, at once or from the loop.
    func judge(_ upstream: Upstream, _ index: Int, _ chain: CertificateChain?, done: @escaping (Outcome) -> Void) {
        let certificate = chain?.certificate
        guard let outcome = judge(upstream, index, certificate, authority: nil) else {
            return look(upstream, index, chain, certificate, done)
        }
        done(outcome)
    }

    /// Nil where the authorities must be asked first.
    private func judge(
        _ upstream: Upstream, _ index: Int, _ certificate: PeerCertificate?, authority: AuthorityVerdict?
    ) -> Outcome? {
        let endpoint = trusts[upstream][index].endpoint
        let step = trusts[upstream][index].judge(certificate, authority: authority, now: Int64(WallClock.now))
        switch step {
        case .ask: return nil
        case .take(let news, let remembers):
            if let news { tell(upstream, .taken(endpoint: endpoint, certificate?.fingerprint, news)) }
            if let remembers { write { $0.remember(remembers, of: endpoint) } }
            return .taken
        case .refuse(let refusal, let offers, let isReminder):
            if isReminder { tell(upstream, .stillRefused(endpoint: endpoint, refusal)) }
            if let offers, let known = trusts[upstream][index].known {
                write { pools in
                    let isForgotten = pools[endpoint] == nil && pools.remember(known, of: endpoint)
                    return pools.offer(offers, of: endpoint) || isForgotten
                }
            }
            return .refused(refusal)
        }
    }

    /// What a thread of the pool has found.
    private struct Findings {
        var authority = AuthorityVerdict.refused("not asked")
        var pools: KnownPools?
        var trouble: KnownPoolsTrouble?
    }

    /// Asks the authorities, and the file: an operator may have taken the certificate meanwhile.
    private func look(
        _ upstream: Upstream, _ index: Int, _ chain: CertificateChain?, _ certificate: PeerCertificate?,
        _ done: @escaping (Outcome) -> Void
    ) {
        let asked = endpoints[upstream][index]
        let host = asked.endpoint.host
        let file = trusts[upstream][index].policy == .firstUse ? file : nil
        let setsAside = writes
        loop.inThreadPool {
            var findings = Findings()
            if let chain { findings.authority = chain.verdict(for: host) }
            guard let file else { return findings }
            do throws(KnownPoolsTrouble) {
                findings.pools = try file.read(setsAside: setsAside)
            } catch {
                findings.trouble = error
            }
            return findings
        } done: { [weak self] findings in
            guard let self else { return }
            if let pools = findings.pools, pendingWrites == 0 { adopt(pools) }
            if let trouble = findings.trouble { noticed(trouble) }
            // What this one has shown is nothing to an endpoint that has its number meanwhile.
            guard endpoints[upstream][index] == asked else { return done(.refused(.absent)) }
            // With the authorities' verdict there is always one of ours.
            done(judge(upstream, index, certificate, authority: findings.authority) ?? .refused(.absent))
        }
    }

    /// Changes the file, on a thread of the pool.
    private func write(_ change: @escaping @Sendable (inout KnownPools) -> Bool) {
        guard writes, let file else { return }
        pendingWrites += 1
        loop.inThreadPool { () -> KnownPoolsTrouble? in
            do throws(KnownPoolsTrouble) {
                return try file.update(change)
            } catch {
                return error
            }
        } done: { [weak self] trouble in
            guard let self else { return }
            pendingWrites -= 1
            if let trouble { noticed(trouble) } else { toldTrouble = nil }
        }
    }

    private func noticed(_ trouble: KnownPoolsTrouble) {
        guard trouble != toldTrouble else { return }
        toldTrouble = trouble
        // It is of no upstream alone; the one that remembers tells it.
        tell(.xvb, .file(trouble))
    }
}

extension PoolTrust {
    /// Of a configured endpoint.
    fileprivate init(_ endpoint: CoreEndpoint) {
        self.init(endpoint: endpoint.address, policy: endpoint.usesTLS ? endpoint.certificates : .none)
    }
}
