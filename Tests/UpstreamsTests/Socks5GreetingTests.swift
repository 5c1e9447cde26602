import ProxyTerms
import Testing
import Upstreams

@Suite("SOCKS5, the client's side")
struct Socks5GreetingTests {
    private typealias Credentials = Socks5Proxy.Credentials

    /// What came of a whole dialogue.
    private struct Outcome: Equatable {
        var sent: [UInt8]
        /// nil while more is needed.
        var end: Socks5Greeting.OnReceived?
        /// Bytes that came after the end of the reply.
        var rest: [UInt8] = []
    }

    /// Feeds a greeting the chunks of a proxy's answers.
    private func talk(_ start: Socks5Greeting, _ chunks: [[UInt8]]) -> Outcome {
        var greeting = start
        var outcome = Outcome(sent: [], end: nil)
        greeting.begin(into: &outcome.sent)
        for (index, chunk) in chunks.enumerated() {
            let result = chunk.withUnsafeBytes { greeting.receive($0, into: &outcome.sent) }
            switch result {
            case .goesOn: continue
            case .open(let consumed):
                outcome.rest = Array(chunk[consumed...]) + chunks[(index + 1)...].joined()
                outcome.end = .open(consumed: 0)
            case .fault: outcome.end = result
            }
            return outcome
        }
        return outcome
    }

    private func fault(_ start: Socks5Greeting, _ answer: [UInt8]) -> Socks5Fault? {
        if case .fault(let fault)? = talk(start, [answer]).end { fault } else { nil }
    }

    private let plain = Socks5Greeting(.name("pool.invalid"), port: 4247)
    private let named = Socks5Greeting(
        .name("pool.invalid"), port: 4247, credentials: Credentials(user: "me", password: "pass"))

    /// The request for a connection to pool.invalid:4247.
    private let request: [UInt8] = [5, 1, 0, 3, 12] + Array("pool.invalid".utf8) + [0x10, 0x97]

    // MARK: What is sent

    @Test("Without credentials only \"no authentication\" is offered, and the name goes to the proxy unresolved")
    func name() {
        let outcome = talk(plain, [[5, 0]])
        #expect(outcome.sent == [5, 1, 0] + request)
        #expect(outcome.end == nil)
    }

    @Test("An address goes as an address: 4 bytes or 16, and the port with its high byte first")
    func addresses() {
        let ipv4 = Socks5Greeting(.ipv4([192, 0, 2, 7]), port: 3333)
        #expect(talk(ipv4, [[5, 0]]).sent == [5, 1, 0, 5, 1, 0, 1, 192, 0, 2, 7, 0x0D, 0x05])
        let bytes: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
        let ipv6 = Socks5Greeting(.ipv6(bytes), port: 65_535)
        #expect(talk(ipv6, [[5, 0]]).sent == [5, 1, 0, 5, 1, 0, 4] + bytes + [0xFF, 0xFF])
    }

    @Test("The longest name has 255 bytes")
    func longestName() {
        let name = String(repeating: "a", count: 255)
        let outcome = talk(Socks5Greeting(.name(name), port: 1), [[5, 0]])
        #expect(outcome.sent == [5, 1, 0, 5, 1, 0, 3, 255] + Array(name.utf8) + [0, 1])
    }

    @Test("A user and a password are sent where the proxy asks for them, and only there")
    func credentials() {
        let login: [UInt8] = [1, 2] + Array("me".utf8) + [4] + Array("pass".utf8)
        #expect(talk(named, [[5, 2]]).sent == [5, 2, 0, 2] + login)
        #expect(talk(named, [[5, 2], [1, 0]]).sent == [5, 2, 0, 2] + login + request)
        #expect(talk(named, [[5, 2], [5, 0]]).sent == [5, 2, 0, 2] + login + request)
        #expect(talk(named, [[5, 0]]).sent == [5, 2, 0, 2] + request)
    }

    // MARK: What comes

