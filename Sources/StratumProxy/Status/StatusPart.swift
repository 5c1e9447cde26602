/// What `status` shows of the state.
enum StatusPart: CaseIterable, Sendable {
    /// Everything, in paragraphs.
    case all
    /// The rigs, in a table.
    case rigs

    /// What stands behind `status` on the command line; nil: nothing.
    var word: String? {
        switch self {
        case .all: nil
        case .rigs: "rigs"
        }
    }

    /// The words that there are.
    static var words: [String] { allCases.compactMap(\.word) }

    /// The part with this word; nil where there is none.
    static func named(_ word: String?) -> StatusPart? { allCases.first { $0.word == word } }
}

/// What is printed once, or drawn on a screen again and again.
protocol StatusText: Sendable {
    /// As it is printed on `terminal`.
    func text(on terminal: Terminal) -> String
    /// As much of it as fits `most` rows of `columns`.
    func rows(columns: Int, most: Int, _ paint: Paint) -> [String]
}
