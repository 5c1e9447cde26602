/// Why a SOCKS5 proxy made no connection.
public enum Socks5Fault: Equatable, Sendable {
    /// The proxy's answer to the request (RFC 1928, section 6, and Tor's own codes; docs/protocol.md#socks5).
    public enum Refusal: Equatable, Sendable {
        /// 1
        case general
        /// 2
        case notAllowed
        /// 3
        case networkUnreachable
        /// 4
        case hostUnreachable
        /// 5
        case connectionRefused
        /// 6
        case expired
        /// 7
        case commandNotSupported
        /// 8
        case addressNotSupported
        /// 0xF0 ... 0xF7, which Tor says of hidden services where its port has `ExtendedErrors`.
        case hiddenService(UInt8)
        /// A code that nobody has given a meaning.
        case unknown(UInt8)

        /// The meaning of a reply's code, which is not 0.
        public init(code: UInt8) {
            self =
                switch code {
                case 1: .general
                case 2: .notAllowed
                case 3: .networkUnreachable
                case 4: .hostUnreachable
                case 5: .connectionRefused
                case 6: .expired
                case 7: .commandNotSupported
                case 8: .addressNotSupported
                case 0xF0...0xF7: .hiddenService(code)
                case _: .unknown(code)
                }
        }
    }

    /// What answered does not speak SOCKS5.
    case notSocks5(firstByte: UInt8)
    /// It takes nobody without a user and a password, and we have none.
    case wantsCredentials
    /// It wants another way of authentication than none or a password.
    case methodsRefused
    /// It chose a way of authentication that we did not offer.
    case methodNotOffered(UInt8)
    /// It does not know the user, or not with this password.
    case credentialsRefused
    /// It makes no such connection.
    case refused(Refusal)
    /// It began as SOCKS5 and went on as something else.
    case garbled
}

extension Socks5Fault: CustomStringConvertible {
    /// What is wrong and what to do, for the operator.
    public var description: String {
        switch self {
        case .notSocks5(let byte): Self.otherProtocol(byte)
        case .wantsCredentials: "it wants a user and a password: write \"socks5\": \"user:password@host:port\""
        case .methodsRefused: "it takes neither a user and password nor nobody's: it wants what is not known here"
        case .methodNotOffered(let method): "it chose authentication \(method), which was not offered"
        case .credentialsRefused: "it refuses the user and password of \"socks5\""
        case .refused(let refusal): refusal.description
        case .garbled: "its answer makes no sense as SOCKS5"
        }
    }

    private static func otherProtocol(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "H"): "it answers as an HTTP proxy does: \"socks5\" must be its SOCKS port"
        case 0, 4: "it speaks SOCKS4, not SOCKS5"
        case 0x15, 0x16: "it speaks TLS, not SOCKS5"
        case _: "it does not speak SOCKS5 (its first byte is \(byte)): is this the right port?"
        }
    }
}

extension Socks5Fault.Refusal: CustomStringConvertible {
    /// What is wrong and what to do, for the operator.
    public var description: String {
        switch self {
        case .general:
            "it can't make the connection and does not say why: its own log may (Tor: not online yet, or no such name)"
        case .notAllowed: "its rules do not allow a connection to this host and port"
        case .networkUnreachable: "it has no way to the pool's network: is it online?"
        case .hostUnreachable: "it can't reach the pool's host: is the name right, and the host up?"
        case .connectionRefused: "the pool refuses connections at this port"
        case .expired: "the pool did not answer it in time"
        case .commandNotSupported: "it makes no connections (CONNECT): another SOCKS5 proxy is needed"
        case .addressNotSupported: "it does not take this kind of address: write the url with a name, or with IPv4"
        case .hiddenService(let code): "Tor: \(Self.torWords(code))"
        case .unknown(let code): "it refuses with code \(code), which has no known meaning"
        }
    }

    private static func torWords(_ code: UInt8) -> String {
        switch code {
        case 0xF0: "there is no such hidden service, or it is not up (no descriptor)"
        case 0xF1: "the hidden service's descriptor is not valid"
        case 0xF2: "the hidden service can't be reached (introduction failed)"
        case 0xF3: "the hidden service can't be reached (rendezvous failed)"
        case 0xF4: "the hidden service wants a client key, and Tor has none for it"
        case 0xF5: "the hidden service does not take Tor's client key"
        case 0xF6: "this is no valid .onion address: is it copied wholly?"
        case _: "the hidden service did not answer in time"
        }
    }
}
