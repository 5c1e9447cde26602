import ProxyCore
import ProxyTerms
import StratumCodec
import StrictJSON

/// Lines of rigs and of strangers that were refused: what was wrong with them, and what sends such lines.
enum RigLineWords {
    /// `name` is nil before the login.
    static func refused(_ name: String?, _ address: ClientAddress, _ misfit: LineMisfit) -> String {
        guard let name else { return "a line from \(address), before a login: \(cause(misfit))" }
        return "\(RigWords.rig(name, address)): request refused: \(cause(misfit))"
    }

    /// The rig is set to TLS and its handshake failed; the system's words.
    static func handshakeFailed(_ address: ClientAddress?, _ reason: String) -> String {
        "TLS with \(address.map { "\($0)" } ?? "a rig") failed: \(reason). Its \"tls-fingerprint\" may be another's; `\"tls\": false` in its pool does without"
    }

    /// Somebody connected and said nothing.
    static func silent(_ address: ClientAddress) -> String {
        "closed a connection from \(address): it did not log in in time (a port check? a rig that is set to another protocol?)"
    }

    private static func cause(_ misfit: LineMisfit) -> String {
        switch misfit.code {
        case .json(let code): foreign(misfit) ?? "\(code.text): \(misfit.shown)"
        case .lineTooLong: "it is longer than a request may be, and was closed: \(misfit.shown)"
        case .notLoggedIn: "a share without a login: \(misfit.shown)"
        case .unknownMethod where misfit.begins(with: "\"mining.") || misfit.begins(with: "\"eth_"):
            "\(misfit.text): it is set to another coin"
        case .badRequestID, .missingMethod, .missingParams, .missingSession, .missingJobID, .badNonce, .badResult,
            .badJobID, .badBlob, .badTarget, .zeroTarget, .unsupportedAlgorithm, .badSeedHash, .missingJob, .jobTooLong,
            .unknownMethod:
            misfit.text
        }
    }

    /// Another protocol by its first bytes.
    private static func foreign(_ misfit: LineMisfit) -> String? {
        if misfit.begins(with: "PROXY ") || misfit.value.starts(with: [13, 10, 13, 10, 0, 13, 10]) {
            return "a PROXY header, which a load balancer puts before a connection: turn that off there (`send-proxy`)"
        }
        if misfit.value.first == 5 || misfit.value.first == 4 {
            return "SOCKS, not Stratum: this port is a pool for rigs"
        }
        let words = ["POST ", "PUT ", "OPTIONS ", "CONNECT ", "DELETE "]
        if words.contains(where: misfit.begins) { return "HTTP, not Stratum: \(misfit.shown)" }
        return nil
    }
}

extension LineMisfit {
    fileprivate func begins(with text: String) -> Bool { value.starts(with: text.utf8) }
}
