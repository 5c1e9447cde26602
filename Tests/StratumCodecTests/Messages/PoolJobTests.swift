import Testing

@testable import StratumCodec

/// A notification whose job has `member` replaced by `value`, or dropped where that is nil.
func notification(_ member: String = "", _ value: String? = nil) -> String {
    let members = [
        ("blob", "\"\(sampleBlob)\""), ("job_id", "\"3\""), ("target", "\"3d321300\""), ("algo", "\"rx/0\""),
        ("height", "2500001"), ("seed_hash", "\"\(sampleSeed)\""),
    ]
    var parts: [String] = []
    for (name, usual) in members {
        if name != member {
            parts.append("\"\(name)\":\(usual)")
        } else if let value {
            parts.append("\"\(name)\":\(value)")
        }
    }
    return "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\(parts.joined(separator: ","))}}"
}

/// A member of a job, the value that spoils it (nil: it is missing), and what is said of it.
private let refused: [(String, String?, CodecError.Code)] = [
    ("blob", nil, .badBlob), ("blob", "5", .badBlob), ("blob", "null", .badBlob), ("blob", "\"\"", .badBlob),
    ("blob", "\"\(sampleBlob.dropLast(2))\\u0030\\u0030\"", .badBlob),
    ("job_id", nil, .badJobID), ("job_id", "3", .badJobID), ("job_id", "null", .badJobID),
    ("job_id", "\"\"", .badJobID),
    ("job_id", "\"\(String(repeating: "1", count: 129))\"", .badJobID),
    ("target", nil, .badTarget), ("target", "5", .badTarget), ("target", "\"\"", .badTarget),
    ("target", "\"3d3213\"", .badTarget), ("target", "\"3d3213001\"", .badTarget),
    ("target", "\"3d32130g\"", .badTarget),
    ("target", "\"3d32130000\"", .badTarget), ("target", "\"3d3213000000000000\"", .badTarget),
    ("target", "\"00000000\"", .zeroTarget), ("target", "\"0000000000000000\"", .zeroTarget),
    ("algo", "\"\"", .unsupportedAlgorithm), ("algo", "\"rx/00\"", .unsupportedAlgorithm),
    ("algo", "\"rx/wow\"", .unsupportedAlgorithm), ("algo", "\"kawpow\"", .unsupportedAlgorithm),
    ("algo", "\"\(String(repeating: "r", count: 3_000))\"", .unsupportedAlgorithm),
    ("seed_hash", nil, .badSeedHash), ("seed_hash", "null", .badSeedHash), ("seed_hash", "\"\"", .badSeedHash),
    ("seed_hash", "\"\(sampleSeed)0\"", .badSeedHash), ("seed_hash", "\"\(sampleSeed.dropLast())\"", .badSeedHash),
    ("seed_hash", "\"\(sampleSeed.dropLast())x\"", .badSeedHash),
]

@Suite("Pool lines: jobs")
struct PoolJobTests {
    @Test("Every field is read")
    func fields() throws {
        let line = notification()
        let job = try #require(decodedJob(line))
        #expect(part(job.id, line) == "3")
        #expect(part(job.blob, line) == sampleBlob)
        #expect(part(job.targetText, line) == "3d321300")
        #expect(part(job.seedHash, line) == sampleSeed)
        #expect(part(job.object, line)?.hasPrefix("{\"blob\"") == true)
        #expect(job.target == UInt64.max / 3414)
        #expect(job.algorithm == .rx0 && job.algorithmMember == .asSent && job.height == 2_500_001)
        #expect(job.nonce == 0x0403_0201)
    }

    // Fault U13.
    @Test(
        "A blob has 43 to 407 bytes of hex digits",
        arguments: [
            (86, true), (84, false), (85, false), (87, false), (88, true), (814, true), (813, false), (816, false),
            (0, false),
            (20000, false),
        ])
    func blobLength(digits: Int, passes: Bool) {
        let line = notification("blob", "\"\(String(repeating: "a", count: digits))\"")
        #expect((decodedJob(line) != nil) == passes)
    }

