import Foundation
import Testing

@testable import StratumCodec

@Suite("JobTemplate")
struct JobTemplateTests {
    private func template(_ line: String) throws -> JobTemplate {
        let job = try #require(decodedJob(line))
        return withBytes(line) { JobTemplate(line: $0, job: job, origin: 0x89AB_CDEF) }
    }

    private let object =
        "{\"blob\":\"\(sampleBlob)\",\"job_id\":\"000000abcdef-89abcdef\",\"target\":\"efcdab8967452301\",\"algo\":\"rx/0\","
        + "\"height\":2500001,\"seed_hash\":\"\(sampleSeed)\"}"

    @Test("A notification is the pool's own with id and target of ours")
    func notificationText() throws {
        let template = try template(notification())
        let output = written {
            template.writeNotification(job: 0xABCDEF, target: 0x0123_4567_89AB_CDEF, slot: nil, to: &$0)
        }
        #expect(output == "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(object)}\n")
    }

    @Test("The slot is byte 42 and nothing else", arguments: [UInt8(0), 1, 0x0A, 0xAB, 0xFF])
    func slot(slot: UInt8) throws {
        let template = try template(notification())
        let output = written { template.writeNotification(job: 1, target: .max, slot: slot, to: &$0) }
        let job = try #require(decodedJob(String(output.dropLast())))
        let digits = String(format: "%02x", slot)
        #expect(part(job.blob, output) == sampleBlob.prefix(84) + digits + sampleBlob.dropFirst(86))
        #expect(job.nonce == 0x0003_0201 | UInt32(slot) << 24)
    }

    @Test("A template is not changed by what is written from it")
    func reusable() throws {
        let template = try template(notification())
        let first = written { template.writeNotification(job: 1, target: 2, slot: nil, to: &$0) }
        _ = written { template.writeNotification(job: .max, target: .max, slot: 0xEE, to: &$0) }
        #expect(written { template.writeNotification(job: 1, target: 2, slot: nil, to: &$0) } == first)
    }

    @Test("Members in any order are patched at their places, and unknown ones travel unchanged")
    func anyOrder() throws {
        let members = [
            "\"blob\":\"\(sampleBlob)\"", "\"job_id\":\"a-long-id-of-a-pool\"", "\"target\":\"3d321300\"",
            "\"seed_hash\":\"\(sampleSeed)\"", #""new":[{"job_id":"x\u00e9"}, 1.50]"#, "\"algo\":\"rx/2\",\"height\":7",
        ]
        for order in permutations(members) {
            let line = "{\"method\":\"job\",\"params\":{" + order.joined(separator: " ,") + "}}"
            let output = written { output in
                try? template(line).writeNotification(
                    job: 0xABCDEF, target: 0x0123_4567_89AB_CDEF, slot: 0x5A, to: &output)
            }
            let expected = line.replacing("a-long-id-of-a-pool", with: "000000abcdef-89abcdef")
                .replacing("3d321300", with: "efcdab8967452301")
                .replacing(sampleBlob, with: sampleBlob.prefix(84) + "5a" + sampleBlob.dropFirst(86))
                .replacing("{\"method\"", with: "{\"jsonrpc\":\"2.0\",\"method\"")
            #expect(output == expected + "\n")
        }
    }

    @Test("Algorithm and height are added where the pool sent none")
    func added() throws {
        for (member, added) in [("algo", ",\"algo\":\"rx/0\"}"), ("height", ",\"height\":0}")] {
            let template = try template(notification(member))
            let output = written { template.writeNotification(job: 1, target: 1, slot: nil, to: &$0) }
            #expect(output.hasSuffix(added + "}\n"))
            #expect(decodedJob(String(output.dropLast())) != nil)
        }
        let bare =
            "{\"method\":\"job\",\"params\":{\"blob\":\"\(sampleBlob)\",\"job_id\":\"3\",\"target\":\"3d321300\","
        let both = try template(bare + "\"seed_hash\":\"\(sampleSeed)\"}}")
        let output = written { both.writeNotification(job: 1, target: 1, slot: nil, to: &$0) }
        #expect(output.hasSuffix(",\"algo\":\"rx/0\",\"height\":0}}\n"))
    }

