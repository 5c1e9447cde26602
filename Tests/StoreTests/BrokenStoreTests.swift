import Foundation
import Glibc
import ProxyTerms
import Testing

@testable import History
@testable import Store

private func second(_ at: Int64) -> WorkSecond { WorkSecond(at: at, work: PerUpstream(p2pool: 2, xvb: 3)) }

@Suite("A store that can't be used")
struct BrokenStoreTests {
    /// Posts a second of work to a new store, and waits until it is written.
    private func write(_ place: StoreTestPlace, at: Int64 = 1_790_000_000) throws -> Store.State {
        let store = Store(place.path)
        #expect(store.restore().work.allSatisfy { $0.at != at })
        store.start()
        store.post { $0.add(second(at)) }
        store.finish()
        return store.state
    }

    @Test(
        "It is set aside under a new name as it was, said so, and a new one is begun",
        arguments: ["text", "zeros", "another program's", "of a later version", "without a table", "cut", "scribbled"])
    func setAside(trouble: String) throws {
        let place = try StoreTestPlace()
        if trouble != "another program's" { _ = try write(place, at: 1_789_999_990) }
        let url = URL(fileURLWithPath: place.path)
        switch trouble {
        case "text":
            try Data("a text that is no database at all, and long enough to be read as one".utf8).write(to: url)
        case "zeros": try Data(count: 20_000).write(to: url)
        case "another program's":
            _ = { FileManager.default.createFile(atPath: place.path, contents: nil) }()
            _ = try place.query("CREATE TABLE theirs (a)")
        case "of a later version": _ = try place.query("PRAGMA user_version = 99")
        case "without a table": _ = try place.query("DROP TABLE work")
        case "cut":
            let bytes = try Data(contentsOf: url)
            try bytes.prefix(bytes.count / 2).write(to: url)
        default:
            var bytes = try Data(contentsOf: url)
            for index in 4_096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
            try bytes.write(to: url)
        }
        let before = try Data(contentsOf: url)
        let state = try write(place)
        #expect(state.fault == nil && state.dropped == 0)
        #expect(state.aside.count == 1)
        let aside = try #require(state.aside.first?.path)
        // SQLite may have marked the file of another program as looked at, no more.
        #expect(try Data(contentsOf: URL(fileURLWithPath: aside)).count == before.count)
        #expect(try place.number("SELECT count(*) FROM work") == 1)
        let label = trouble == "another program's" ? "foreign" : trouble == "of a later version" ? "newer" : "broken"
        #expect(aside.hasPrefix("\(place.path).\(label)-"))
    }

    @Test("Of files that are damaged again and again two are kept, the first ones")
    func keepsTwo() throws {
        let place = try StoreTestPlace()
        let file = StoreFile(place.path)
        var aside: [String?] = []
        for now in 1...4 as ClosedRange<Int64> {
            try Data("x\(now)".utf8).write(to: URL(fileURLWithPath: place.path))
            aside.append(file.setAside(.sqlite(code: 11), now: now))
        }
        #expect(aside == ["\(place.path).broken-1", "\(place.path).broken-2", nil, nil])
        #expect(try place.names == ["store.db.broken-1", "store.db.broken-2"])
    }

    @Test("A file that is torn in its write-ahead log is whole up to its last good transaction")
    func tornLog() throws {
        let place = try StoreTestPlace()
        let load = try RunningLoad(place.path, first: 1)
        load.read(seconds: 60) { $0.count > 60 }
        _ = try load.kill()
        let log = URL(fileURLWithPath: place.path + "-wal")
        var bytes = try Data(contentsOf: log)
        bytes.removeLast(bytes.count / 3)
        bytes.append(contentsOf: [1, 2, 3])
        try bytes.write(to: log)
        let state = try write(place, at: 1_795_000_000)
        #expect(state.aside.isEmpty && state.fault == nil)
        #expect(try place.query("PRAGMA integrity_check").first?.first?.text == "ok")
        #expect(try place.number("SELECT count(*) FROM work") > 1)
    }

