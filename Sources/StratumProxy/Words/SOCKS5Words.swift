import Upstreams

extension Socks5Fault {
    /// What is wrong and what to do, for the operator.
    var text: String {
        switch self {
        case .notSocks5(let byte): Self.otherProtocol(byte)
        case .wantsCredentials: "it wants a user and a password: write \"socks5\": \"user:password@host:port\""
        case .methodsRefused: "it takes neither a user and password nor nobody's: it wants what is not known here"
        case .methodNotOffered(let method): "it chose authentication \(method), which was not offered"
        case .credentialsRefused: "it refuses the user and password of \"socks5\""
        case .refused(let refusal): refusal.text
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

extension Socks5Fault.Refusal {
    /// What is wrong and what to do, for the operator.
    var text: String {
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
