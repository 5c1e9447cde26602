/// A pool's address as xmrig's users write it: `host:port`, `stratum+tcp://host:port`, `stratum+ssl://host:port`,
/// `[v6]:port`.
public struct PoolURL: Equatable, Sendable, CustomStringConvertible {
    /// Why a text is no pool address.
    public enum Fault: Error, Equatable, Sendable {
        /// Nothing where the host should be.
        case noHost
        /// A scheme other than `stratum+tcp` and `stratum+ssl`.
        case unknownScheme
        /// The port is not 1 ... 65535.
        case badPort
        /// A `[` without its `]`, an IPv6 address without brackets, blanks, a user or a path.
        case badHost
    }

    /// Name or address, without brackets.
    public var host: String
    /// Port, 1 ... 65535.
    public var port: UInt16
    /// Whether the URL itself asks for TLS (`stratum+ssl://`); a `tls` member beside it can ask as well.
    public var tls: Bool

    /// Parses `text`; without a port it is `defaultPort` (xmrig: 3333).
    /// - Throws: `Fault` where the text is no pool address.
    public init(_ text: String, defaultPort: UInt16 = 3333) throws(Fault) {
        var rest = text[...]
        tls = false
        if let end = Self.schemeEnd(text) {
            switch text[..<end].lowercased() {
            case "stratum+tcp": tls = false
            case "stratum+ssl": tls = true
            default: throw .unknownScheme
            }
            rest = text[text.index(end, offsetBy: 3)...]
        }
        // A closing slash is often pasted along; a path means nothing here.
        if rest.last == "/" { rest = rest.dropLast() }
        guard !rest.isEmpty else { throw .noHost }

        let name: Substring
        let after: Substring
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { throw .badHost }
            name = rest[rest.index(after: rest.startIndex)..<close]
            after = rest[rest.index(after: close)...]
            guard after.isEmpty || after.first == ":" else { throw .badHost }
        } else {
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            name = rest[..<colon]
            after = rest[colon...]
            guard !after.dropFirst().contains(":") else { throw .badHost }
        }
        guard !name.isEmpty else { throw .noHost }
        guard name.utf8.count <= 255, name.utf8.allSatisfy(Self.isHostByte) else { throw .badHost }
        host = String(name)
        port = defaultPort
        if !after.isEmpty { port = try Self.port(after.dropFirst()) }
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func schemeEnd(_ text: String) -> String.Index? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        return colon
    }

    private static func port(_ text: Substring) throws(Fault) -> UInt16 {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            let port = UInt16(text), port > 0
        else { throw .badPort }
        return port
    }

    /// What names, IPv4 and IPv6 addresses (with a scope) are made of.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "%"):
            true
        default: byte >= 0x80
        }
    }
}
