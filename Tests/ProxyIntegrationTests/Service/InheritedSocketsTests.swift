import EventLoop
import Glibc
import Testing

@testable import StratumProxy

@Suite("Sockets that were opened for this process")
struct InheritedSocketsTests {
    /// A socket at a port of the kernel's choice; listening, or only bound.
    private func socket(listening: Bool) throws -> Int32 {
        let descriptor = Glibc.socket(AF_INET, SocketKind.stream, 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0)
        if listening { try #require(listen(descriptor, 8) == 0) }
        return descriptor
    }

    @Test("One is taken once, by its address; what listens not is closed")
    func taken() throws {
        let (one, other) = (try socket(listening: true), try socket(listening: false))
        let sockets = InheritedSockets([one, other], names: ["a"])
        #expect(sockets.rest.count == 1 && sockets.rest.first?.name == "a")
        #expect(fcntl(other, F_GETFD) == -1)
        let address = try #require(SocketAddress(ofListener: one))
        #expect(sockets.take(address.with(port: 1)) == nil)
        #expect(sockets.take(address) == one)
        #expect(sockets.take(address) == nil)
        #expect(sockets.taken == [address])
        close(one)
    }

    @Test("What nobody takes is closed, and named")
    func rest() throws {
        let one = try socket(listening: true)
        let sockets = InheritedSockets([one], names: ["rigs-x"])
        #expect(sockets.closeRest().map(\.name) == ["rigs-x"])
        #expect(fcntl(one, F_GETFD) == -1 && sockets.rest.isEmpty)
    }

    @Test(
        "Variables that are for another process, or make no sense, give none",
        arguments: [
            ["LISTEN_FDS": "1"], ["LISTEN_FDS": "1", "LISTEN_PID": "1"], ["LISTEN_FDS": "-1", "LISTEN_PID": "7"],
            ["LISTEN_FDS": "x", "LISTEN_PID": "7"], [:],
        ])
    func foreign(variables: [String: String]) {
        #expect(InheritedSockets(environment: Environment(variables), processID: 7).rest.isEmpty)
    }

    @Test("A name for systemd has no colon")
    func name() throws {
        let address = try #require(SocketAddress("[::1]:3355"))
        #expect(InheritedSockets.name(address) == "port-[__1]_3355")
    }
}
