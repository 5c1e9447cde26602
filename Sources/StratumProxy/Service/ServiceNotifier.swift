import EventLoop
import Glibc

/// Tells systemd how the service is (sd_notify(3)): one datagram to the socket that it names in NOTIFY_SOCKET.
///
/// Without that variable, as in a shell or a container, nothing is sent. Nothing here waits: a manager that does not
/// read loses messages, not us.
struct ServiceNotifier {
    /// Where datagrams go; nil where nobody asked for them.
    private let address: [UInt8]?
    /// How often systemd wants to hear `watchdog`, at the latest, in seconds; nil where it does not watch.
    let watchdogSeconds: Double?

    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from `environment`.
    init(environment: Environment, processID: Int32 = getpid()) {
        address = Self.address(environment["NOTIFY_SOCKET"] ?? "")
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(processID) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Double($0) } ?? 0
        watchdogSeconds = address != nil && isForUs && microseconds > 0 ? microseconds / 1e6 : nil
    }

    /// Whether anybody listens.
    var isActive: Bool { address != nil }

    /// The proxy accepts rigs; `status` is what `systemctl status` shows.
    func ready(status: String) {
        send("READY=1\nSTATUS=\(Self.oneLine(status))")
    }

    /// What `systemctl status` shows from now on.
    func status(_ status: String) {
        send("STATUS=\(Self.oneLine(status))")
    }

    /// The orderly stop has begun.
    func stopping() {
        send("STOPPING=1")
    }

    /// The loop is alive. Due within `watchdogSeconds`; twice as often is usual.
    func watchdog() {
        send("WATCHDOG=1")
    }

    /// Leaves a copy of `descriptor` with systemd, which hands it to the next run of the service; it needs FileDescriptorStoreMax.
    func keep(_ descriptor: Int32, name: String) {
        send("FDSTORE=1\nFDPOLL=0\nFDNAME=\(name)", [descriptor])
    }

    /// Systemd is to close what it keeps under that name.
    func drop(name: String) {
        send("FDSTOREREMOVE=1\nFDNAME=\(name)")
    }

    private static func oneLine(_ text: String) -> String {
        Sanitizer.printable(text, limit: 256)
    }

    /// The bytes of `sun_path`: a path, or a name of the abstract namespace that is written with an `@`.
    private static func address(_ text: String) -> [UInt8]? {
        var bytes = Array(text.utf8)
        // 108 bytes is what sockaddr_un holds; a path needs one for its end.
        guard let first = bytes.first, bytes.count < 108 else { return nil }
        if first == UInt8(ascii: "@") {
            bytes[0] = 0
            return bytes
        }
        return first == UInt8(ascii: "/") ? bytes : nil
    }

    private func send(_ message: String, _ descriptors: [Int32] = []) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
        // A path is a C string; an abstract name is as long as it is said to be.
        let ending = address.first == 0 ? 0 : 1
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count + ending)
        let bytes = Array(message.utf8)
        withUnsafePointer(to: &name) { name in
            name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                _ = DescriptorMessage(bytes, descriptors).send(on: descriptor, to: (name, length))
            }
        }
    }
}
