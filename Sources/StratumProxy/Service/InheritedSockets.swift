import EventLoop
import Glibc

/// Sockets that listen already, opened by somebody else for this process: by systemd (sd_listen_fds(3)) for a unit with a
/// .socket, or that a run of the service before this one has left with it, or by the proxy that this one takes over from.
final class InheritedSockets {
    /// One of them.
    struct Socket: Equatable {
        let descriptor: Int32
        let address: SocketAddress
        /// What systemd calls it; empty where it has no name.
        var name = ""
    }

    /// The first descriptor that systemd passes, by its own definition.
    private static let first: Int32 = 3
    /// Those that nobody has taken yet.
    private(set) var rest: [Socket]
    /// Where those listen that were taken.
    private(set) var taken: Set<SocketAddress> = []

    /// Exactly these descriptors. One that doesn't listen for TCP connections is closed.
    init(_ descriptors: [Int32] = [], names: [String] = []) {
        rest = []
        for (index, descriptor) in descriptors.enumerated() {
            guard let address = SocketAddress(ofListener: descriptor) else {
                close(descriptor)
                continue
            }
            rest.append(
                Socket(
                    descriptor: descriptor, address: address, name: names.indices.contains(index) ? names[index] : ""))
        }
    }

    /// Those that systemd passes with LISTEN_FDS; none where LISTEN_PID names another process.
    convenience init(environment: Environment, processID: Int32 = getpid()) {
        let isForUs = environment["LISTEN_PID"] == String(processID)
        let count = isForUs ? environment["LISTEN_FDS"].flatMap { Int32($0) } : nil
        let passed = 0..<max(0, min(count ?? 0, Int32(DescriptorMessage.mostDescriptors)))
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        self.init(passed.map { Self.first + $0 }, names: names.map(String.init))
    }

    /// The socket that listens at `address`; from now on the caller's to close.
    func take(_ address: SocketAddress) -> Int32? {
        guard let index = rest.firstIndex(where: { $0.address == address }) else { return nil }
        taken.insert(address)
        return rest.remove(at: index).descriptor
    }

    /// Closes what nobody took: it would let rigs wait for ever.
    func closeRest() -> [Socket] {
        defer { rest = [] }
        for socket in rest { close(socket.descriptor) }
        return rest
    }

    /// What a socket is called at systemd, which allows no colon.
    static func name(_ address: SocketAddress) -> String {
        "port-" + "\(address)".map { $0 == ":" ? "_" : String($0) }.joined()
    }
}
