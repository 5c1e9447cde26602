import EventLoop
import Glibc
import ProxyTerms
import SplitScheduler
import Upstreams

/// Reads p2pool's API directory again and again, and tells the schedule what it says.
final class P2PoolWatcher {
    /// What the watcher tells its owner.
    struct Handlers {
        /// New figures were put together.
        var reading: (P2PoolReading) -> Void
        /// A document's health changed; the explanation is nil when it is good again.
        var health: (P2PoolFile, String?) -> Void
    }

    private let loop: EventLoop
    private let directory: String
    private let interval: Double
    private let handlers: Handlers
    private var files = P2PoolFiles()
    private var told: [P2PoolFile: String] = [:]
    private var outstanding = 0
    private var readings: [FileReading] = []
    private var timer: LoopTimer?

    /// Watches `directory`, every `interval` seconds.
    init(loop: EventLoop, directory: String, interval: Double, handlers: Handlers) throws {
        self.loop = loop
        self.directory = directory
        self.interval = interval
        self.handlers = handlers
        timer = try LoopTimer(loop) { [weak self] in self?.readAll() }
    }

    /// Starts to read at once.
    func start() {
        readAll()
    }

    /// Reads no more.
    func stop() {
        timer?.cancel()
        for reading in readings { reading.cancel() }
    }

    /// The figures as they are, with their ages.
    var figures: P2PoolFigures? { files.figures(now: loop.now) }

    private func readAll() {
        timer?.arm(at: loop.now.adding(seconds: interval))
        // A directory on a stuck network disk: one question at a time.
        guard outstanding == 0 else { return }
        outstanding = files.files.count
        readings = files.files.map { file in
            loop.readFile("\(directory)/\(file.path)", limit: P2PoolFile.longest) { [weak self] result in
                self?.arrived(file, result)
            }
        }
    }

    private func arrived(_ file: P2PoolFile, _ result: Result<FileContents, FileReadingFailure>) {
        switch result {
        case .success(let contents):
            var clock = timespec()
            clock_gettime(CLOCK_REALTIME, &clock)
            let found = P2PoolFiles.Found(
                modified: Double(contents.modifiedMilliseconds) / 1000,
                wallClock: Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9)
            contents.bytes.withUnsafeBytes { _ = files.read(file, $0, found, now: loop.now) }
        case .failure(let failure):
            files.failed(file, Self.failure(failure))
        }
        outstanding -= 1
        if outstanding == 0 { readCompleted() }
    }

    private func readCompleted() {
        for file in files.files {
            let health = files.health(file, now: loop.now)
            // The names are in the system's databases, which may be slow to answer: asked only where they help.
            let wantsNames = health == .failed(.unreadable) && told[file] == nil
            let explanation = health.explanation(
                of: file, user: wantsNames ? Self.userName : nil,
                group: wantsNames ? Self.groupName(of: "\(directory)/local") : nil)
            guard explanation?.isEmpty != told[file]?.isEmpty else { continue }
            told[file] = explanation
            handlers.health(file, explanation)
        }
        if let figures = files.figures(now: loop.now) { handlers.reading(P2PoolReading(figures)) }
    }

    private static func failure(_ failure: FileReadingFailure) -> FileFailure {
        switch failure {
        case .notFound: .missing
        case .permissionDenied: .unreadable
        case .tooLarge: .tooLarge
        case .notRegular: .notAFile
        case .other: .failed(EIO)
        }
    }

    private static var userName: String? {
        getpwuid(geteuid()).flatMap { String(validatingCString: $0.pointee.pw_name) }
    }

    private static func groupName(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, let group = getgrgid(status.st_gid) else { return nil }
        return String(validatingCString: group.pointee.gr_name)
    }
}

extension P2PoolReading {
    /// What the schedule needs of the figures. A `local/stratum` that nobody vouches for is as old as it is.
    init(_ figures: P2PoolFigures) {
        self.init(
            sidechainDifficulty: figures.sidechainDifficulty, pplnsWindow: figures.pplnsWindow,
            poolHashrate: figures.poolHashrate, sidechainHeight: figures.sidechainHeight,
            rewardSharePercent: figures.rewardSharePercent, lastShareAge: figures.lastShareAge,
            age: max(figures.poolAge, figures.stratumAge ?? 0))
    }
}
