/// Where rigs connect: an IP address and a TCP port.
struct HostPort: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 address, or an IPv6 address without brackets.
    var host: String
    var port: UInt16

    /// `host:port`, with brackets round an IPv6 address.
    var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Why a text is no address.
    struct Fault: Error, Equatable {
        var message: String
    }

    /// Reads `host:port` or `[v6]:port`. For port 0 a listener gets one from the kernel.
    ///
    /// - Throws: what is wrong with it, for the operator.
    static func parse(_ text: String) throws(Fault) -> HostPort {
        guard !text.isEmpty else { throw Fault(message: "expected host:port, found an empty text") }
        let shown = PeerText.printable(text)
        var host: Substring
        var port: Substring?
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw Fault(message: "'\(shown)' has no closing ']'") }
            host = text[text.index(after: text.startIndex)..<close]
            let rest = text[text.index(after: close)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw Fault(message: "expected ':' and a port after ']' in '\(shown)'")
            }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":") else {
                throw Fault(message: "'\(shown)' has brackets, which are for IPv6 addresses only")
            }
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else {
                throw Fault(message: "an IPv6 address needs brackets: write [\(shown)]:port")
            }
            host = parts[0]
            port = parts.count == 2 ? parts[1] : nil
        }
        guard isHost(host) else { throw Fault(message: "'\(shown)' is not host:port") }
        guard let port else { throw Fault(message: "'\(shown)' has no port: write \(shown):port") }
        guard port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = UInt16(port)
        else { throw Fault(message: "'\(PeerText.printable(String(port)))' is not a port (0 to 65535)") }
        return HostPort(host: String(host), port: number)
    }

    private static func isHost(_ host: Substring) -> Bool {
        !host.isEmpty && host.utf8.count <= 253
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                // A `%` begins the scope of a link-local address.
                default: "-._:%".utf8.contains(byte)
                }
            }
    }
}
