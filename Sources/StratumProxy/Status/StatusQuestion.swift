import StrictJSON

/// The question of `stratum-proxy status`: where it is asked, and for which proxy.
struct StatusQuestion: Sendable {
    /// What came of it.
    enum Outcome {
        /// The JSON, and the text for people.
        case answered(json: String, text: any StatusText)
        /// Nobody answers, or something that is no answer: why, in a few words and in full.
        case failed(brief: String, full: String)
    }

    /// The sockets at which a proxy may answer, the likeliest first.
    let paths: [String]
    /// The configuration of the proxy that is meant; nil: whichever answers.
    let file: String?
    /// The socket in the state directory that `file` names; nil where it can't be read, and names none.
    var own: String?
    /// What is wrong with `file`.
    var mistake: String?
    /// What of its answer is wanted.
    var part = StatusPart.all

    /// Asks; takes a while where somebody listens and does not answer.
    func ask() -> Outcome {
        let search = StatusSearch(paths)
        guard let (path, answer) = search.answer else {
            return .failed(brief: StatusWords.cause(search.others), full: explained(search.failure))
        }
        // The answer's first line is the JSON, the rest the text.
        let parts = answer.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            let text = StatusWords.empty(path)
            return .failed(brief: text, full: text)
        }
        // Where `file` names no place of its own, whoever answers may be another one.
        if let file, path != own, let line = try? JSONCReader.read(Array(parts[0])) {
            let theirs = line.content.text(at: "configuration")
            guard let theirs, AbsolutePath.of(theirs) == AbsolutePath.of(file) else {
                let text = explained(StatusWords.other(path, configuration: theirs, than: file))
                return .failed(brief: text, full: text)
            }
        }
        return answered(parts)
    }

    private func explained(_ text: String) -> String { mistake.map { "\($0)\n\(text)" } ?? text }

    private func answered(_ parts: [ArraySlice<UInt8>]) -> Outcome {
        switch part {
        case .all:
            return .answered(
                json: String(decoding: parts[0], as: UTF8.self),
                text: StatusLines(wire: String(decoding: parts[1], as: UTF8.self)))
        case .rigs:
            guard let table = RigStatusTable(Array(parts[0])) else {
                let text = StatusWords.noRigs
                return .failed(brief: text, full: text)
            }
            return .answered(json: table.json, text: table)
        }
    }
}
