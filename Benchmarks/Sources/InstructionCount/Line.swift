/// Lines as xmrig 6.26 and p2pool 4.18 write them.
enum Line {
    static let login = Array(
        """
        {"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"rig+100","pass":"x","agent":"XMRig/6.26.0 \
        (Linux x86_64) libuv/1.51.0 gcc/13.3.0","rigid":"garage","algo":["rx/0","rx/wow","rx/arq","rx/sfx","cn/r"]}}

        """.utf8)

    static func loginReply(id: ArraySlice<UInt8>, blob: Int) -> [UInt8] {
        let head =
            "{\"id\":\(String(decoding: id, as: UTF8.self)),\"jsonrpc\":\"2.0\",\"result\":{\"id\":\"1a2b3c4d\",\"job\":"
        return Array(head.utf8) + jobObject(blob) + Array(",\"extensions\":[\"algo\"],\"status\":\"OK\"}}\n".utf8)
    }

    static func job(_ blob: Int) -> [UInt8] {
        Array("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":".utf8) + jobObject(blob) + Array("}\n".utf8)
    }

    static func accepted(id: ArraySlice<UInt8>) -> [UInt8] {
        Array("{\"id\":".utf8) + id
            + Array(",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}\n".utf8)
    }

    static func submit(request: Int, job: [UInt8], nonce: ArraySlice<UInt8>) -> [UInt8] {
        let head =
            "{\"id\":\(request),\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{\"id\":\"5a5a5a5a5a5a5a5a\",\"job_id\":\""
        let hash = String(repeating: "5", count: 48) + "0100000000000000"
        return Array(head.utf8) + job + Array("\",\"nonce\":\"".utf8) + nonce
            + Array("\",\"result\":\"\(hash)\",\"algo\":\"rx/0\"}}\n".utf8)
    }

    /// 76 bytes of blob, no two alike; difficulty 20,000.
    private static func jobObject(_ blob: Int) -> [UInt8] {
        let text =
            "1010d5c8b7c106" + String(decoding: hex(UInt32(blob)), as: UTF8.self) + String(repeating: "5", count: 56)
        let whole = text + "00000000" + String(repeating: "7", count: 66)
        return Array(
            """
            {"blob":"\(whole)","job_id":"\(String(blob, radix: 16))","target":"b8460300","algo":"rx/0","height":3400000,\
            "seed_hash":"\(String(repeating: "a", count: 64))"}
            """.utf8)
    }

    /// A number's bytes in memory order, in hex.
    static func hex(_ value: UInt32) -> ArraySlice<UInt8> {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<4).reduce(into: ArraySlice<UInt8>()) { text, byte in
            let part = Int(value >> UInt32(byte * 8) & 0xFF)
            text.append(digits[part >> 4])
            text.append(digits[part & 15])
        }
    }

    /// What follows `name` in a line, up to the end of the string or number there; nil where it has none.
    static func member(_ name: StaticString, of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var from = line.startIndex
        while from + wanted.count <= line.endIndex {
            if line[from..<from + wanted.count].elementsEqual(wanted) {
                return line[(from + wanted.count)...].prefix { $0 != 34 && $0 != 44 && $0 != 125 }
            }
            from += 1
        }
        return nil
    }
}
