import Glibc
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("Reading files")
struct FileReadingTests {
    /// Reads by the thread pool, and at once: what comes of it is the same.
    private func read(_ path: String, limit: Int = 1000) throws -> Result<FileContents, FileReadingFailure> {
        var answer: Result<FileContents, FileReadingFailure>?
        try LoopTest.run { test in
            test.loop.readFile(path, limit: limit) { answer = $0 }
            #expect(answer == nil)
            try test.run { answer != nil }
        }
        let atOnce = Result { () throws(FileReadingFailure) in try FileContents(at: path, limit: limit) }
        if !path.hasPrefix("/proc") { #expect(atOnce == answer) }
        return try #require(answer)
    }

    private func make(_ path: String, _ bytes: [UInt8]) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        try #require(descriptor >= 0)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        // 2001-09-09 01:46:40.5 UTC
        let time = timespec(tv_sec: 1_000_000_000, tv_nsec: 500_000_000)
        #expect(futimens(descriptor, [time, time]) == 0)
        close(descriptor)
    }

    @Test("A file comes with its bytes and its age", arguments: [0, 1, 999, 1000])
    func whole(size: Int) throws {
        try withTemporaryDirectory { directory in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            try make("\(directory)/stats", bytes)
            let contents = FileContents(bytes: bytes, modifiedMilliseconds: 1_000_000_000_500)
            #expect(try read("\(directory)/stats") == .success(contents))
        }
    }

    @Test("A file's time that is beyond all milliseconds is the last there is, and traps nothing")
    func absurdTime() {
        #expect(FileContents.milliseconds(timespec(tv_sec: 2, tv_nsec: 5_000_000)) == 2005)
        #expect(FileContents.milliseconds(timespec(tv_sec: .max, tv_nsec: 0)) == .max)
        #expect(FileContents.milliseconds(timespec(tv_sec: .min, tv_nsec: 0)) == .min)
        #expect(FileContents.milliseconds(timespec(tv_sec: .max / 1000, tv_nsec: 999_999_999)) == .max)
    }

    @Test("A file larger than the limit is not read")
    func tooLarge() throws {
        try withTemporaryDirectory { directory in
            try make("\(directory)/stats", [UInt8](repeating: 0, count: 1001))
            #expect(try read("\(directory)/stats") == .failure(.tooLarge))
            #expect(truncate("\(directory)/stats", 1 << 40) == 0)
            #expect(try read("\(directory)/stats") == .failure(.tooLarge))
        }
    }

    @Test("A file whose size says nothing is read to its end, or to the limit")
    func sizeless() throws {
        let contents = try read("/proc/self/status", limit: 100_000).get()
        #expect(String(decoding: contents.bytes, as: UTF8.self).contains("VmRSS"))
        #expect(try read("/proc/self/status", limit: 100) == .failure(.tooLarge))
    }

    @Test("A missing file is not found")
    func missing() throws {
        #expect(try read("/nowhere/at/all") == .failure(.notFound))
        #expect(try read("/etc/hostname/stats") == .failure(.notFound))
        #expect(try read("") == .failure(.notFound))
    }

    @Test("A pipe, a directory and a device are no files, and hold nobody up")
    func notRegular() throws {
        try withTemporaryDirectory { directory in
            try #require(mkfifo("\(directory)/pipe", 0o600) == 0)
            #expect(try read("\(directory)/pipe") == .failure(.notRegular))
            #expect(try read(directory) == .failure(.notRegular))
            #expect(try read("/dev/zero") == .failure(.notRegular))
        }
    }

    @Test("Missing rights have a name of their own")
    func denied() throws {
        #expect(FileReadingFailure(errno: EACCES) == .permissionDenied)
        #expect(FileReadingFailure(errno: EPERM) == .permissionDenied)
        #expect(FileReadingFailure(errno: EIO) == .other(errno: EIO))
        guard geteuid() != 0 else { return }
        try withTemporaryDirectory { directory in
            try make("\(directory)/stats", [1])
            #expect(chmod("\(directory)/stats", 0) == 0)
            #expect(try read("\(directory)/stats") == .failure(.permissionDenied))
        }
    }

    @Test("A cancelled reading is never heard of")
    func cancelled() throws {
        try LoopTest.run { test in
            test.loop.readFile("/etc/hostname", limit: 1000) { _ in Issue.record("heard") }.cancel()
            try test.runBriefly()
        }
    }
}
