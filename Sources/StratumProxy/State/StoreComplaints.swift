import Store

/// What is to be said of the store: each trouble once, and its end.
struct StoreComplaints {
    /// Times that rows are handed over without any being written before the disk is called slow.
    static let mostWaiting = 15

    private let path: String
    private var last = Store.State()
    private var isFailing = false
    /// How often rows were handed over since some were written.
    private var waiting = 0
    /// A file was set aside, and nothing was written since.
    private var hasToldAside = false
    /// Rows whose loss was told.
    private var told = 0
    /// What keeps it from writing, in the log's words; nil if nothing does.
    private(set) var trouble: String?

    /// Nothing was said of the store at `path`.
    init(_ path: String) { self.path = path }

    /// What is new of `state`, after rows were handed over once more; `seconds` is how often they are.
    mutating func news(_ state: Store.State, seconds: Int) -> [(level: LogLevel, text: String)] {
        var news: [(level: LogLevel, text: String)] = []
        if state.written > last.written { hasToldAside = false }
        if state.aside != last.aside, !hasToldAside, let aside = state.aside.last {
            // A disk that damages every new one is told once.
            hasToldAside = true
            news.append((.warning, StoreWords.setAside(path, aside)))
        }
        waiting = state.written == last.written ? waiting + 1 : 0
        if !isFailing, let fault = state.fault {
            isFailing = true
            trouble = StoreWords.cantWrite(path, fault)
            news.append((.warning, StoreWords.cantWrite(path, fault)))
        } else if !isFailing, waiting == Self.mostWaiting {
            isFailing = true
            trouble = StoreWords.slow(path, seconds: Self.mostWaiting * seconds)
            news.append((.warning, StoreWords.slow(path, seconds: Self.mostWaiting * seconds)))
        } else if isFailing, state.fault == nil, state.written > last.written {
            isFailing = false
            trouble = nil
            news.append((.info, StoreWords.writesAgain(path, dropped: state.dropped - told)))
        }
        if !isFailing { told = state.dropped }
        last = state
        return news
    }
}
