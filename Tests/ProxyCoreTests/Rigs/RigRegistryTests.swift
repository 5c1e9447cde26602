import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("The rigs' connections")
struct RigRegistryTests {
    private let now = Instant(milliseconds: 1_000_000)
    private let id1 = RigRegistryTests.request("1")
    private let id7 = RigRegistryTests.request("7")

    private static func request(_ text: String) -> RequestID {
        Array(text.utf8).withUnsafeBytes { RequestID(text: $0) } ?? .null
    }

    private func registry(_ change: (inout CoreSettings) -> Void = { _ in }) -> RigRegistry {
        var settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: CoreUpstream(endpoints: [], profile: .p2pool), xvb: CoreUpstream(endpoints: [], profile: .xvb)),
            agent: "test/1")
        change(&settings)
        return RigRegistry(settings: settings)
    }

    @Test("A rig goes from its login over its first job to its close, and is counted while it is served")
    func phases() {
        let registry = registry()
        let rig = registry.connected(now: now)
        #expect(rig.life.phase == .awaitingLogin && registry.loggedIn == 0)
        registry.loggedIn(rig, request: id7, now: now)
        #expect(rig.life.phase == .awaitingJob && registry.ordinaryRigs == 1 && registry.heldLoginCount == 1)
        #expect(registry.jobGiven(to: rig) == id7)
        #expect(rig.life.phase == .mining && registry.heldLoginCount == 0)
        #expect(registry.jobGiven(to: rig) == nil)
        registry.closing(rig, lingers: true)
        #expect(rig.life.phase == .closing && registry.loggedIn == 0 && registry.ending.count == 1)
        registry.remove(rig)
        #expect(rig.life.phase == .vacant && registry.rigs.count == 0)
    }

    @Test("A rig that turns out to need the full nonce space is counted with its kind")
    func kinds() {
        let registry = registry()
        let rig = registry.connected(now: now)
        registry.loggedIn(rig, request: id1, now: now)
        registry.changeKind(rig, needsFullNonceSpace: true)
        #expect(registry.ordinaryRigs == 0 && registry.exclusiveRigs == 1)
        registry.closing(rig, lingers: false)
        #expect(registry.exclusiveRigs == 0)
    }

    @Test("A place that is used again is another rig: its former name finds nobody")
    func generations() {
        let registry = registry()
        let first = registry.connected(now: now).id
        registry.closing(registry.rigs[first.index], lingers: false)
        registry.remove(registry.rigs[first.index])
        let second = registry.connected(now: now).id
        #expect(second.index == first.index && second.generation != first.generation)
        #expect(registry.rigs.find(RigMark(first)) == nil && registry.rigs.find(RigMark(second))?.id == second)
        #expect(registry.rigs.find(first) == nil)
        #expect(registry.rigs.find(second) != nil)
    }

    @Test(
        "Room is made by what lingers first, then by what has waited longest for a login, never by rigs that are logged in"
    )
    func eviction() {
        let registry = registry()
        let served = registry.connected(now: now)
        registry.loggedIn(served, request: id1, now: now)
        let waiting = [registry.connected(now: now), registry.connected(now: now)]
        let lingering = registry.connected(now: now)
        registry.closing(lingering, lingers: true)
        #expect(registry.evict(now: now) == .lingering(lingering.id))
        #expect(registry.evict(now: now) == .unauthenticated(waiting[0]))
        #expect(registry.evict(now: now) == .unauthenticated(waiting[1]))
        #expect(registry.evict(now: now) == .none)
    }

    @Test("A connection without a login, a silent rig and one without work each expire for their reason, not before")
    func expiry() throws {
        let registry = registry()
        let silent = registry.connected(now: now)
        registry.loggedIn(silent, request: id1, now: now)
        let waiting = registry.connected(now: now)
        #expect(registry.nextExpired(now: now.adding(seconds: 9.9)) == nil)
        let login = try #require(registry.nextExpired(now: now.adding(seconds: 10)))
        #expect(login.rig == waiting && login.reason == .loginTimeout)
        registry.heard(silent, now: now.adding(seconds: 300))
        #expect(registry.nextExpired(now: now.adding(seconds: 600)) == nil)
        let idle = try #require(registry.nextExpired(now: now.adding(seconds: 1200)))
        #expect(idle.rig == silent && idle.reason == .idle)
    }

    @Test("The third malformed request is one too many")
    func faults() {
        let registry = registry()
        let rig = registry.connected(now: now)
        #expect([registry.faulted(rig), registry.faulted(rig), registry.faulted(rig)] == [false, false, true])
    }
}
