import Foundation
import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

@Suite("Recorded sessions go through a pool session")
struct CaptureReplayTests {
    /// A recording with one login: its lines, true where the rig sent it. The recordings live with the codec's tests.
    private static func recording(_ name: String) throws -> [(fromRig: Bool, line: String)] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let url = tests.appendingPathComponent("StratumCodecTests/Fixtures/captures/\(name).jsonl")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").compactMap { record in
            guard let object = try JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any],
                let from = object["from"] as? String, let line = object["line"] as? String, line.hasPrefix("{")
            else { return nil }
            return (from.hasPrefix("xmrig"), line)
        }
    }

    private static func id(_ line: String) -> UInt32? {
        let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        return (object?["id"] as? NSNumber)?.uint32Value
    }

    @Test(
        "Every job arrives, every submit gets its one verdict, and what p2pool was asked behind our back is unknown",
        arguments: [
            ("xmrig-6.26-to-p2pool-4.18", 0), ("xmrig-6.26-to-p2pool-4.18-repeats", 10),
            ("xmrig-6.26-to-tls-pool", 0), ("xmrig-proxy-6.26-to-pool", 0), ("xmrig-6.26-nicehash-fixed-byte-ab", 0),
        ])
    func replay(name: String, strangers: Int) throws {
        let lines = try Self.recording(name)
        #expect(lines.count > 15)
        var it = Rehearsal()
        it.session.opened(now: at(0))
        _ = it.session.connected(now: at(0), into: &it.output)
        it.output.removeAll()

        // The rig's id of each submit is its own; ours go to the pool, so the recorded replies are renumbered.
        var ours: [UInt32: UInt32] = [:]
        var jobs = 0
        var unknown = 0
        var seconds = 0.0
        for (fromRig, line) in lines {
            seconds += 0.1
            let id = Self.id(line)
            if fromRig {
                guard line.contains(#""method":"submit""#), let id else { continue }
                #expect(it.submit(rig: id, line: line, at: seconds) == .sent)
                ours[id] = it.takeLines().first.flatMap(Self.id)
                continue
            }
            var sent = line
            if let id, let our = ours[id] {
                sent = line.replacing("\"id\":\(id),", with: "\"id\":\(our),", maxReplacements: 1)
            }
            switch it.line(sent, at: seconds) {
            case .loggedIn, .job: jobs += 1
            case .verdict(let pending, .accepted): #expect(pending.rigIndex == id)
            case .verdict(_, .rejected(let rejection)): Issue.record("rejected: \(rejection.kind)")
            case .unknownReply: unknown += 1
            case .loginRefused, .refusedJob, .ignored, .fault: Issue.record("unexpected: \(line)")
            }
            #expect(it.session.inFlightBytes < 1024)
        }
        #expect(jobs == lines.filter { !$0.fromRig && $0.line.contains(#""blob""#) }.count)
        #expect(unknown == strangers)
        #expect(it.session.phase == .ready)
        #expect(it.session.pendingCount <= 1)
    }
}
