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
