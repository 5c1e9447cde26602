import ProxyTerms

/// Something that happened, to be marked in a chart.
public struct HistoryMark: Equatable, Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// A p2pool share was found; nil where the rig is not known any more.
        case share(difficulty: Double, rig: String?)
        /// The wallet won a round that asks for this tier, as the configuration calls it.
        case win(tier: String)
        /// Work goes to this upstream from now on; the log's sentence.
        case switched(Upstream, text: String)
        /// The upstream had no connection.
        case outage(Upstream)
        /// A plan; its sentence.
        case plan(text: String)
        /// The proxy started; its version.
        case start(version: String)
    }

    /// The kinds of events, by their name in documents.
    public enum Kind: String, CaseIterable, Sendable {
        case share
        case win
        case switched = "switch"
        case outage
        case plan
        case start

        /// Where they stand.
        public var table: Table {
            switch self {
            case .share: .shares
            case .win: .wins
            case .switched: .switches
            case .outage: .outages
            case .plan: .plans
            case .start: .runs
            }
        }
    }

    /// Marks of a kind that an answer has at most: the newest.
    public static let mostOfKind = 500

    /// When, in seconds since 1970.
    public let at: Int64
    /// When it was over; nil where it takes no time, or lasts.
    public let until: Int64?
    /// What happened.
    public let event: Event

    /// A mark from a row's values; nil where they are none.
    public init?(_ kind: Kind, _ values: [Value]) {
        let table = kind.table
        func value(_ name: String) -> Value {
            guard let index = table.columns.firstIndex(where: { $0.name == name }), index < values.count else {
                return .null
            }
            return values[index]
        }
        guard let at = value("at_ms").whole else { return nil }
        let upstream = value("upstream").text.flatMap { key in Upstream.allCases.first { $0.key == key } }
        let text = value("text").text ?? ""
        switch kind {
        case .share: event = .share(difficulty: value("difficulty").number ?? 0, rig: value("rig").text)
        case .win: event = .win(tier: value("tier").text ?? "")
        case .switched:
            guard let upstream else { return nil }
            event = .switched(upstream, text: text)
        case .outage:
            guard let upstream else { return nil }
            event = .outage(upstream)
        case .plan: event = .plan(text: text)
        case .start: event = .start(version: value("version").text ?? "")
        }
        self.at = at / 1_000
        // That a run is over is another run's mark.
        until = kind == .start ? nil : value("until_ms").whole.map { $0 / 1_000 }
    }

    /// Its kind.
    public var kind: Kind {
        switch event {
        case .share: .share
        case .win: .win
        case .switched: .switched
        case .outage: .outage
        case .plan: .plan
        case .start: .start
        }
    }

    /// The upstream that it is about; nil where it is about none.
    public var upstream: Upstream? {
        switch event {
        case .share: .p2pool
        case .win: .xvb
        case .switched(let upstream, _), .outage(let upstream): upstream
        case .plan, .start: nil
        }
    }
}

/// What a question is answered with.
public struct HistoryAnswer: Equatable, Sendable {
    /// The figures.
    public let series: HistorySeries
    /// What happened, oldest first.
    public let marks: [HistoryMark]
    /// Kinds of which more happened than there are marks: these are the newest.
    public let shortened: [HistoryMark.Kind]

    /// An answer.
    public init(_ series: HistorySeries, marks: [HistoryMark], shortened: [HistoryMark.Kind]) {
        self.series = series
        self.marks = marks
        self.shortened = shortened
    }
}
