import Testing

@testable import StratumCodec

@Suite("Rig lines: login and other requests")
struct LoginTests {
    private func decoded(_ params: String) -> (login: Login, line: String)? {
        let line = "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":\(params)}"
        if case .success(.login(let login)) = rigLine(line) { return (login, line) }
        return nil
    }

    @Test("A login names user, password, agent and rig")
    func texts() throws {
        let (login, line) = try #require(
            decoded(#"{"login":"wallet+1000","pass":"x","agent":"XMRig/6.26.0 (Linux x86_64)","rigid":"rig1"}"#))
        #expect(part(login.user, line) == "wallet+1000")
        #expect(part(login.pass, line) == "x")
        #expect(part(login.agent, line) == "XMRig/6.26.0 (Linux x86_64)")
        #expect(part(login.rigID, line) == "rig1")
        #expect(text(login.id) == "1")
        #expect(login.algorithms == nil)
    }

    @Test("Texts that are missing or of another type are nil")
    func missing() throws {
        let (login, _) = try #require(decoded(#"{"login":null,"pass":5,"agent":{},"rigid":["a"]}"#))
        #expect(login.user == nil && login.pass == nil && login.agent == nil && login.rigID == nil)
    }

    @Test("A text stays escaped")
    func escaped() throws {
        let (login, line) = try #require(decoded(#"{"login":"a\"b\u00e9"}"#))
        #expect(part(login.user, line) == #"a\"b\u00e9"#)
    }

    @Test(
        "The algorithms of ours are picked from the list",
        arguments: [
            (#"["cn/0","rx/0","rx/2"]"#, UInt8(3)), (#"["rx/0"]"#, 1), (#"["rx/2"]"#, 2), (#"["randomx/v2"]"#, 2),
            (#"["rx/v2"]"#, 2), (#"["rx/wow","cn/r"]"#, 0), (#"[1,null,["rx/0"],{},"rx/0"]"#, 1),
            (#"["rx/00"," rx/0"]"#, 0), (#"["RX/0"]"#, 1), (#"["randomx/0"]"#, 1), (#"["rx"]"#, 1), (#"["rx\/2"]"#, 2),
        ])
    func algorithms(list: String, bits: UInt8) throws {
        let (login, _) = try #require(decoded("{\"login\":\"x\",\"algo\":\(list)}"))
        #expect(login.algorithms == AlgorithmSet(rawValue: bits))
    }

    // Fault D05.
    @Test("What is no list of algorithms, or an empty one, is none", arguments: ["null", "\"rx/0\"", "{}", "0", "[]"])
    func noList(value: String) throws {
        let (login, _) = try #require(decoded("{\"login\":\"x\",\"algo\":\(value)}"))
        #expect(login.algorithms == nil)
    }

    @Test("The real list of xmrig has both of ours")
    func realList() throws {
        let line = try #require(Captures.lines("xmrig-6.26-to-p2pool-4.18").first { $0.sender == .rig }?.line)
        guard case .success(.login(let login)) = rigLine(line) else {
            Issue.record("not a login")
            return
        }
        #expect(login.algorithms == [.rx0, .rx2])
        #expect(part(login.user, line) == "WALLET" && part(login.pass, line) == "rigpass")
    }

    @Test("xmrig-proxy sends no list and takes any")
    func proxy() throws {
        let line = try #require(Captures.lines("xmrig-proxy-6.26-to-pool").first { $0.sender == .rig }?.line)
        guard case .success(.login(let login)) = rigLine(line) else {
            Issue.record("not a login")
            return
        }
        #expect(login.algorithms == nil)
        #expect(part(login.agent, line)?.hasPrefix("xmrig-proxy/6.26.0") == true)
    }

    @Test("The members of a request may come in any order")
    func order() {
        let members = [#""id":7"#, #""jsonrpc":"2.0""#, #""method":"login""#, #""params":{"login":"x"}"#]
        for order in permutations(members) {
            let line = "{" + order.joined(separator: ",") + "}"
            guard case .success(.login(let login)) = rigLine(line) else {
                Issue.record("\(line)")
                continue
            }
            #expect(text(login.id) == "7" && part(login.user, line) == "x")
        }
    }

    @Test(
        "Methods that are served and others",
        arguments: [
            ("keepalived", RigMessage.keepalived(.null)), ("getjob", .getjob(.null)),
            ("mining.subscribe", .unknownMethod(.null)), ("", .unknownMethod(.null)), ("Login", .unknownMethod(.null)),
            ("logi\\u006e", .unknownMethod(.null)), ("submit ", .unknownMethod(.null)), ("job", .unknownMethod(.null)),
        ])
    func methods(name: String, expected: RigMessage) {
        #expect(rigLine("{\"method\":\"\(name)\"}") == .success(expected))
        #expect(rigLine("{\"method\":\"\(name)\",\"params\":[1,{\"a\":\"b\"}]}") == .success(expected))
    }

    // Fault R11, D10.
    @Test(
        "An id is kept as it was written",
        arguments: [
            "0", "1", "-1", "-0", "4294967296", "18446744073709551616", "-99999999999999999999999", "\"\"", "\"abc\"",
            "\"1\"", "\"a\\\"\\u00e9\"", "\"1234567890123456789012\"", "\"6f1ed002-ab5b-4fb2-9d2c-3c1d3f9a0e77\"",
        ])
    func ids(id: String) {
        guard case .success(.getjob(let read)) = rigLine("{\"id\":\(id),\"method\":\"getjob\"}") else {
            Issue.record("refused")
            return
        }
        #expect(text(read) == id)
    }

    // Fault R11.
    @Test("An absent id and null are the same, and written as null")
    func nullID() {
        #expect(rigLine(#"{"id":null,"method":"getjob"}"#) == .success(.getjob(.null)))
        #expect(rigLine(#"{"method":"getjob"}"#) == .success(.getjob(.null)))
        #expect(text(.null) == "null")
    }
}

/// All orders of `items`.
func permutations<Item>(_ items: [Item]) -> [[Item]] {
    guard items.count > 1 else { return [items] }
    return items.indices.flatMap { index in
        var rest = items
        let first = rest.remove(at: index)
        return permutations(rest).map { [first] + $0 }
    }
}
