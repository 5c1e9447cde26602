/// A host and a TCP port: the one place where `host:port` is read and written.
public struct Endpoint: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// Why a text is no endpoint.
    public enum Fault: Error, Equatable, Sendable {
        /// Nothing at all.
        case empty
        /// A `scheme://` that means nothing here.
        case scheme(String)
        /// Nothing where the host should be.
        case noHost
        /// No port where there must be one.
        case noPort
        /// The port is no number of the range that was asked for.
        case badPort(String)
        /// What no name and no address holds: blanks, a user, a path; or longer than 253 bytes.
        case badHost
        /// An IPv6 address without brackets.
        case noBrackets
        /// A `[` without its `]`.
        case openBracket
        /// Something other than `:` and a port behind the `]`.
        case afterBracket
        /// Brackets around what is no IPv6 address.
        case needlessBrackets
    }

    /// Name or address, without brackets.
    public var host: String
    /// TCP port.
    public var port: UInt16

    /// The endpoint at `host`, which has no brackets, and `port`.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port` or `[v6]:port`. Where there is no port it is `defaultPort`.
    /// - Throws: `Fault` where the text is no endpoint.
    public init(
        _ text: some StringProtocol, defaultPort: UInt16? = nil, ports: ClosedRange<UInt16> = 1...65_535
    ) throws(Fault) {
        guard !text.isEmpty else { throw .empty }
        if let scheme = Self.split(text).scheme { throw .scheme(scheme) }
        let rest = Substring(text)
        let name: Substring
        let after: Substring
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { throw .openBracket }
            name = rest[..<close].dropFirst()
            after = rest[close...].dropFirst()
            guard after.isEmpty || after.first == ":" else { throw .afterBracket }
            guard name.isEmpty || name.contains(":") else { throw .needlessBrackets }
        } else {
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            name = rest[..<colon]
            after = rest[colon...]
            guard !after.dropFirst().contains(":") else { throw .noBrackets }
        }
        guard !name.isEmpty else { throw .noHost }
        guard name.utf8.count <= 253, name.utf8.allSatisfy(Self.isHostByte) else { throw .badHost }
        host = String(name)
        if after.isEmpty {
            guard let defaultPort else { throw .noPort }
            port = defaultPort
        } else {
            let digits = after.dropFirst()
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits),
                ports.contains(number)
            else { throw .badPort(String(digits)) }
            port = number
        }
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The scheme before `://` in lower case, nil where there is none, and what stands behind it.
    public static func split(_ text: some StringProtocol) -> (scheme: String?, rest: Substring) {
        let text = Substring(text)
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return (nil, text) }
        return (text[..<colon].lowercased(), text[colon...].dropFirst(3))
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
