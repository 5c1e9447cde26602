import ProxyTerms
import Testing

@testable import StratumCodec

/// Lines as xmrig, p2pool and xmrig-proxy write them are understood without reading them as JSON. Whatever is understood so means
/// what the JSON reader says.
@Suite("Usual lines")
struct UsualLineTests {
    private static let submit =
        #"{"id":12,"jsonrpc":"2.0","method":"submit","params":{"id":"0011223344556677","job_id":"0000000000ff-00000007","#
        + #""nonce":"070000aB","result":"000102030405060708090a0b0c0d0e0f101112131415161718191A1B1c1d1e1f","algo":"rx/0"}}"#
    private static let yes = #"{"id":7,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}"#

    private func isUsual(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { Submit(usual: $0) != nil || PoolMessage(usualYes: $0) != nil }
    }

    private func readAsJSON(rig line: [UInt8]) -> Result<RigMessage, CodecError> {
        line.withUnsafeBytes { bytes in
            do throws(CodecError) { return .success(try decodeAnyRigLine(bytes)) } catch { return .failure(error) }
        }
    }

    private func readAsJSON(pool line: [UInt8]) -> Result<PoolMessage, CodecError> {
        line.withUnsafeBytes { bytes in
            do throws(CodecError) { return .success(try decodeAnyPoolLine(bytes)) } catch { return .failure(error) }
        }
    }

    private func isSame(_ line: [UInt8]) -> Bool {
        rigLine(line) == readAsJSON(rig: line) && poolLine(line) == readAsJSON(pool: line)
    }

    @Test("What xmrig submits and what p2pool and xmrig-proxy say to it are usual lines, in every recording")
    func captures() {
        let submits = Captures.all.filter { $0.line.contains(#""method":"submit""#) && $0.line.contains(#""algo""#) }
        let verdicts = Captures.all.filter { $0.line.hasSuffix(#""result":{"status":"OK"}}"#) }
        #expect(submits.count > 50 && verdicts.count > 50)
        for capture in submits + verdicts {
            let line = Array(capture.line.utf8)
            #expect(isUsual(line) && isSame(line), "\(capture.line)")
        }
    }

    @Test(
        "A usual line with any one byte changed, left out or doubled means what the JSON reader says",
        arguments: [submit, yes])
    func oneByte(text: String) {
        let line = Array(text.utf8)
        #expect(isUsual(line) && isSame(line))
        for place in line.indices {
            var without = line
            without.remove(at: place)
            var twice = line
            twice.insert(line[place], at: place)
            #expect(isSame(without) && isSame(twice) && isSame(Array(line[..<place])), "\(place)")
            for byte in UInt8.min ... .max {
                var other = line
                other[place] = byte
                guard isSame(other) else {
                    Issue.record("byte \(place) as \(byte)")
                    return
                }
            }
        }
    }

    @Test(
        "Other spellings of the same line are left to the JSON reader, which understands them",
        arguments: [
            (#""id":12"#, #""id": 12"#), (#""id":12"#, #""id":"12""#), (#""id":12"#, #""id":-12"#),
            (#""id":12"#, #""id":1234567890123456789"#), (#","algo":"rx/0""#, ""), (#""rx/0""#, #""RX/0""#),
            ("0011223344556677", "00112233445566\\u0037"), (#"}}"#, #"}} "#), (#""2.0","#, #""2.0","x":[],"#),
        ])
    func spellings(part: String, other: String) {
        let line = Array(Self.submit.replacing(part, with: other, maxReplacements: 1).utf8)
        #expect(!isUsual(line) && isSame(line))
        guard case .success(.submit) = rigLine(line) else {
            Issue.record("not understood")
            return
        }
    }

    @Test(
        "The number that a pool answers to is one of ours",
        arguments: ["4294967295", "4294967296", "0", "00", "1e0"])
    func numbers(id: String) {
        let line = Array(Self.yes.replacing(#""id":7"#, with: "\"id\":\(id)").utf8)
        #expect(isSame(line))
        #expect(isUsual(line) == (id == "4294967295" || id == "0"))
    }
}