    @Test(
        "Where it can't be made it waits, says why, and writes all when it can", arguments: [ENOTDIR, ENOENT, EISDIR])
    func late(reason: Int32) throws {
        let place = try StoreTestPlace()
        let obstacle = place.url.appendingPathComponent("disk")
        let path = reason == EISDIR ? obstacle.path : obstacle.path + "/store.db"
        if reason == ENOTDIR { try Data().write(to: obstacle) }
        if reason == EISDIR {
            try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: false)
        }
        let store = Store(path)
        #expect(store.restore().isEmpty)
        store.start()
        store.post { $0.add(second(1_790_000_000)) }
        #expect(eventually { store.state.fault != nil })
        #expect(store.state.fault == (reason == EISDIR ? .notAFile : .system(errno: reason)))
        if reason != ENOENT { try FileManager.default.removeItem(at: obstacle) }
        if reason != EISDIR {
            try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: false)
        }
        #expect(eventually { store.state.fault == nil })
        store.finish()
        let connection = try Connection(path, isReadOnly: true)
        #expect(try connection.first("SELECT count(*) FROM work")?.whole == 1)
    }

    @Test("A file that is read-only is neither written nor set aside")
    func readOnly() throws {
        let place = try StoreTestPlace()
        _ = try write(place)
        // Root may write to everything but this.
        let path = "/sys/kernel/store.db"
        let store = Store(path)
        store.start()
        store.post { $0.add(second(1)) }
        #expect(eventually { store.state.fault != nil })
        #expect(store.state.aside.isEmpty)
        store.finish()
    }

    @Test("Damaged while it is written to, it is set aside, and a new one holds what is posted then")
    func damagedMeanwhile() throws {
        let place = try StoreTestPlace()
        let store = Store(place.path)
        _ = store.restore()
        store.start()
        // More than it keeps in memory.
        store.post { for at in 1...60_000 as ClosedRange<Int64> { $0.add(second(at)) } }
        #expect(try eventually { try place.number("SELECT count(*) FROM work") == 60_000 })
        _ = try place.query("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = open(place.path, O_WRONLY)
        let junk = [UInt8](repeating: 0xA5, count: 500_000)
        #expect(pwrite(file, junk, junk.count, 400_000) == junk.count)
        close(file)
        // It comes to see the damage when it reads there.
        store.post { $0.replaceWork([second(3)]) }
        #expect(eventually { store.state.begun == 2 })
        store.post { $0.replaceWork([second(1), second(2)]) }
        store.finish()
        #expect(store.state.aside.count == 1)
        #expect(try place.query("SELECT at FROM work").map { $0[0] } == [.integer(1), .integer(2)])
    }

    @Test("Cleared away while it is written to, it is made again, and what is posted then is there")
    func clearedAway() throws {
        let place = try StoreTestPlace()
        let directory = place.url.appendingPathComponent("state").path
        let store = Store(directory + "/store.db") { mkdir(directory, 0o700) }
        #expect(store.restore().isEmpty)
        store.start()
        store.post { $0.add(second(1)) }
        #expect(
            eventually { (try? place.query("SELECT at FROM work", in: directory + "/store.db"))?.count == 1 })
        rename(directory, directory + ".gone")
        store.post { $0.add(second(2)) }
        store.finish()
        #expect(store.state.begun == 2)
        #expect(
            try place.query("SELECT at FROM work", in: directory + "/store.db").map { $0[0] } == [.integer(2)])
    }

    @Test("While another program has it locked, nothing is lost that the schedule needs, and all is written afterwards")
    func locked() throws {
        let place = try StoreTestPlace()
        _ = try write(place, at: 1)
        let store = Store(place.path)
        _ = store.restore()
        let other = try Connection(place.path, isReadOnly: false)
        try other.run("BEGIN IMMEDIATE")
        store.start()
        for at in 10..<20_010 as Range<Int64> {
            store.post {
                $0.add(second(at))
                $0.add(Row.share(at: at * 1_000, difficulty: 1, rig: nil))
            }
        }
        #expect(eventually { store.state.fault == .sqlite(code: 5) })
        try other.run("COMMIT")
        #expect(try eventually { try place.number("SELECT count(*) FROM work") == 20_001 })
        store.finish()
        #expect(store.state.fault == nil)
        let shares = try place.number("SELECT count(*) FROM shares")
        #expect(shares + Int64(store.state.dropped) == 20_000)
        #expect(store.state.dropped >= 20_000 - 2 * PendingRows.mostDetails && store.state.dropped > 0)
    }
}
