/// Decides which changes of a source's health are worth a line of the log: the first sight of a trouble, and its end once
/// it has lasted. A source that is good and bad by turns gets one line.
struct EdgeTrigger {
    /// What has changed.
    enum Edge: Equatable {
        /// A trouble that was not logged yet.
        case raised
        /// All is well again.
        case cleared
        case unchanged
    }

    /// Good answers in a row that are taken for a recovery.
    static let goodsToClear = 3
    /// Kinds of trouble that are logged before a recovery.
    static let mostKinds = 8

    /// Good answers in a row that are taken for a recovery here.
    var goodsToClear = Self.goodsToClear
    /// What was raised since all was well.
    private var raised: Set<String> = []
    private var goods = 0

    /// The source was asked again; `trouble` is the kind of what is wrong with it, nil if nothing is.
    mutating func observe(_ trouble: String?) -> Edge {
        guard let trouble else {
            guard !raised.isEmpty else { return .unchanged }
            goods += 1
            guard goods >= goodsToClear else { return .unchanged }
            raised = []
            goods = 0
            return .cleared
        }
        goods = 0
        return raised.count < Self.mostKinds && raised.insert(trouble).inserted ? .raised : .unchanged
    }
}
