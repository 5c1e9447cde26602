import Upstreams

extension Socks5Fault {
    /// What is wrong and what to do, for the operator.
    var text: String {
        switch self {
        case .notSocks5(let byte): Self.otherProtocol(byte)
        case .wantsCredentials: "it requires a user and a password: write \"socks5\": \"user:password@host:port\""
        case .methodsRefused: "it accepts no login method that this proxy supports"
        case .methodNotOffered(let method): "it chose authentication \(method), which was not offered"
        case .credentialsRefused: "it refuses the user and password of \"socks5\""
        case .refused(let refusal): refusal.text
        case .garbled: "its answer is not valid SOCKS5"
        }
    }

    private static func otherProtocol(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "H"): "it is an HTTP proxy: set \"socks5\" to a SOCKS port"
        case 0, 4: "it speaks SOCKS4, not SOCKS5"
        case 0x15, 0x16: "it speaks TLS, not SOCKS5"
        case _: "it does not speak SOCKS5 (its first byte is \(byte)): is this the right port?"
        }
    }
}

extension Socks5Fault.Refusal {
    /// What is wrong and what to do, for the operator.
    var text: String {
        switch self {
        case .general:
            "it can't make the connection: see its own log (Tor: not online yet, or no such name)"
        case .notAllowed: "its rules do not allow a connection to this host and port"
        case .networkUnreachable: "it has no route to the pool's network: is it online?"
        case .hostUnreachable: "it can't reach the pool's host: is the name right, and the host up?"
        case .connectionRefused: "the pool refuses connections at this port"
        case .expired: "the pool did not answer it in time"
        case .commandNotSupported: "it makes no connections (CONNECT): use another SOCKS5 proxy"
        case .addressNotSupported: "it does not accept this kind of address: set \"url\" to a name or an IPv4 address"
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
        case 0xF4: "the hidden service requires a client key, and Tor has none for it"
        case 0xF5: "the hidden service refuses Tor's client key"
        case 0xF6: "this is no valid .onion address: is it complete?"
        case _: "the hidden service did not answer in time"
        }
    }
}
