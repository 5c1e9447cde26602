import Foundation
import ProxyTerms
import StrictJSON
import Testing

@testable import StratumCodec

/// Recorded lines with bytes changed at random: nothing traps, and whatever is accepted keeps its promises.
///
/// Whatever is accepted must also be JSON to another reader (Foundation's): p2pool bans for what is not.
@Suite("Mutated lines")
struct MutationTests {
    private static let seeds = Array(Set(Captures.all.map { Array($0.line.utf8) }.filter { $0.count < 700 })).sorted {
        $0.lexicographicallyPrecedes($1)
    }
    /// Pieces that matter to a reader of JSON and of Stratum.
    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", "\\", ",", ":", "\\u", "\\ud800", "\\u0000", "null", "true", "0", "-1", "1e999",
            "00000000",
            "\"id\":1,", "\"id\":null,", "\"job_id\":\"x\",", "\"method\":\"job\",", "\"params\":{},",
            "\"result\":true,",
            "\"error\":{},", "\"algo\":\"rx/0\",", "\"x\":[[[[", "\u{0}", "\n", "\r", " ", "é", "\u{FEFF}",
            "4294967296",
        ].map { Array($0.utf8) } + [[0x80], [0xC3], [0xED, 0xA0, 0x80], [0xFF]]

    private func mutated(_ generator: inout TestGenerator) -> [UInt8] {
        var line = Self.seeds[Int.random(in: Self.seeds.indices, using: &generator)]
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...line.count, using: &generator)
            let end = min(line.count, place + Int.random(in: 0...6, using: &generator))
            let piece = Self.pieces[Int.random(in: Self.pieces.indices, using: &generator)]
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: line.removeSubrange(place..<end)
            case 1: line.insert(contentsOf: piece, at: place)
            case 2: line.replaceSubrange(place..<end, with: piece)
            case 3: line.insert(contentsOf: line[place..<end], at: Int.random(in: 0...line.count, using: &generator))
            case 4: if place < line.count { line[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
            default: if place < line.count { line[place] = UInt8.random(in: .min ... .max, using: &generator) }
            }
        }
        return line
    }

    @Test("Whatever is accepted is JSON, and means the same when it was rewritten", arguments: 0..<8)
    func mutated(seed: UInt64) {
        var generator = TestGenerator(seed: seed)
        var accepted = 0
        for round in 0..<25_000 {
            let line = mutated(&generator)
            guard holds(line, &accepted) else {
                Issue.record("round \(round) of seed \(seed): \(String(decoding: line, as: UTF8.self))")
                return
            }
        }
        // A test that refuses everything proves nothing.
        #expect(accepted > 500)
    }

    private func holds(_ line: [UInt8], _ accepted: inout Int) -> Bool {
        let rig = rigLine(line)
        let pool = poolLine(line)
        if case .success = rig, !isJSON(line) { return false }
        if case .success = pool, !isJSON(line) { return false }
        switch rig {
        case .success(.submit(let submit)):
            accepted += 1
            return isSameWhenSpliced(submit, line)
        case .failure(let error):
            if error.offset < 0 || error.offset > line.count { return false }
        case .success(.login), .success(.keepalived), .success(.getjob), .success(.unknownMethod): break
        }
        switch pool {
        case .success(.job(let job)), .success(.loggedIn(_, _, let job, _)):
            accepted += 1
            return isSameWhenTemplated(job, line)
        case .failure(let error): return error.offset >= 0 && error.offset <= line.count
        case .success(.success), .success(.failure), .success(.ignored): return true
        }
    }

    /// Texts may be in any encoding, which p2pool's reader does not mind and Foundation does.
    private func isJSON(_ line: [UInt8]) -> Bool {
        let ascii = line.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }
        return (try? JSONSerialization.jsonObject(with: Data(ascii))) != nil
    }

    /// `line` from `start` to `end` with the bytes of each range replaced.
    private func replaced(_ line: [UInt8], in object: ByteRange, _ changes: [(ByteRange, String)]) -> [UInt8] {
        var output: [UInt8] = []
        var position = Int(object.start)
        for (range, text) in changes.sorted(by: { $0.0.start < $1.0.start }) {
            output += line[position..<Int(range.start)]
            output += Array(text.utf8)
            position = range.end
        }
        return output + line[position..<object.end]
    }

    private func isSameWhenSpliced(_ submit: Submit, _ line: [UInt8]) -> Bool {
        var output: [UInt8] = []
        line.withUnsafeBytes { line in
            withBytes("0123456789abcdef") { session in
                withBytes("00000000beef-00000007") {
                    _ = submit.splicing(line: line, id: 4_000_000_000, session: session, job: $0, to: &output)
                }
            }
        }
        let id = submit.idToken.count == 0 ? "\"id\":4000000000," : "4000000000"
        let expected = replaced(
            line, in: submit.object,
            [(submit.idToken, id), (submit.sessionText, "0123456789abcdef"), (submit.jobText, "00000000beef-00000007")])
        guard output == expected + [0x0A], !expected.contains(0x0A), isJSON(expected),
            case .success(.submit(let again)) = rigLine(expected)
        else { return false }
        let session = expected[Int(again.sessionText.start)..<again.sessionText.end]
        return again.nonce == submit.nonce && again.hash == submit.hash && text(again.id) == "4000000000"
            && session.elementsEqual("0123456789abcdef".utf8) && again.job == 0xBEEF
    }

    private func isSameWhenTemplated(_ job: PoolJob, _ line: [UInt8]) -> Bool {
        let template = line.withUnsafeBytes { JobTemplate(line: $0, job: job, origin: 7) }
        var output: [UInt8] = []
        template.writeNotification(job: 0xBEEF, target: 0xFF, slot: 0x5A, to: &output)
        template.writeLoginReply(
            id: .null, session: 1, nicehash: true, job: 0xBEEF, target: job.target, slot: nil, to: &output)
        let lines = output.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        var added = ""
        var pieces = [
            (job.id, "00000000beef-00000007"), (job.targetText, "ff00000000000000"),
            (ByteRange(start: Int(job.blob.start) + 84, count: 2), "5a"),
        ]
        switch job.algorithmMember {
        case .asSent: break
        case .added: added += ",\"algo\":\"rx/0\""
        case .replacing(let old): pieces.append((old, "\"\(job.algorithm.name)\""))
        }
        switch job.heightMember {
        case .asSent: break
        case .added: added += ",\"height\":0"
        case .replacing(let old): pieces.append((old, "\(job.height)"))
        }
        let expected = replaced(
            line, in: job.object, pieces + [(ByteRange(start: job.object.end - 1, count: 0), added)])
        let head = Array("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":".utf8)
        guard lines.count == 3, lines[0] == head + expected + [0x7D], isJSON(lines[0]), isJSON(lines[1]),
            case .success(.job(let patched)) = poolLine(lines[0])
        else { return false }
        return patched.target == 0xFF && patched.algorithm == job.algorithm && patched.height == job.height
            && patched.nonce == job.nonce & 0xFF_FFFF | 0x5A00_0000 && patched.blobHash == job.blobHash
            && patched.algorithmMember == .asSent && patched.heightMember == .asSent
    }

    @Test("Any bytes at all are refused or read, never a trap", arguments: 0..<4)
    func anyBytes(seed: UInt64) {
        var generator = TestGenerator(seed: 1_000 + seed)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &generator)
            let line = (0..<length).flatMap { _ in Self.pieces[Int.random(in: Self.pieces.indices, using: &generator)] }
            for bytes in [line, [0x7B] + line + [0x7D]] {
                if case .success = rigLine(bytes), !isJSON(bytes) { Issue.record("\(bytes)") }
                if case .success = poolLine(bytes), !isJSON(bytes) { Issue.record("\(bytes)") }
                let document = bytes.withUnsafeBytes { try? JSONDocument($0) }
                _ = document?.number("id", "0")
            }
        }
    }

    @Test("A stream of mutated lines comes out of the framer the same however it is cut", arguments: 0..<4)
    func framed(seed: UInt64) {
        var generator = TestGenerator(seed: 2_000 + seed)
        for _ in 0..<200 {
            let stream: [UInt8] = (0..<5).flatMap { _ -> [UInt8] in mutated(&generator) + [0x0A] }
            let limit = Int.random(in: 100...900, using: &generator)
            let whole = frames([stream[...]], limit: limit)
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < stream.count {
                let end = min(stream.count, start + Int.random(in: 0...300, using: &generator))
                pieces.append(stream[start..<end])
                start = end
            }
            #expect(frames(pieces, limit: limit) == whole)
        }
    }

    private func frames(_ pieces: [ArraySlice<UInt8>], limit: Int) -> [[UInt8]] {
        var framer = LineFramer()
        var lines: [[UInt8]] = []
        for piece in pieces {
            let fits = piece.withUnsafeBytes { bytes in
                framer.receive(bytes, limit: limit) { line in
                    lines.append([UInt8](line))
                    return true
                }
            }
            if !fits { return lines + [[0]] }
        }
        return lines
    }
}
