import ProxyTerms

@testable import StratumCodec

/// One line of a rig. What is understood is JSON; white space changes nothing; a submit that is spliced for a pool says what
/// the rig said, and is spliced again without a change.
enum RigLineTarget {
    static func check(_ line: UnsafeRawBufferPointer) {
        guard let message = decode(line) else { return }
        require(isJSON(line), "a line is understood that is no JSON")
        let spaced = [UInt8](line) + [0x20, 0x09, 0x0D]
        require(spaced.withUnsafeBytes(decode) == message, "space behind the line changes its meaning")
        guard case .submit(let submit) = message else { return }
        let once = splice(submit, line)
        require(areJSONLines(once), "a submit for the pool is not one line of JSON")
        let sent = [UInt8](once.dropLast())
        guard case .submit(let again)? = sent.withUnsafeBytes(decode) else { fail("the pool understands no submit") }
        require(again.nonce == submit.nonce && again.hash == submit.hash, "the pool reads another share")
        require(again.job == 0xBEEF, "the pool reads another job")
        require(sent.withUnsafeBytes { splice(again, $0) } == once, "splicing twice is not splicing once")
    }

    private static func decode(_ line: UnsafeRawBufferPointer) -> RigMessage? {
        do throws(CodecError) {
            return try decodeRigLine(line)
        } catch {
            require(error.offset >= 0 && error.offset <= line.count, "a fault outside of the line")
            return nil
        }
    }

    private static func splice(_ submit: Submit, _ line: UnsafeRawBufferPointer) -> [UInt8] {
        var output: [UInt8] = []
        Array("0123456789abcdef".utf8).withUnsafeBytes { session in
            Array("00000000beef-00000007".utf8).withUnsafeBytes { job in
                _ = submit.splicing(line: line, id: 4_000_000_000, session: session, job: job, to: &output)
            }
        }
        return output
    }
}
