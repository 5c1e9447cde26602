import StrictJSON

/// Replies to rigs.
public enum RigReply {
    /// Longest text of a pool that is passed on, in characters (docs/invariants.md#faults-of-pools).
    static let longestMessage = 256

    /// Appends `{"id":N,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}\n`.
    public static func accepted(id: RequestID, to output: inout [UInt8]) {
        output.append(literal: "{\"id\":")
        id.write(to: &output)
        output.append(literal: ",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}\n")
    }

    /// Appends an answer of HTTP with a line of text.
    public static func online(to output: inout [UInt8]) {
        output.append(
            literal: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 21\r\nConnection: close\r\n\r\n")
        output.append(literal: "stratum-proxy online\n")
    }

    /// Appends the same with status `KEEPALIVED`.
    public static func keptAlive(id: RequestID, to output: inout [UInt8]) {
        output.append(literal: "{\"id\":")
        id.write(to: &output)
        output.append(literal: ",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"KEEPALIVED\"}}\n")
    }

    /// Appends `{"id":N,"jsonrpc":"2.0","error":{"code":C,"message":"M"}}\n`; `message` is our own text.
    public static func failed(id: RequestID, code: Int, message: StaticString, to output: inout [UInt8]) {
        open(id: id, code: code, to: &output)
        message.withUTF8Buffer { output.append(escaping: $0) }
        output.append(literal: "\"}}\n")
    }

    /// Appends the same with a number between two texts of our own.
    public static func failed(
        id: RequestID, code: Int, message: StaticString, _ number: UInt64, _ rest: StaticString,
        to output: inout [UInt8]
    ) {
        open(id: id, code: code, to: &output)
        message.withUTF8Buffer { output.append(escaping: $0) }
        output.append(decimal: number)
        rest.withUTF8Buffer { output.append(escaping: $0) }
        output.append(literal: "\"}}\n")
    }

    /// Appends the same with a pool's own message: unescaped, capped at 256 characters, made printable and escaped
    /// anew. The caller has translated the texts of docs/invariants.md#rule-2.
    public static func failed(
        id: RequestID, code: Int, poolMessage: UnsafeRawBufferPointer, to output: inout [UInt8]
    ) {
        open(id: id, code: code, to: &output)
        var text = JSONText(poolMessage)
        for _ in 0..<longestMessage {
            guard let scalar = text.next() else { break }
            output.append(escaping: scalar.printable)
        }
        output.append(literal: "\"}}\n")
    }

    private static func open(id: RequestID, code: Int, to output: inout [UInt8]) {
        output.append(literal: "{\"id\":")
        id.write(to: &output)
        output.append(literal: ",\"jsonrpc\":\"2.0\",\"error\":{\"code\":")
        if code < 0 { output.append(UInt8(ascii: "-")) }
        output.append(decimal: UInt64(code.magnitude))
        output.append(literal: ",\"message\":\"")
    }
}
