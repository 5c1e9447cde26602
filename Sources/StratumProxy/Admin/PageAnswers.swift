import AdminHTTP
import ProxyTerms

/// The page's files as answers, made once.
struct PageAnswers {
    private struct Answer {
        let tag: String
        let whole: HTTPDocument
        let unchanged: HTTPDocument
    }

    /// Nothing but what comes from here is loaded, run or shown, and no form leads elsewhere. The page's icon is a data: URL.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    private var answers: [String: Answer] = [:]

    init() {
        for file in PageFiles.all { add(file) }
    }

    /// Adds a file; its tag is made of what stands in it.
    mutating func add(_ file: PageFiles.File) {
        let tag = "\"" + String(file.bytes.fingerprint, radix: 16) + "\""
        // Asked for again each time, and sent again when it is another one.
        let headers = [("ETag", tag), ("Cache-Control", "no-cache"), ("Content-Security-Policy", Self.policy)]
        answers[file.name] = Answer(
            tag: tag, whole: HTTPDocument(type: file.type, headers: headers, file.bytes),
            unchanged: HTTPDocument(.notModified, type: file.type, headers: headers, []))
    }

    /// The answer to a request for the file `name` by a reader who has the version `known`; nil where there is none.
    func answer(_ name: String, known: String?) -> HTTPDocument? {
        guard let answer = answers[name] else { return nil }
        return known == answer.tag ? answer.unchanged : answer.whole
    }
}
