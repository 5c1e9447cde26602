import EventLoop
import Glibc
import Testing

@Suite("Appending to a file")
struct FileAppenderTests {
    private func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        return String(decoding: bytes[..<fread(&bytes, 1, bytes.count, file)], as: UTF8.self)
    }

    /// An appender to `name` in a directory of its own, and what it told of the disk.
    private func withAppender(
        _ name: String = "lines", rotateAbove: Int = 1 << 20,
        _ body: (LoopTest, FileAppender, String, Told) throws -> Void
    ) throws {
        try withTemporaryDirectory { directory in
            try LoopTest.run { test in
                let path = name.hasPrefix("/") ? name : "\(directory)/\(name)"
                let appender = FileAppender(test.loop, path: path, rotateAbove: rotateAbove)
                let told = Told()
                appender.changed = { told.faults.append($0) }
                try body(test, appender, path, told)
            }
        }
    }

    final class Told {
        var faults: [String?] = []
    }

    @Test("Batches come to the file in order, also those that come while one is written")
    func order() throws {
        try withAppender { test, appender, path, told in
            for number in 0..<100 { appender.append(Array("\(number)\n".utf8)) }
            let whole = (0..<100).map { "\($0)\n" }.joined()
            try test.run { self.text(path) == whole }
            #expect(told.faults.isEmpty)
        }
    }

    // Fault S04.
    @Test("A full disk is told once, with the system's name, however often it refuses")
    func full() throws {
        try withAppender("/dev/full") { test, appender, _, told in
            appender.append([65, 10])
            try test.run { !told.faults.isEmpty }
            for _ in 0..<4 {
                appender.append([65, 10])
                try test.runBriefly(milliseconds: 20)
            }
            #expect(told.faults == ["ENOSPC"])
        }
    }

    @Test("What is in the way is told, and the end of it; lines are written again")
    func recovery() throws {
        try withAppender { test, appender, path, told in
            mkdir(path, 0o755)
            appender.append(Array("lost\n".utf8))
            try test.run { told.faults.count == 1 }
            #expect(told.faults == ["EISDIR"])
            rmdir(path)
            appender.append(Array("kept\n".utf8))
            try test.run { told.faults.count == 2 }
            #expect(told.faults == ["EISDIR", nil])
            #expect(text(path) == "kept\n")
        }
    }

    // Fault S03.
    @Test("A torn line at the end of the file is ended first, and takes no whole line with it")
    func tornLine() throws {
        try withAppender { test, appender, path, told in
            let file = try #require(fopen(path, "w"))
            fputs("whole\nto", file)
            fclose(file)
            appender.append(Array("next\n".utf8))
            try test.run { self.text(path) == "whole\nto\nnext\n" }
            appender.append(Array("last\n".utf8))
            try test.run { self.text(path) == "whole\nto\nnext\nlast\n" }
            #expect(told.faults.isEmpty)
        }
    }

    @Test("A link or a pipe in its place is not written through")
    func notAFile() throws {
        try withAppender { test, appender, path, told in
            symlink(path + ".elsewhere", path)
            appender.append([65])
            try test.run { told.faults.count == 1 }
            #expect(told.faults == ["ELOOP"] && access(path + ".elsewhere", F_OK) != 0)
            unlink(path)
            mkfifo(path, 0o600)
            appender.append([65])
            try test.run { told.faults.count == 2 }
            #expect(told.faults.last == "ENXIO")
        }
    }

    @Test("A file over its size is put aside, and the one before goes")
    func rotation() throws {
        try withAppender(rotateAbove: 10) { test, appender, path, told in
            for line in ["first line\n", "second line\n", "third line\n"] {
                appender.append(Array(line.utf8))
                try test.run { self.text(path) == line }
            }
            #expect(text(path + ".1") == "second line\n")
            #expect(told.faults.isEmpty)
        }
    }

    @Test("At the end of the process everything is written, also what waits behind a batch under way")
    func end() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/lines"
            let test = try LoopTest()
            let appender = FileAppender(test.loop, path: path, rotateAbove: 1 << 20)
            appender.append(Array("under way\n".utf8))
            appender.append(Array("behind it\n".utf8))
            appender.finish()
            test.loop.shutdown()
            #expect(text(path) == "under way\nbehind it\n")
        }
    }
}
