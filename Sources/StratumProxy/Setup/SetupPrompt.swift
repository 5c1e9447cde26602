import Glibc

/// Asks on the terminal, or takes what was given on the command line.
struct SetupPrompt {
    /// Takes each default without asking.
    let takesDefaults: Bool
    /// The next line of the operator; nil at the end.
    let readAnswer: () -> String?

    /// How often a question is asked again before it is given up.
    private static let patience = 10

    /// What came of looking at an answer.
    enum Verdict<Value> {
        case good(Value)
        /// Why not, and that it may be asked again.
        case bad(String)
    }

    /// Asks `question` until the answer is good. `given`: the flag's value, which is asked for no more. `flag`: its name.
    ///
    /// - Throws: where nobody answers, or what was given is no good.
    func ask<Value>(
        _ question: String, given: String?, flag: String, standard: String?, _ check: (String) throws -> Verdict<Value>
    ) throws -> Value {
        if let answer = given ?? (takesDefaults ? standard : nil) {
            switch try check(answer) {
            case .good(let value): return value
            case .bad(let why): throw CommandFailure("\(flag): \(why)")
            }
        }
        if takesDefaults { throw CommandFailure(SetupWords.needs(flag)) }
        for _ in 0..<Self.patience {
            print(question + (standard.map { " [\($0)]" } ?? "") + ": ", terminator: "")
            fflush(nil)
            guard let line = readAnswer() else { throw CommandFailure(SetupWords.nobodyAnswers(flag)) }
            let typed = Self.trimmed(line)
            guard let answer = typed.isEmpty ? standard : typed else { continue }
            switch try check(answer) {
            case .good(let value): return value
            case .bad(let why): print("! " + why)
            }
        }
        throw CommandFailure(SetupWords.gaveUp(flag))
    }

    /// A question for yes or no; the default is what Enter and `--yes` mean.
    func confirm(_ question: String, standard: Bool = true) throws -> Bool {
        if takesDefaults { return standard }
        return try ask(question, given: nil, flag: "--yes", standard: standard ? "yes" : "no") {
            switch $0.lowercased() {
            case "y", "yes": .good(true)
            case "n", "no": .good(false)
            case _: .bad(SetupWords.yesOrNo)
            }
        }
    }

    private static func trimmed(_ line: String) -> String {
        let start = line.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
