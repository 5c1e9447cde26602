import ProxyTerms
import StratumCodec
import StrictJSON

/// The lines of the peers of a script.
enum ScriptLines {
    private static let names = [
        "rig", "garage", "rig+1", "rig+100000", "", "a\\u0000b", "\\ud83d", "x+y+18446744073709551616",
    ]
    private static let algorithms = ["[\"rx/0\"]", "[\"rx/0\",\"rx/2\"]", "[\"cn/r\"]", "[]", "null"]
    private static let refusals = [
        "Stale share", "Invalid job id", "Low difficulty share", "Duplicate share", "Invalid share", "Unauthenticated",
        "Banned", "Bad gateway", "\\u0007\\n",
    ]

    static func login(name: UInt8, algorithms kind: UInt8) -> [UInt8] {
        let pass = name & 64 == 0 ? "secret" : "x"
        let agent = name & 32 == 0 ? "XMRig/6.26.0" : "xmrig-proxy/6.26.0"
        return Array(
            """
            {"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"\(names[Int(name) % names.count])",\
            "pass":"\(pass)","agent":"\(agent)","algo":\(algorithms[Int(kind) % algorithms.count])}}
            """.utf8)
    }

    static func submit(job: String, slot: String, nonce: UInt16, hash: UInt8) -> [UInt8] {
        let digits = hex(UInt64(nonce), digits: 6)
        let top = hex(UInt64(hash), digits: 2)
        let hash =
            String(repeating: "0", count: 48) + (hash & 1 == 0 ? "0000000000" : "ffffffffffff".prefix(10)) + top
            + "0000"
        return Array(
            """
            {"id":5,"jsonrpc":"2.0","method":"submit","params":{"id":"s","job_id":"\(job)","nonce":"\(digits)\(slot)",\
            "result":"\(hash)","algo":"rx/0"}}
            """.utf8)
    }

    static func loggedIn(blob: UInt32, difficulty: UInt16, slot: UInt8) -> [UInt8] {
        let extensions = slot == 0 ? "\"algo\"" : "\"algo\",\"nicehash\""
        return Array(
            """
            {"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"pool","job":\(object(blob, difficulty, slot)),\
            "extensions":[\(extensions)],"status":"OK"}}
            """.utf8)
    }

    static func job(blob: UInt32, difficulty: UInt16, slot: UInt8) -> [UInt8] {
        Array("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(object(blob, difficulty, slot))}".utf8)
    }

    static func verdict(id: String, kind: UInt8) -> [UInt8] {
        if kind < 128 { return Array("{\"id\":\(id),\"error\":null,\"result\":{\"status\":\"OK\"}}".utf8) }
        let text = refusals[Int(kind) % refusals.count]
        return Array("{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"\(text)\"}}".utf8)
    }

    private static func object(_ blob: UInt32, _ difficulty: UInt16, _ slot: UInt8) -> String {
        let body = hex(UInt64(blob), digits: 8) + String(repeating: "5", count: 66)
        let text = "1010" + body + "000000" + hex(UInt64(slot), digits: 2) + String(repeating: "7", count: 66)
        let target = hex(Target.target(difficulty: UInt64(difficulty) + 1).byteSwapped, digits: 16)
        return """
            {"blob":"\(text)","job_id":"\(blob)","target":"\(target)","algo":"rx/0","height":\(blob / 8),\
            "seed_hash":"\(String(repeating: "a", count: 64))"}
            """
    }

    private static func hex(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// What a rig or pool makes of a line that it is sent.
    struct Sent {
        var id: String?
        var method: String?
        var job: String?
        var blob: String?

        init(_ line: [UInt8]) {
            guard let document = try? JSONDocument(line) else { return }
            id = document["id"]?.integer.map { "\($0)" }
            method = document["method"]?.string
            let object = document["params"] ?? document["result", "job"]
            job = object?["job_id"]?.string
            blob = object?["blob"]?.string
        }
    }
}
