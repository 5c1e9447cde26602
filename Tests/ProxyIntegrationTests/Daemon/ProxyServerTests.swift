import EventLoop
import ProxyCore
import ProxyTerms
import SplitScheduler
import Testing

@testable import StratumProxy

/// Events that come while the effects of another one are performed.
@Suite("The shell performs every effect")
struct ProxyServerTests {
    /// Does something at a notice, which comes while effects are performed, and writes down what it hears.
    private final class Observer: ServerObserver {
        var heard: [String] = []
        var act: (Notice) -> Void = { _ in }

        func noticed(_ notice: Notice, now: Instant) {
            switch notice {
            case .rigRefused: heard.append("refused")
            case .stopping: heard.append("stopping")
            default: break
            }
            act(notice)
        }

        func rigAccepted(_ rig: RigID, from address: SocketAddress) {}
        func rigDisconnected(_ rig: RigID, _ reason: CloseReason) {}
        func addressesFailed(_ lane: LaneID, _ failed: [FailedAddress], connected: SocketAddress) {}
        func laneSecured(_ lane: LaneID, version: String) {}
        func overloaded(turnedAway: Int) {}
        func switchDelivered(delayMilliseconds: Int64) {}
        func stopped() { heard.append("stopped") }
    }

    /// A server without pools whose core has no room for a rig, so that each connection is a notice.
    private func server(_ observer: Observer) throws -> ProxyServer {
        let loop = try EventLoop()
        let none = CoreUpstream(endpoints: [], profile: .p2pool)
        var settings = CoreSettings(upstreams: PerUpstream(p2pool: none, xvb: none), agent: "test/1")
        settings.maxRigs = -ProxyCore.crowding
        let core = ProxyCore(
            settings: settings, scheduler: SplitScheduler(settings: SplitSettings(), start: loop.now), seed: 1,
            now: loop.now)
        return try ProxyServer(loop: loop, core: core, endpoints: PerUpstream(p2pool: [], xvb: []), observer: observer)
    }

    private func refuse(_ server: ProxyServer) { server.handle { core, now in _ = core.rigConnected(now: now) } }

    @Test("A stop that begins while effects are performed is told and completed")
    func stopWithin() throws {
        let observer = Observer()
        let server = try server(observer)
        observer.act = { if case .rigRefused = $0 { server.stop() } }
        refuse(server)
        #expect(observer.heard == ["refused", "stopping", "stopped"])
    }

    @Test("Each of several events within an event is performed, after it and in order")
    func several() throws {
        let observer = Observer()
        let server = try server(observer)
        var left = 3
        observer.act = { _ in
            guard left > 0 else { return }
            left -= 1
            refuse(server)
        }
        refuse(server)
        #expect(observer.heard == ["refused", "refused", "refused", "refused"])
    }

    @Test("Events that lead to one another without end are cut off: the loop has its turn")
    func bounded() throws {
        let observer = Observer()
        let server = try server(observer)
        observer.act = { _ in refuse(server) }
        refuse(server)
        #expect(observer.heard.count > 1_000 && observer.heard.count < 2_000)
    }
}