    @Test("White space before the closing brace is no harm")
    func whitespace() throws {
        let line = notification("algo").dropLast(2) + " \t }}"
        let output = written { output in
            try? template(String(line)).writeNotification(job: 1, target: 1, slot: nil, to: &output)
        }
        #expect(decodedJob(String(output.dropLast()))?.algorithmMember == .asSent)
    }

    @Test("The origin in a job id is read back from the job, and only where a proxy of this kind has written it")
    func origin() throws {
        let output = written { output in
            try? template(notification()).writeNotification(job: 1, target: .max, slot: nil, to: &output)
        }
        let job = try #require(decodedJob(String(output.dropLast())))
        #expect(withBytes(output) { job.origin(in: $0) } == 0x89AB_CDEF)
        for foreign in [
            "1", "000000abcdef", "000000abcdef_89abcdef", "000000abcdef-89ABCDEF", "000000abcdef-89abcdeg",
            "x00000abcdef-89abcdef",
        ] {
            let line = notification("job_id", "\"\(foreign)\"")
            let job = try #require(decodedJob(line))
            #expect(withBytes(line) { job.origin(in: $0) } == nil, "\(foreign)")
        }
    }

    @Test("A job id takes the lower 48 bits of its number")
    func jobNumber() throws {
        let template = try template(notification())
        let output = written {
            template.writeNotification(job: 0xFFFF_1234_5678_9ABC, target: 1, slot: nil, to: &$0)
        }
        #expect(output.contains("\"job_id\":\"123456789abc-89abcdef\""))
    }

    @Test("The reply to a login has the members of real pools in their order")
    func loginReply() throws {
        let template = try template(notification())
        let id = try #require(requestID("1"))
        for (nicehash, extensions) in [
            (false, "\"algo\",\"keepalive\""), (true, "\"algo\",\"keepalive\",\"nicehash\""),
        ] {
            let output = written { output in
                template.writeLoginReply(
                    id: id, session: 0xFEDC_BA98_0000_0001, nicehash: nicehash, job: 0xABCDEF,
                    target: 0x0123_4567_89AB_CDEF, slot: nil, to: &output)
            }
            #expect(
                output
                    == "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"fedcba9800000001\",\"job\":\(object),"
                    + "\"extensions\":[\(extensions)],\"status\":\"OK\"}}\n")
        }
    }

    @Test("The reply to getjob has the job as its result")
    func getjobReply() throws {
        let template = try template(notification())
        let id = try #require(requestID("\"q\""))
        let output = written {
            template.writeGetjobReply(id: id, job: 0xABCDEF, target: 0x0123_4567_89AB_CDEF, slot: nil, to: &$0)
        }
        #expect(output == "{\"id\":\"q\",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":\(object)}\n")
    }

    @Test("All that is written is appended to what the buffer holds, and patched there")
    func appends() throws {
        let template = try template(notification())
        let alone = written { template.writeNotification(job: 5, target: 6, slot: 7, to: &$0) }
        var output = Array("before\n".utf8)
        template.writeNotification(job: 5, target: 6, slot: 7, to: &output)
        template.writeLoginReply(id: .null, session: 1, nicehash: true, job: 5, target: 6, slot: 7, to: &output)
        template.writeGetjobReply(id: .null, job: 5, target: 6, slot: 7, to: &output)
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 4 && lines[0] == "before" && lines[1] + "\n" == alone)
        for line in lines.dropFirst(2) {
            #expect(line.contains("\"job_id\":\"000000000005-89abcdef\",\"target\":\"0600000000000000\""))
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
        }
    }

    @Test("A job of a login reply makes the same template as that of a notification")
    func fromLogin() throws {
        let login = "{\"id\":1,\"result\":{\"id\":\"a\",\"job\":\(sampleJob)}}"
        let one = try template(login)
        let other = try template(notification())
        #expect(
            written { one.writeNotification(job: 5, target: 6, slot: 7, to: &$0) }
                == written { other.writeNotification(job: 5, target: 6, slot: 7, to: &$0) })
    }
}
