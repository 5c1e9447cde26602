import ProxyTerms
import Testing

@testable import ProxyCore

/// "Büro" in encodings that rigs' names and pools' messages come in.
private struct Encoding: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var shown: String

    static let all = [
        Encoding(testDescription: "Latin 1", bytes: [0x42, 0xFC, 0x72, 0x6F], shown: "B?ro"),
        Encoding(testDescription: "DOS", bytes: [0x42, 0x81, 0x72, 0x6F], shown: "B?ro"),
        Encoding(testDescription: "UTF-8, cut off", bytes: [0x42, 0xC3], shown: "B?"),
        Encoding(testDescription: "Shift JIS", bytes: [0x8E, 0x96, 0x96, 0xB1, 0x8F, 0x8A], shown: "??????"),
        Encoding(testDescription: "bytes of no encoding", bytes: [0xFF, 0xFE, 0xF5, 0xC0], shown: "????"),
        Encoding(testDescription: "UTF-8", bytes: Array("Büro".utf8), shown: "Büro"),
    ]
}

/// `text` with each § replaced by `bytes`.
private func line(_ text: String, _ bytes: [UInt8]) -> [UInt8] {
    text.unicodeScalars.flatMap { $0 == "§" ? bytes : Array(String($0).utf8) }
}

@Suite("Text in any encoding decides over no connection")
struct EncodingTests {
    // Fault R10, D04.
    @Test("A rig's name, password, rig-id, agent and what nobody reads may be in any", arguments: Encoding.all)
    fileprivate func logins(encoding: Encoding) throws {
        for member in ["login", "pass", "rigid", "agent", "nobody reads this"] {
            let harness = CoreHarness()
            harness.bringUp()
            let rig = harness.connect()
            let user = member == "login" ? "" : "\"login\":\"rig\","
            harness.send(
                rig,
                bytes: line(
                    "{\"id\":1,\"method\":\"login\",\"params\":{\(user)\"\(member)\":\"§\",\"algo\":[\"rx/0\",\"§\"],"
                        + "\"§\":[\"§\"]}}", encoding.bytes))
            #expect(harness.closedRigs.isEmpty)
            #expect(harness.take(rig).count == 1)
            let joined = harness.notices.compactMap { notice -> (name: String, agent: String)? in
                if case .rigJoined(_, let name, let agent, _) = notice { (name, agent) } else { nil }
            }
            #expect(joined.map(\.name) == [["login", "rigid"].contains(member) ? encoding.shown : "rig"])
            #expect(joined.map(\.agent) == [member == "agent" ? encoding.shown : ""])
        }
    }

    // Fault R29.
    @Test("The password is compared byte by byte: what only looks the same is wrong")
    func password() {
        for (bytes, isRight) in [
            (Array("Büro".utf8), true), ([0x42, 0xFC, 0x72, 0x6F], false), (Array("B?ro".utf8), false),
        ] {
            let harness = CoreHarness { $0.accessPassword = "Büro" }
            harness.bringUp()
            let rig = harness.connect()
            harness.send(
                rig, bytes: line("{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"rig\",\"pass\":\"§\"}}", bytes)
            )
            #expect(harness.closedRigs == (isRight ? [] : [rig]))
        }
    }

    @Test("A submit with such a text in it goes to the pool byte by byte", arguments: Encoding.all)
    fileprivate func submits(encoding: Encoding) throws {
        let harness = CoreHarness(mode: .p2pool)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let job = try #require(harness.take(rig).first)
        let lane = try #require(harness.lanes(.p2pool).first)
        _ = harness.take(lane)
        let id = try #require(member("job_id", of: job))
        let slot = try #require(member("blob", of: job)).dropFirst(84).prefix(2)
        let rest =
            "\"nonce\":\"000000\(slot)\",\"result\":\"\(String(repeating: "0", count: 48))0100000000000000\",\"worker\":\"§\"}}"
        harness.sent = []
        harness.send(
            rig,
            bytes: line(
                "{\"id\":7,\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"\(id)\",\(rest)", encoding.bytes)
        )
        let expected = line(
            "{\"id\":2,\"method\":\"submit\",\"params\":{\"id\":\"pool\",\"job_id\":\"1\",\(rest)", encoding.bytes)
        #expect(harness.sent == expected + [10])
        harness.receive(lane, "{\"id\":2,\"error\":null,\"result\":{\"status\":\"OK\"}}")
        #expect(harness.take(rig).contains { $0.hasPrefix("{\"id\":7,") && member("error", of: $0) == "null" })
        #expect(harness.closedRigs.isEmpty && harness.closedLanes.isEmpty)
    }

    @Test("A pool's refusal is told to the rig and the log as far as it can be read", arguments: Encoding.all)
    fileprivate func verdicts(encoding: Encoding) throws {
        let harness = CoreHarness(mode: .p2pool)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let job = try #require(harness.take(rig).first)
        let lane = try #require(harness.lanes(.p2pool).first)
        let id = try #require(member("job_id", of: job))
        let blob = try #require(member("blob", of: job))
        let slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16))
        for number in 1...2 as ClosedRange<UInt32> {
            harness.submit(rig, id: Int(number), job: id, nonce: slot << 24 | number, hash: 1)
        }
        harness.receive(lane, bytes: line("{\"id\":2,\"error\":{\"code\":-1,\"message\":\"§!\"}}", encoding.bytes))
        #expect(harness.take(rig).map { member("message", of: $0) } == ["\(encoding.shown)!"])
        // What is in flight isn't lost with it.
        harness.receive(lane, "{\"id\":3,\"error\":null,\"result\":{\"status\":\"OK\"}}")
        #expect(harness.take(rig).map { member("status", of: $0) } == ["OK"])
        #expect(harness.closedLanes.isEmpty)
        let refused = harness.notices.compactMap { notice -> String? in
            if case .rejected(_, _, _, _, _, _, let text, _, _) = notice { text } else { nil }
        }
        #expect(refused == ["\(encoding.shown)!"])
    }

    // Fault D04.
    @Test("A pool's job, login answer and notifications may hold texts in any encoding", arguments: Encoding.all)
    fileprivate func jobs(encoding: Encoding) throws {
        let harness = CoreHarness(mode: .p2pool)
        harness.bringUp()
        let rig = harness.login()
        _ = harness.take(rig)
        let lane = try #require(harness.lanes(.p2pool).first)
        let job = harness.jobLine("9").dropLast(2) + ",\"pool\":\"§\"},\"motd\":\"§\"}"
        harness.receive(lane, bytes: line("{\"method\":\"message\",\"params\":[\"§\"],\"id\":null}", encoding.bytes))
        harness.receive(lane, bytes: line(String(job), encoding.bytes))
        #expect(harness.take(rig).count == 1, "the job was handed on")
        #expect(harness.closedLanes.isEmpty)
    }
}
