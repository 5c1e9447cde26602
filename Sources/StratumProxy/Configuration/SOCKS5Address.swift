import ProxyTerms
import Upstreams

/// A SOCKS5 proxy as configured: `host:port` or `user:password@host:port`.
struct SOCKS5Address: Equatable, Sendable, CustomStringConvertible {
    /// The user and password for the proxy.
    struct Credentials: Equatable, Sendable {
        var user: String
        var password: Secret
    }

    var place: Endpoint
    var credentials: Credentials?

    /// Reads an address; curl's and Tor's `socks5://` and `socks5h://` before it are taken as well.
    ///
    /// - Throws: what is wrong with it, for the operator, without the password.
    init(_ text: String) throws(AddressFault) {
        var rest = text[...]
        if let scheme = ["socks5://", "socks5h://"].first(where: { text.hasPrefix($0) }) {
            rest = rest.dropFirst(scheme.count)
        }
        if let at = rest.lastIndex(of: "@") {
            let named = rest[..<at]
            guard let colon = named.firstIndex(of: ":") else {
                throw AddressFault(message: "expected user:password before the '@'")
            }
            let (user, password) = (named[..<colon], named[named.index(after: colon)...])
            guard (1...255).contains(user.utf8.count), (1...255).contains(password.utf8.count) else {
                throw AddressFault(message: "the user and the password before the '@' have 1 to 255 bytes each")
            }
            credentials = Credentials(user: String(user), password: Secret(String(password)))
            rest = rest[rest.index(after: at)...]
        }
        place = try Endpoint.parse(String(rest), ports: 1...65_535)
    }

    /// `host:port`, without the credentials.
    var description: String { place.description }

    /// The proxy as the lanes need it.
    var core: Socks5Proxy {
        Socks5Proxy(
            host: place.host, port: place.port,
            credentials: credentials.map { .init(user: $0.user, password: $0.password.revealed) })
    }

    /// The proxy as libcurl reads it, with the credentials, which are for no log.
    var forFetching: String {
        guard let credentials else { return place.description }
        return "\(Self.escaped(credentials.user)):\(Self.escaped(credentials.password.revealed))@\(place)"
    }

    /// `text` with everything but ASCII letters and digits as `%xx`.
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            case _: bytes += [UInt8(ascii: "%"), Hex.digits(byte).high, Hex.digits(byte).low]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
