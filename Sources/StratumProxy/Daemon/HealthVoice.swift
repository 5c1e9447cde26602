/// Decides which changes of a source's health are worth a line of the log: the first sight of a trouble, and the end of
/// it once it has lasted. A source that is good and bad by turns is complained of once.
struct HealthVoice {
    /// What to say.
    enum Word: Equatable {
        case complain
        case recover
        case nothing
    }

    /// Good answers in a row that are taken for a recovery.
    static let goodsToRecover = 3
    /// Kinds of trouble that are logged before a recovery.
    static let mostKinds = 8

    /// What was complained of since all was well.
    private var told: Set<String> = []
    private var goods = 0

    /// The source was asked again; `trouble` is the kind of what is wrong with it, nil if nothing is.
    mutating func heard(_ trouble: String?) -> Word {
        guard let trouble else {
            guard !told.isEmpty else { return .nothing }
            goods += 1
            guard goods >= Self.goodsToRecover else { return .nothing }
            told = []
            goods = 0
            return .recover
        }
        goods = 0
        return told.count < Self.mostKinds && told.insert(trouble).inserted ? .complain : .nothing
    }
}
