import Glibc
import History
import ProxyTerms

/// The store while the proxy runs. What is posted is written by a thread of its own; no call waits for the disk but `open` and `finish`.
///
/// One transaction each time that something was posted. What could not be written waits (`PendingRows` bounds it) and is tried again after
/// one second, two, four … a minute. A file that can't be used is set aside and a new one begun.
public final class Store: Sendable {
    /// How the store stands.
    public struct State: Equatable, Sendable {
        /// Why the last rows could not be written; nil if they were.
        public var fault: StoreFault?
        /// Rows that were dropped because too many waited.
        public var dropped = 0
        /// Files that were set aside so far, and why.
        public var aside: [Aside] = []
        /// How often a new file was begun: it doesn't have what was posted before.
        public var begun = 0
        /// Transactions that were written.
        public var written = 0

        /// Nothing has happened yet.
        public init() {}

        /// A file that was set aside.
        public struct Aside: Equatable, Sendable {
            /// Why.
            public var fault: StoreFault
            /// Its new name; nil where it was removed, for there were enough like it.
            public var path: String?

            /// A file that was set aside.
            public init(fault: StoreFault, path: String?) {
                self.fault = fault
                self.path = path
            }
        }
    }

    /// What is posted, and what the thread says.
    private struct Shared {
        var pending = PendingRows()
        var state = State()
        var isFinishing = false
        var hasEnded = false
    }

    private let shared = Guarded(Shared())
    private let file: StoreFile
    /// Makes the directory that the file stands in, where somebody has cleared it away.
    private let makeDirectory: @Sendable () -> Void

    /// The pause after a fault.
    static let pause = DoublingWait(first: 1, longest: 60)
    /// Milliseconds that `finish` waits for the disk.
    static let farewell: Int64 = 3_000
    /// Files set aside that are remembered.
    private static let mostAside = 8

    /// A store at `path` that is not open yet.
    public init(_ path: String, makeDirectory: @escaping @Sendable () -> Void = {}) {
        file = StoreFile(path)
        self.makeDirectory = makeDirectory
    }

    /// How it stands.
    public var state: State { shared.with { $0.state } }

    /// Opens it before the thread begins, and reads what the schedule is restored from.
    public func restore() -> StoredWork {
        var writer = StoreWriter(self)
        let now = Self.now
        guard let session = writer.session(now: now) else { return StoredWork() }
        do throws(StoreFault) {
            return try session.stored(now: now)
        } catch {
            writer.failed(error, now: now)
            return StoredWork()
        }
    }

    /// Begins to write.
    public func start() {
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { store in
                if let store { Unmanaged<Store>.fromOpaque(store).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(status == 0, "no thread for the store")
        pthread_detach(thread)
    }

    /// Posts rows. They are written soon.
    public func post(_ rows: (inout PendingRows) -> Void) {
        shared.with { rows(&$0.pending) }
        shared.signal()
    }

    /// Writes what waits and ends the thread, within three seconds.
    public func finish() {
        shared.with { $0.isFinishing = true }
        shared.signal()
        shared.wait(milliseconds: Self.farewell) { $0.hasEnded }
    }

    // MARK: The thread

    private func run() {
        var writer = StoreWriter(self)
        var failures = 0
        var isLast = false
        while !isLast {
            // A pause after a fault is waited for whatever is posted; the end is not kept waiting.
            if failures > 0 {
                let pause = Self.pause.seconds(after: failures - 1)
                shared.wait(milliseconds: Int64(pause * 1_000)) { $0.isFinishing }
            }
            shared.wait { $0.isFinishing || !$0.pending.isEmpty }
            let rows = shared.with { shared in
                isLast = shared.isFinishing
                let rows = shared.pending
                shared.pending = PendingRows()
                return rows
            }
            failures = writer.write(rows, now: Self.now) ? 0 : failures + 1
        }
        writer.end()
        shared.with { $0.hasEnded = true }
        shared.signal()
    }

    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }

    /// The thread's part: the open file.
    private struct StoreWriter {
        let store: Store
        private var open: StoreSession?

        init(_ store: Store) { self.store = store }

        /// The open store; nil where it can't be opened now.
        mutating func session(now: Int64) -> StoreSession? {
            if let open, open.isInPlace { return open }
            open = nil
            // The second time after a file was set aside.
            for _ in 0..<2 {
                do throws(StoreFault) {
                    store.makeDirectory()
                    let session = try StoreSession(store.file, now: now)
                    if session.isNew { store.shared.with { $0.state.begun += 1 } }
                    open = session
                    return session
                } catch {
                    failed(error, now: now)
                    if error.remedy == .retry { return nil }
                }
            }
            return nil
        }

        /// Writes rows, or gives them back.
        mutating func write(_ rows: PendingRows, now: Int64) -> Bool {
            guard let session = session(now: now) else {
                giveBack(rows)
                return false
            }
            do throws(StoreFault) {
                try session.write(rows, now: now)
                store.shared.with {
                    $0.state.fault = nil
                    $0.state.written += 1
                    $0.state.dropped += rows.dropped
                }
                return true
            } catch {
                giveBack(rows)
                failed(error, now: now)
                return false
            }
        }

        mutating func end() {
            open?.end()
            open = nil
        }

        private func giveBack(_ rows: PendingRows) {
            store.shared.with {
                var all = rows
                all.merge($0.pending)
                $0.pending = all
            }
        }

        mutating func failed(_ fault: StoreFault, now: Int64) {
            switch fault.remedy {
            case .retry:
                store.shared.with { $0.state.fault = fault }
            case .setAside:
                open = nil
                let path = store.file.setAside(fault, now: now)
                store.shared.with {
                    $0.state.aside.append(State.Aside(fault: fault, path: path))
                    $0.state.aside = $0.state.aside.suffix(Store.mostAside)
                }
            }
        }
    }
}
