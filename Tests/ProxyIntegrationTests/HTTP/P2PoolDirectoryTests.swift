import Glibc
import SplitScheduler
import Statistics
import Testing

@testable import EventLoop
@testable import StratumProxy

/// A watcher of a directory with p2pool's documents.
final class P2PoolWatch {
    let test: LoopTest
    let directory: String
    private(set) var readings: [P2PoolReading] = []
    private(set) var said: [String] = []
    private(set) var watcher: P2PoolWatcher?

    init(_ test: LoopTest, directory: String, place: P2PoolSource.Place, wallet: String? = nil) throws {
        self.test = test
        self.directory = directory
        watcher = try P2PoolWatcher(
            loop: test.loop, place: place, interval: 0.02, wallet: wallet,
            handlers: P2PoolWatcher.Handlers(
                reading: { [weak self] in self?.readings.append($0) },
                say: { [weak self] _, text in self?.said.append(text) }))
    }

    /// A directory with good documents, watched.
    static func run(wallet: String? = nil, _ body: (P2PoolWatch) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            try LoopTest.run { test in
                let watch = try P2PoolWatch(test, directory: directory, place: .directory(directory), wallet: wallet)
                for name in ["pool", "local", "network"] { mkdir("\(directory)/\(name)", 0o755) }
                for file in P2PoolFile.allCases { try watch.write(file) }
                watch.watcher?.start()
                try body(watch)
                watch.watcher?.stop()
            }
        }
    }

    func path(_ file: P2PoolFile) -> String { "\(directory)/\(file.path)" }

    /// Puts a document in place as p2pool does: whole, by renaming. `age` in seconds.
    func write(_ file: P2PoolFile, _ text: String? = nil, age: Int = 0, size: Int? = nil) throws {
        let temporary = path(file) + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let bytes = Array((text ?? P2PoolDocuments.good(file)).utf8)
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SetUpError(text: "\(temporary): errno \(errno)")
        }
        if let size { ftruncate(descriptor, size) }
        close(descriptor)
        if age != 0 {
            let moment = timeval(tv_sec: time(nil) - age, tv_usec: 0)
            utimes(temporary, [moment, moment])
        }
        guard rename(temporary, path(file)) == 0 else { throw SetUpError(text: "rename: errno \(errno)") }
    }

    /// Runs until so many more rounds were read.
    func runRounds(_ count: Int) throws {
        let end = readings.count + count
        try test.run { self.readings.count >= end }
    }
}

/// What may lie where a document should (docs/invariants.md#faults-of-the-figures).
enum BrokenFile: String, CaseIterable, CustomTestStringConvertible {
    case missing, empty, half, notJSON, huge, pipe, directory, loop, device, future, stale

    var testDescription: String { rawValue }

    /// A part of what is said of it.
    var said: String {
        switch self {
        case .missing: "is missing: start p2pool with --"
        case .empty: "is empty: is the disk of p2pool's directory full?"
        case .half, .notJSON: "is cut off or not JSON"
        case .huge: "is larger than 1 MiB"
        case .pipe, .directory, .loop, .device: "is not a regular file"
        case .future: " in the future: check both clocks"
        case .stale: " ago: is p2pool running?"
        }
    }

    func put(_ watch: P2PoolWatch, _ file: P2PoolFile) throws {
        let path = watch.path(file)
        switch self {
        case .missing: unlink(path)
        case .empty: try watch.write(file, "")
        case .half: try watch.write(file, String(P2PoolDocuments.good(file).prefix(40)))
        case .notJSON: try watch.write(file, "<html>")
        case .huge: try watch.write(file, size: (1 << 20) + 1)
        case .future: try watch.write(file, age: -3600)
        case .stale: try watch.write(file, age: 86_400)
        case .pipe:
            unlink(path)
            mkfifo(path, 0o644)
        case .directory:
            unlink(path)
            mkdir(path, 0o755)
        case .loop:
            unlink(path)
            symlink(path, path)
        case .device:
            unlink(path)
            symlink("/dev/zero", path)
        }
    }
}

@Suite("Watching p2pool's directory")
struct P2PoolDirectoryTests {
    @Test("The figures come, and nothing is said of good files")
    func good() throws {
        try P2PoolWatch.run { watch in
            try watch.runRounds(3)
            let reading = try #require(watch.readings.first)
            #expect(reading.sidechainDifficulty == 85_500_000)
            #expect(reading.shareInWindow == true)
            #expect(reading.age < 10)
            #expect(watch.said == [])
        }
    }

    // Fault X04.
    @Test(
        "Whatever lies in its place is said once, the last good figures stay, and the end of it is said",
        arguments: BrokenFile.allCases, [P2PoolFile.poolStats, .localP2P])
    func broken(kind: BrokenFile, file: P2PoolFile) throws {
        try P2PoolWatch.run { watch in
            try watch.runRounds(1)
            try kind.put(watch, file)
            try watch.test.run { !watch.said.isEmpty }
            try watch.runRounds(3)
            let last = try #require(watch.readings.last)
            #expect(last.sidechainDifficulty == 85_500_000 && last.shareInWindow == true)
            #expect(watch.said.count == 1, "\(watch.said)")
            #expect(watch.said.first?.contains(file.path) == true && watch.said.first?.contains(kind.said) == true)
            if kind == .directory { rmdir(watch.path(file)) }
            try watch.write(file)
            try watch.test.run { watch.said.count == 2 }
            #expect(watch.said.last == "\(file.path) is good again")
        }
    }