    /// Good replies with each kind of bound address.
    private static let replies: [[UInt8]] = [
        [5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        [5, 0, 0, 1, 5, 5, 5, 5, 5, 5],
        [5, 0, 0, 4] + [UInt8](repeating: 9, count: 18),
        [5, 0, 0, 3, 0, 1, 2],
        [5, 0, 0, 3, 5] + Array("proxy".utf8) + [1, 2],
        [5, 0, 0, 3, 255] + [UInt8](repeating: 7, count: 257),
    ]

    @Test("The connection stands when the whole reply has come, and what follows is the pool's", arguments: replies)
    func open(reply: [UInt8]) {
        let answer = [5, 0] + reply
        for length in 0..<answer.count {
            #expect(talk(plain, [Array(answer[..<length])]).end == nil, "\(length)")
        }
        #expect(talk(plain, [answer]) == Outcome(sent: [5, 1, 0] + request, end: .open(consumed: 0)))
        #expect(talk(plain, [answer + [123, 34]]).rest == [123, 34])
    }

    @Test("The number of bytes that were the proxy's is told exactly")
    func consumed() {
        var greeting = plain
        var sent: [UInt8] = []
        let chunks: [[UInt8]] = [[5, 0, 5, 0], [0, 1, 1, 2, 3, 4, 5, 6, 99, 98]]
        let results = chunks.map { chunk in chunk.withUnsafeBytes { greeting.receive($0, into: &sent) } }
        #expect(results == [.goesOn, .open(consumed: 8)])
    }

    @Test("Answers cut anywhere are the same answers", arguments: replies)
    func cut(reply: [UInt8]) {
        let dialogues: [(Socks5Greeting, [UInt8])] = [
            (plain, [5, 0] + reply + [1, 2, 3]), (named, [5, 2, 1, 0] + reply + [1, 2, 3]),
            (plain, [5, 0, 5, 4, 0, 1]), (named, [5, 2, 1, 1, 9]), (plain, Array("HTTP/1.1 400".utf8)),
        ]
        for (start, answer) in dialogues {
            let whole = talk(start, [answer])
            #expect(talk(start, answer.map { [$0] }) == whole)
            for place in 0...answer.count {
                #expect(talk(start, [Array(answer[..<place]), Array(answer[place...])]) == whole, "\(place)")
            }
        }
    }

    // MARK: What goes wrong

    @Test("A refusal is known from its code, before the rest of the reply", arguments: UInt8(1)...255)
    func refused(code: UInt8) {
        #expect(fault(plain, [5, 0, 5, code]) == .refused(.init(code: code)))
    }

    @Test("A proxy that wants a password we do not have, or takes no way that we know, says so in time")
    func methods() {
        #expect(fault(plain, [5, 0xFF]) == .wantsCredentials)
        #expect(fault(named, [5, 0xFF]) == .methodsRefused)
        #expect(fault(plain, [5, 2]) == .methodNotOffered(2))
        #expect(fault(named, [5, 1]) == .methodNotOffered(1))
        #expect(fault(named, [5, 2, 1, 1]) == .credentialsRefused)
        #expect(fault(named, [5, 2, 1, 255]) == .credentialsRefused)
    }

    @Test("What does not speak SOCKS5 is known at its first byte", arguments: UInt8(0)...255)
    func foreign(byte: UInt8) {
        #expect(fault(plain, [byte]) == (byte == 5 ? nil : .notSocks5(firstByte: byte)))
    }

    @Test("What turns into something else half-way is refused")
    func garbled() {
        #expect(fault(plain, [5, 0, 4]) == .garbled)
        #expect(fault(plain, [5, 0, 5, 0, 0, 2]) == .garbled)
        #expect(fault(plain, [5, 0, 5, 0, 0, 0]) == .garbled)
        #expect(fault(named, [5, 2, 2]) == .garbled)
    }

    @Test("Whatever comes, however cut, ends in a state that is named, and nothing is sent but greeting and request")
    func noise() {
        var generator = SeededGenerator(seed: 5)
        let likely: [UInt8] = [5, 0, 0, 1, 2, 3, 4, 5, 255]
        for _ in 0..<5_000 {
            let chunks = (0..<4).map { _ in
                (0..<Int(generator.next() % 40)).map { _ in
                    let number = generator.next()
                    return number % 4 == 0 ? UInt8(truncatingIfNeeded: number >> 8) : likely[Int(number >> 8) % 9]
                }
            }
            for start in [plain, named] {
                let outcome = talk(start, chunks)
                #expect(outcome == talk(start, [Array(chunks.joined())]))
                #expect(outcome.sent.count <= 4 + 9 + request.count)
                if case .open? = outcome.end { #expect(outcome.sent.suffix(request.count) == request[...]) }
            }
        }
    }

    @Test("The proxy's address for people has no credentials in it")
    func address() {
        let credentials = Credentials(user: "me", password: "secret")
        #expect(Socks5Proxy(host: "::1", port: 9050, credentials: credentials).endpoint.description == "[::1]:9050")
        #expect(Socks5Proxy(host: "tor", port: 9050, credentials: credentials).endpoint.description == "tor:9050")
    }
}