    @Test("A digit of the blob that is none is seen at every place")
    func blobDigits() {
        for place in 0..<sampleBlob.count {
            var blob = Array(sampleBlob)
            blob[place] = "g"
            #expect(fault(poolLine(notification("blob", "\"\(String(blob))\""))) == .badBlob)
        }
    }

    // Fault U12.
    @Test("A job that must not reach a rig is refused by name (rule 11)", arguments: refused.indices)
    func refusal(index: Int) {
        let (member, value, code) = refused[index]
        #expect(fault(poolLine(notification(member, value))) == code)
        let login = "{\"id\":1,\"result\":{\"id\":\"a\",\"job\":\(jobObject(notification(member, value)))}}"
        #expect(fault(poolLine(login)) == code)
    }

    private func jobObject(_ line: String) -> String {
        String(line.dropFirst("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":".count).dropLast())
    }

    // Fault D05.
    @Test(
        "Algorithms and their aliases",
        arguments: [
            ("\"rx/0\"", Algorithm.rx0), ("\"rx/2\"", .rx2), ("\"rx/v2\"", .rx2), ("\"randomx/v2\"", .rx2),
            ("\"randomx/0\"", .rx0), ("\"randomx\"", .rx0), ("\"rx\"", .rx0), ("\"rx/test\"", .rx0),
            ("\"RandomX\"", .rx0),
            ("\"RX/0\"", .rx0), ("\"rx\\/0\"", .rx0), ("\"\\u0072x/2\"", .rx2), ("null", .rx0), ("0", .rx0),
            ("[\"rx/2\"]", .rx0),
        ])
    func algorithms(value: String, expected: Algorithm) throws {
        let line = notification("algo", value)
        #expect(decodedJob(line)?.algorithm == expected)
        #expect(try passedOn(line).contains(",\"algo\":\"\(expected.name)\","))
    }

    // Fault D05.
    @Test(
        "A height of any type is passed on as a whole number, 0 where it is none",
        arguments: [
            ("5", "5"), ("\"5\"", "5"), ("3500000.0", "3500000"), ("1e3", "1000"), ("null", "0"), ("-1", "0"),
            ("1.5", "0"),
            ("\"-1\"", "0"), ("\"high\"", "0"), ("[5]", "0"), ("true", "0"), ("18446744073709551616", "0"),
            ("99999999999999999999999999", "0"), ("\"1e99\"", "0"), ("\"nan\"", "0"),
        ])
    func heights(value: String, expected: String) throws {
        let line = notification("height", value)
        #expect(decodedJob(line).map { String($0.height) } == expected)
        #expect(try passedOn(line).contains(",\"height\":\(expected),"))
    }

    /// The job as rigs get it.
    private func passedOn(_ line: String) throws -> String {
        let job = try #require(decodedJob(line))
        var output: [UInt8] = []
        withBytes(line) { JobTemplate(line: $0, job: job, origin: 7) }.writeNotification(
            job: 1, target: 1, slot: nil, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("A job without algorithm and height is rx/0 of no height")
    func defaults() throws {
        let noAlgorithm = try #require(decodedJob(notification("algo")))
        #expect(noAlgorithm.algorithm == .rx0 && noAlgorithm.algorithmMember == .added)
        #expect(try #require(decodedJob(notification("height"))).height == 0)
    }

    @Test("The largest height and the longest id pass")
    func largest() {
        #expect(decodedJob(notification("height", "18446744073709551615"))?.height == .max)
        #expect(decodedJob(notification("job_id", "\"\(String(repeating: "1", count: 128))\""))?.id.count == 128)
    }

    @Test(
        "Targets are expanded as the rigs do",
        arguments: [
            ("ffffffff", UInt64.max), ("01000000", 0x1_0000_0001), ("677ff36d00000000", 0x6DF3_7F67),
            ("FFFFFFFFFFFFFFFF", .max), ("0000000000000001", 0x0100_0000_0000_0000), ("00000080", .max),
        ])
    func targets(text: String, expected: UInt64) {
        #expect(decodedJob(notification("target", "\"\(text)\""))?.target == expected)
    }

    @Test(
        "A member that is read may stand once", arguments: ["blob", "job_id", "target", "algo", "height", "seed_hash"])
    func duplicates(member: String) {
        let line = notification().dropLast(2) + ",\"\(member)\":null}}"
        #expect(fault(poolLine(String(line))) == .json(.duplicateKey))
    }

    @Test("A job that was passed on to the bound of members or bytes is one that a proxy in a row takes as well")
    func passedOn() throws {
        let usual = notification("height", nil)
        func job(members: Int, padding: Int) -> String {
            let more =
                (0..<members).map { ",\"m\($0)\":0" }.joined() + ",\"x\":\"\(String(repeating: "x", count: padding))\""
            return usual.dropLast(2) + more + "}}"
        }
        func passes(_ line: String) throws -> Bool {
            guard let job = decodedJob(line) else { return false }
            var output: [UInt8] = []
            withBytes(line) { JobTemplate(line: $0, job: job, origin: 7) }.writeNotification(
                job: 1, target: 1, slot: nil, to: &output)
            #expect(decodedJob(String(decoding: output.dropLast(), as: UTF8.self)) != nil, "\(line.count) bytes")
            return true
        }
        // Five members, and one that is added.
        #expect(try passes(job(members: 249, padding: 0)))
        #expect(try !passes(job(members: 250, padding: 0)))
        let taken = try (3_000..<4_096).filter { try passes(job(members: 0, padding: $0)) }
        #expect(taken.count > 500 && taken.count < 1_000)
    }

    @Test("An object of 4 KiB passes as it is passed on, one byte more does not")
    func cap() {
        let usual = notification()
        let object = usual.count - "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":}".count
        func padded(to count: Int) -> String {
            usual.dropLast(2) + ",\"x\":\"\(String(repeating: "x", count: count - object - 7))\"}}"
        }
        // The id grows from 1 to 21 bytes, the target from 8 to 16 digits.
        #expect(decodedJob(padded(to: 4068))?.object.count == 4068)
        #expect(fault(poolLine(padded(to: 4069))) == .jobTooLong)
    }

    @Test("The blob's hash leaves out the nonce and nothing else, and does not see the digits' case")
    func blobHash() throws {
        let hash = try #require(decodedJob(notification())).blobHash
        for place in sampleBlob.indices {
            let distance = sampleBlob.distance(from: sampleBlob.startIndex, to: place)
            var blob = sampleBlob
            blob.replaceSubrange(place...place, with: blob[place] == "e" ? "f" : "e")
            let other = try #require(decodedJob(notification("blob", "\"\(blob)\""))).blobHash
            #expect((other == hash) == (78..<86).contains(distance))
        }
        let upper = try #require(decodedJob(notification("blob", "\"\(sampleBlob.uppercased())\""))).blobHash
        #expect(upper == hash)
    }

    @Test("Blobs of every length have hashes of their own")
    func blobHashLengths() {
        var hashes: Set<UInt64> = []
        for digits in stride(from: 86, through: 814, by: 2) {
            let blob = String(repeating: "0", count: digits)
            if let job = decodedJob(notification("blob", "\"\(blob)\"")) { hashes.insert(job.blobHash) }
        }
        #expect(hashes.count == (814 - 86) / 2 + 1)
    }

    // Fault D08.
    @Test(
        "All members of a job that don't fit are named, in whatever line, and none of a good one",
        arguments: refused.indices)
    func misfits(index: Int) throws {
        let (member, value, code) = refused[index]
        for other in ["height", "blob"] where other != member {
            // Beside another one that doesn't fit as well, or a good one.
            let line = notification(member, value).replacing(
                "\"\(other)\"", with: "\"\(other == "blob" ? "blub" : other)\"")
            let misfits = Array(line.utf8).withUnsafeBytes { poolMisfits(in: $0) }
            #expect(misfits.contains { $0.member == member && $0.code == code })
            #expect(misfits.count == (other == "blob" ? 2 : 1))
        }
        #expect(Array(notification().utf8).withUnsafeBytes { poolMisfits(in: $0) }.isEmpty)
    }
}