    @Test(
        "A node without peers, and one that monerod is silent to, are told once, and the end of it",
        arguments: [
            ("\"connections\":12", "\"connections\":0", "p2pool has no peers", "p2pool has peers again"),
            (
                "\"zmq_last_active\":2", "\"zmq_last_active\":900", "p2pool has not heard from monerod for 15 min",
                "p2pool hears from monerod again"
            ),
        ])
    func node(good: String, bad: String, said: String, recovery: String) throws {
        try P2PoolWatch.run { watch in
            try watch.runRounds(1)
            try watch.write(
                .localP2P,
                P2PoolDocuments.good(.localP2P).split(separator: good, omittingEmptySubsequences: false)
                    .joined(separator: bad))
            try watch.test.run { !watch.said.isEmpty }
            #expect(watch.watcher?.trouble?.hasPrefix(said) == true)
            try watch.runRounds(5)
            #expect(watch.said.count == 1 && watch.said.first?.hasPrefix(said) == true, "\(watch.said)")
            try watch.write(.localP2P)
            try watch.test.run { watch.said.count == 2 }
            #expect(watch.said.last == recovery)
            #expect(watch.watcher?.trouble == nil)
        }
    }

    @Test(
        "Figures that rest on a frozen monerod are as old as its last word, although p2pool goes on writing",
        arguments: [(4000, 4000.0), (1_795_245_907, 1e8)])
    func frozenMonerod(silence: Int, age: Double) throws {
        try P2PoolWatch.run { watch in
            try watch.runRounds(1)
            #expect(try #require(watch.readings.last).age < 10)
            let text = P2PoolDocuments.good(.localP2P)
            let member = try #require(text.range(of: "\"zmq_last_active\":"))
            try watch.write(.localP2P, text[..<member.upperBound] + "\(silence)}")
            try watch.test.run { !watch.said.isEmpty }
            try watch.runRounds(2)
            let reading = try #require(watch.readings.last)
            #expect(reading.age >= age && reading.age < age + 60)
            #expect(reading.fault == nil)
            #expect(watch.said.count == 1 && watch.said[0].contains(" heard from monerod"))
        }
    }

    // Fault X05.
    @Test("Another sidechain is planned with at once, and told once")
    func switchedSidechain() throws {
        try P2PoolWatch.run { watch in
            try watch.runRounds(1)
            let nano = P2PoolDocuments.good(.poolStats).replacing("9000000", with: "700000")
                .replacing("85500000", with: "30000000").replacing("8550000", with: "1000000")
            try watch.write(.poolStats, nano)
            try watch.test.run { watch.readings.last?.sidechainDifficulty == 30_000_000 }
            #expect(watch.readings.last?.blockTime == 30)
            try watch.runRounds(5)
            #expect(
                watch.said == [
                    "p2pool is on another sidechain: difficulty 30M, window 2160 blocks; the plan uses it at once"
                ])
        }
    }

    @Test("A p2pool that mines to another wallet is told once: XvB finds no share of ours")
    func otherWallet() throws {
        try P2PoolWatch.run(wallet: "44AFFq5kSiGBoZ4NMDwY") { watch in
            try watch.runRounds(6)
            #expect(watch.said.count == 1)
            #expect(watch.said.first?.hasPrefix("p2pool mines to 9xd2QgsU, the configuration says 44AFFq5k") == true)
            #expect(watch.watcher?.trouble == watch.said.first)
        }
        try P2PoolWatch.run(wallet: "9xd2QgsU") { watch in
            try watch.runRounds(4)
            #expect(watch.said == [])
        }
    }

    @Test("Nothing is planned from a directory in which no document was ever good")
    func neverGood() throws {
        try withTemporaryDirectory { directory in
            try LoopTest.run { test in
                let watch = try P2PoolWatch(test, directory: directory, place: .directory(directory))
                watch.watcher?.start()
                try test.run { !watch.said.isEmpty }
                try test.runBriefly(milliseconds: 100)
                #expect(watch.readings == [])
                #expect(watch.said.count == 1)
                watch.watcher?.stop()
            }
        }
    }

    @Test("What is wrong with all documents alike is told once, then of what stays wrong when the first is good")
    func together() throws {
        try P2PoolWatch.run { watch in
            try watch.runRounds(1)
            for file in P2PoolFile.allCases { unlink(watch.path(file)) }
            try watch.test.run { !watch.said.isEmpty }
            try watch.runRounds(3)
            #expect(watch.said == ["pool/stats is missing: start p2pool with --data-api, and check the directory"])
            for file in P2PoolFile.allCases where !file.isLocal { try watch.write(file) }
            try watch.test.run { watch.said.count == 3 }
            #expect(watch.said.contains("pool/stats is good again"))
            #expect(watch.said.contains("local/stratum is missing: start p2pool with --local-api as well"))
        }
    }

    // Fault X04.
    @Test("N5: a file that is closed to us is looked at when it is told")
    func denied() throws {
        try P2PoolWatch.run { watch in
            // The tests may run as root, to whom nothing is closed: what the watcher makes of the failure is asked.
            let source = P2PoolSource(watch.test.loop, .directory(watch.directory))
            let text = source.words.text(.file(.localStratum, .failed(.unreadable)))
            #expect(text.contains("local/stratum can't be read"))
            // Here nothing is closed to us by its rights, whoever we are.
            #expect(text.contains("access is denied, though its rights allow it"))
            #expect(FileReadingFailure(errno: EACCES) == .permissionDenied)
        }
    }

    @Test("Stopped while a file is being read it tells nothing more, and keeps nothing")
    func stopped() throws {
        try P2PoolWatch.run { outer in
            weak var released: P2PoolWatcher?
            do {
                let watch = try P2PoolWatch(outer.test, directory: outer.directory, place: .directory(outer.directory))
                released = watch.watcher
                watch.watcher?.start()
                watch.watcher?.stop()
                try outer.test.runBriefly(milliseconds: 100)
                #expect(watch.readings == [])
            }
            #expect(released == nil)
        }
    }
}
