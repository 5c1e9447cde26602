import StratumCodec
import StrictJSON

extension CodecError.Code {
    /// What is wrong with a message of a pool, or of a rig.
    var text: String {
        switch self {
        case .json(let code): code.text
        case .badRequestID: "its id is no number and no short text"
        case .missingMethod: "it has no method"
        case .missingParams: "it has no params"
        case .missingSession: "it has no session id"
        case .missingJobID, .badJobID: "its job_id is missing, too long or no text"
        case .badNonce: "its nonce is not 8 hex digits"
        case .badResult: "its result is not 64 hex digits"
        case .badBlob: "its blob is not 43 to 407 bytes of hex"
        case .badTarget: "its target is not 8 or 16 hex digits"
        case .zeroTarget: "its target is zero"
        case .unsupportedAlgorithm: "its algorithm is not Monero's"
        case .badSeedHash: "its seed_hash is not 64 hex digits"
        case .missingJob: "there is no job in it"
        case .jobTooLong: "it is longer than 4 KiB"
        case .unknownMethod: "its method is none of Monero's Stratum"
        case .lineTooLong: "its line is too long"
        case .notLoggedIn: "it is a share before the login"
        }
    }
}

extension CodecError.Code {
    /// The same with the values of all members that don't fit, as they were sent.
    func text(_ misfits: [LineMisfit]) -> String {
        misfits.isEmpty ? text : misfits.map(\.text).joined(separator: "; ")
    }
}

extension LineMisfit {
    /// `its target "00" is not 8 or 16 hex digits`.
    var text: String {
        guard !value.isEmpty else { return "it has no \(member)" }
        return "its \(member) \(shown) \(rule)"
    }

    /// The value as it was sent, the beginning of a long one.
    var shown: String {
        value.withUnsafeBytes { displayText($0, limit: 48) } + (length > value.count ? "… (\(length) bytes)" : "")
    }

    /// What it should be.
    private var rule: String {
        switch code {
        case .badJobID: "is not 1 to 128 bytes of text"
        case .badBlob: "is not 43 to 407 bytes of hex"
        case .badTarget: "is not 8 or 16 hex digits"
        case .zeroTarget: "is zero"
        case .unsupportedAlgorithm: "is not Monero's"
        case .badSeedHash: "is not 64 hex digits"
        case .missingJob: "is no object with a job"
        case .missingSession: "is no text for a session"
        case .badRequestID: "is no number and no short text"
        case .missingMethod, .missingJobID: "is no text"
        case .missingParams: "is no object"
        case .badNonce: "is not 8 hex digits"
        case .badResult: "is not 64 hex digits"
        case .unknownMethod: "is none of login, submit, keepalived, getjob"
        case .json, .jobTooLong, .lineTooLong, .notLoggedIn: "doesn't fit: \(code.text)"
        }
    }
}

extension JSONFault.Code {
    /// Why a text can't be read as JSON.
    var text: String {
        switch self {
        case .notJSON: "it is not JSON"
        case .tooDeep: "it is nested too deep"
        case .tooManyMembers: "it has too many members"
        case .notAnObject: "it is not a JSON object"
        case .duplicateKey: "a member stands twice in it"
        case .escapedKey: "a member's name has a backslash"
        }
    }
}
