import EventLoop
import History
import Store

/// Answers questions for the history, in the thread pool, one at a time: the loop waits for none.
final class HistoryDesk {
    /// What comes of a question.
    enum Outcome: Equatable {
        case answered(HistoryAnswer)
        /// There is no time between its beginning and its end.
        case empty
        /// Too many questions wait.
        case busy
        /// The store can't be read.
        case unavailable(StoreFault)
    }

    /// Questions that wait while one is answered.
    static let mostWaiting = 16

    private let loop: EventLoop
    private let reader: StoreReader
    private var waiting: [(query: HistoryQuery, done: (Outcome) -> Void)] = []
    private var isReading = false

    /// Answers from the store at `path`, which need not be there yet.
    init(_ loop: EventLoop, path: String) {
        self.loop = loop
        reader = StoreReader(path)
    }

    /// Hands the answer to `done`, at once or later, once and on the loop; not after the loop's end. Times in seconds since 1970.
    func history(from: Int64?, to: Int64?, step: Int64?, done: @escaping (Outcome) -> Void) {
        guard let query = HistoryQuery(from: from, to: to, step: step, now: Int64(WallClock.now)) else {
            return done(.empty)
        }
        guard waiting.count < Self.mostWaiting else { return done(.busy) }
        waiting.append((query, done))
        if !isReading { next() }
    }

    private func next() {
        guard !waiting.isEmpty else { return }
        isReading = true
        let (query, done) = waiting.removeFirst()
        loop.inThreadPool { [reader] in
            Self.read(query, in: reader)
        } done: { [weak self] outcome in
            done(outcome)
            self?.isReading = false
            self?.next()
        }
    }

    private static func read(_ query: HistoryQuery, in reader: StoreReader) -> Outcome {
        do throws(StoreFault) {
            return .answered(try reader.history(query))
        } catch {
            return .unavailable(error)
        }
    }
}
