/// Asks a SOCKS5 proxy for a connection (RFC 1928; user and password: RFC 1929). Bytes in, bytes out.
///
/// | state | bytes that end it | then |
/// |---|---|---|
/// | method | version 5, method 0 | the request is sent, → reply |
/// | method | version 5, method 2 | user and password are sent, → credentials |
/// | credentials | version, status 0 | the request is sent, → reply |
/// | reply | version 5, code 0, reserved, bound address and port | `open` |
/// | any | anything else | `fault` |
///
/// The target's name goes to the proxy as it is: nobody here resolves it. What the proxy says is judged byte by byte, so
/// a proxy that hangs up in the middle of its refusal has still said why, and no more than one reply is ever held.
public struct Socks5Greeting: Equatable, Sendable {
    /// Where the proxy is to connect to.
    public enum Target: Equatable, Sendable {
        /// A name of 1 ... 255 bytes, resolved by the proxy.
        case name(String)
        /// An address of 4 bytes.
        case ipv4([UInt8])
        /// An address of 16 bytes.
        case ipv6([UInt8])
    }

    /// What came of bytes.
    public enum OnReceived: Equatable, Sendable {
        /// More bytes are needed; the output so far must be sent.
        case goesOn
        /// The connection stands; of the bytes given the first `consumed` were the proxy's, the rest is the pool's.
        case open(consumed: Int)
        /// There will be no connection.
        case fault(Socks5Fault)
    }

    private enum State: Equatable {
        case method
        case credentials
        case reply
        case over
    }

    private let target: Target
    private let port: UInt16
    private let credentials: Socks5Proxy.Credentials?
    private var state = State.method
    /// Bytes of the present answer that have come.
    private var count = 0
    /// Bytes that the reply has, known from its fifth on.
    private var replyLength = 0

    /// A greeting for a connection to `target`.
    public init(_ target: Target, port: UInt16, credentials: Socks5Proxy.Credentials? = nil) {
        switch target {
        case .name(let name): precondition((1...255).contains(name.utf8.count), "a name has 1 to 255 bytes")
        case .ipv4(let bytes): precondition(bytes.count == 4, "an IPv4 address has 4 bytes")
        case .ipv6(let bytes): precondition(bytes.count == 16, "an IPv6 address has 16 bytes")
        }
        if let credentials {
            let lengths = [credentials.user.utf8.count, credentials.password.utf8.count]
            precondition(lengths.allSatisfy((1...255).contains), "user and password have 1 to 255 bytes")
        }
        self.target = target
        self.port = port
        self.credentials = credentials
    }

    /// The first bytes to the proxy: the ways of authentication that we know.
    public func begin(into output: inout [UInt8]) {
        output += credentials == nil ? [5, 1, Method.none] : [5, 2, Method.none, Method.password]
    }

    /// Takes bytes of the proxy, cut anywhere; appends to `output` what it must be sent.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) -> OnReceived {
        for (index, byte) in bytes.enumerated() {
            if let fault = take(byte, into: &output) {
                state = .over
                return .fault(fault)
            }
            if state == .over { return .open(consumed: index + 1) }
        }
        return .goesOn
    }

    private mutating func take(_ byte: UInt8, into output: inout [UInt8]) -> Socks5Fault? {
        defer { count += 1 }
        switch state {
        case .method: return takeMethod(byte, into: &output)
        case .credentials: return takeCredentials(byte, into: &output)
        case .reply: return takeReply(byte)
        case .over: preconditionFailure("a greeting that is over gets no bytes")
        }
    }

    private mutating func takeMethod(_ byte: UInt8, into output: inout [UInt8]) -> Socks5Fault? {
        guard count > 0 else { return byte == 5 ? nil : .notSocks5(firstByte: byte) }
        switch (byte, credentials) {
        case (Method.none, _):
            sendRequest(into: &output)
            return nil
        case (Method.password, let credentials?):
            output.append(1)
            Self.append(credentials.user, to: &output)
            Self.append(credentials.password, to: &output)
            enter(.credentials)
            return nil
        case (Method.noneAcceptable, let credentials):
            return credentials == nil ? .wantsCredentials : .methodsRefused
        case (let method, _):
            return .methodNotOffered(method)
        }
    }

    private mutating func takeCredentials(_ byte: UInt8, into output: inout [UInt8]) -> Socks5Fault? {
        // Some proxies write 5 where RFC 1929 says 1.
        guard count > 0 else { return byte == 1 || byte == 5 ? nil : .garbled }
        guard byte == 0 else { return .credentialsRefused }
        sendRequest(into: &output)
        return nil
    }

    private mutating func takeReply(_ byte: UInt8) -> Socks5Fault? {
        switch count {
        case 0: return byte == 5 ? nil : .garbled
        case 1: return byte == 0 ? nil : .refused(Socks5Fault.Refusal(code: byte))
        case 2: return nil
        case 3:
            // The bound address and its port follow; a name has its length before it.
            switch byte {
            case AddressType.ipv4: replyLength = 4 + 4 + 2
            case AddressType.ipv6: replyLength = 4 + 16 + 2
            case AddressType.name: replyLength = 0
            case _: return .garbled
            }
            return nil
        case _:
            if replyLength == 0 { replyLength = 4 + 1 + Int(byte) + 2 }
            if count + 1 == replyLength { state = .over }
            return nil
        }
    }

    private mutating func sendRequest(into output: inout [UInt8]) {
        output += [5, 1, 0]
        switch target {
        case .name(let name):
            output.append(AddressType.name)
            Self.append(name, to: &output)
        case .ipv4(let bytes):
            output.append(AddressType.ipv4)
            output += bytes
        case .ipv6(let bytes):
            output.append(AddressType.ipv6)
            output += bytes
        }
        output += [UInt8(port >> 8), UInt8(port & 0xFF)]
        enter(.reply)
    }

    /// The next answer is counted from 0: `take` adds the byte that ended this one.
    private mutating func enter(_ next: State) {
        state = next
        count = -1
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(text.utf8.count))
        output += text.utf8
    }

    private enum Method {
        static let none: UInt8 = 0
        static let password: UInt8 = 2
        static let noneAcceptable: UInt8 = 0xFF
    }

    private enum AddressType {
        static let ipv4: UInt8 = 1
        static let name: UInt8 = 3
        static let ipv6: UInt8 = 4
    }
}
