import EventLoop

/// What is wrong with the certificate for rigs and its key: OpenSSL's words where nobody knows better ones.
enum TLSWords {
    /// The failure with its file, and what helps.
    static func text(_ failure: TLSFailure) -> String {
        let text = failure.description
        guard let (theirs, ours) = meanings.first(where: { text.hasSuffix(": " + $0.0) }) else { return text }
        return text.dropLast(theirs.count + 2) + " " + ours
    }

    /// Any error of a start, as it is told.
    static func text(_ error: any Error) -> String { (error as? TLSFailure).map(text) ?? "\(error)" }

    private static let meanings = [
        (
            "no start line",
            "is no such PEM file: it needs a line -----BEGIN CERTIFICATE-----, the key -----BEGIN PRIVATE KEY-----"
        ),
        ("bad end line", "is cut off: a PEM file ends with a line -----END"),
        ("bad base64 decode", "is damaged: what stands between -----BEGIN and -----END is no base64"),
        ("bad decrypt", "has a password, which nobody can type here: `openssl pkey -in OLD -out NEW` takes it off"),
        ("key values mismatch", "does not belong to the certificate: take the key that the certificate was made with"),
    ]
}
