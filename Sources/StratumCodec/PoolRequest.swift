import StrictJSON

/// Requests to pools.
public enum PoolRequest {
    /// Appends `{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":U,"pass":P,"agent":A,"algo":["rx/0"]}}\n`.
    ///
    /// The texts are escaped here. There is never a rig-id (docs/invariants.md#rule-8).
    public static func login(user: String, pass: String, agent: String, to output: inout [UInt8]) {
        output.append(literal: "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"")
        output.append(escaping: user.utf8)
        output.append(literal: "\",\"pass\":\"")
        output.append(escaping: pass.utf8)
        output.append(literal: "\",\"agent\":\"")
        output.append(escaping: agent.utf8)
        output.append(literal: "\",\"algo\":[\"rx/0\"]}}\n")
    }

    /// Appends `{"id":N,"jsonrpc":"2.0","method":"keepalived","params":{"id":SESSION}}\n`.
    ///
    /// `session` is JSON-escaped text as the pool sent it.
    public static func keepalived(id: UInt32, session: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(literal: "{\"id\":")
        output.append(decimal: UInt64(id))
        output.append(literal: ",\"jsonrpc\":\"2.0\",\"method\":\"keepalived\",\"params\":{\"id\":\"")
        output.append(contentsOf: session)
        output.append(literal: "\"}}\n")
    }
}
