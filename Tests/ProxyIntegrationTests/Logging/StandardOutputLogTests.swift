import EventLoop
import Foundation
import Glibc
import Testing

@testable import StratumProxy

@Suite("The log on standard output")
struct StandardOutputLogTests {
    /// A pipe that holds as little as the system allows, with a log at its end.
    private final class PipeLog {
        private(set) var reader: Int32
        let writer: Int32
        let log: StandardOutputLog

        init(
            level: LogLevel = .debug, seconds: @escaping () -> Int = { 1_700_000_000 },
            environment: Environment = [:]
        ) throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            // Other tests start processes, which are to inherit none of this.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reader, writer) = (ends[0], ends[1])
            // F_SETPIPE_SZ
            _ = fcntl(writer, 1031, 4096)
            log = StandardOutputLog(
                level: level, descriptor: writer, environment: environment,
                time: LogTime { (seconds(), 7) })
        }

        deinit {
            closeReader()
            close(writer)
        }

        /// Goes away. Once: the number may be another's afterwards.
        func closeReader() {
            if reader >= 0 { close(reader) }
            reader = -1
        }

        /// What can be read without waiting.
        func read() -> String {
            _ = fcntl(reader, F_SETFL, O_NONBLOCK)
            var text: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = Glibc.read(reader, &chunk, chunk.count)
                guard count > 0 else { break }
                text.append(contentsOf: chunk[..<count])
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    @Test("A line has the time, the tag's column and the text, without colours in a pipe")
    func shape() throws {
        let pipe = try PipeLog()
        pipe.log.line(.info, .net, "use pool 127.0.0.1:3333 p2pool")
        pipe.log.line(.error, .proxy, "x")
        let lines = pipe.read().split(separator: "\n").map(String.init)
        #expect(lines.count == 2)
        let date = try Regex(#"^\[20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.007\]  net      use pool 127\.0\.0\.1:3333 p2pool$"#)
        #expect(try date.firstMatch(in: lines[0]) != nil, "\(lines[0])")
        #expect(lines[1].hasSuffix("]  proxy    x"))
    }

    @Test("The time is the local one, and changes with the clock")
    func time() throws {
        var seconds = 1_700_000_000
        let pipe = try PipeLog(seconds: { seconds })
        pipe.log.line(.info, .net, "a")
        seconds += 61
        pipe.log.line(.info, .net, "b")
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        let stamps = [1_700_000_000, 1_700_000_061].map {
            "[" + formatter.string(from: Date(timeIntervalSince1970: $0)) + ".007]"
        }
        #expect(pipe.read().split(separator: "\n").map { String($0.prefix(25)) } == stamps)
    }

    @Test("Lines that are not wanted are not even put together")
    func levels() throws {
        let pipe = try PipeLog(level: .warning)
        var built = 0
        func text() -> String {
            built += 1
            return "text"
        }
        for level in LogLevel.allCases { pipe.log.line(level, .net, text()) }
        #expect(built == 2)
        #expect(pipe.read().split(separator: "\n").count == 2)
        #expect(LogLevel.allCases.map(pipe.log.writes) == [true, true, false, false])
    }

    @Test("One call is one line, whatever is in the text")
    func controls() throws {
        let pipe = try PipeLog()
        pipe.log.line(.info, .net, "a\nb\u{1B}[2J\u{7F}")
        #expect(pipe.read().hasSuffix("a?b?[2J?\n"))
    }

    // Fault S07.
    @Test("Nobody reads: nothing waits, memory is bounded, what is left out is counted")
    func slowReader() throws {
        let pipe = try PipeLog()
        let text = String(repeating: "x", count: 200)
        for number in 0..<10_000 { pipe.log.line(.info, .net, "\(number) \(text)") }
        // The pipe is read piece by piece; each line that comes gives the log a chance to go on.
        var output = ""
        for _ in 0..<1000 {
            output += pipe.read()
            pipe.log.line(.info, .net, "tick")
        }
        output += pipe.read()
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(lines.allSatisfy { $0.hasPrefix("[20") }, "lines are whole")
        let numbers = lines.filter { $0.hasSuffix(text) }.count
        #expect(numbers > 1000 && numbers < 2000)
        let leftOut = lines.compactMap { line in
            line.wholeMatch(of: /.* proxy    (\d+) log lines? dropped: .*/).flatMap { Int($0.1) }
        }
        let ticks = lines.filter { $0.hasSuffix("tick") }.count
        #expect(leftOut.reduce(0, +) + numbers + ticks == 11_000)
    }

    @Test("A reader that has gone away ends the log, not the process")
    func goneReader() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = try PipeLog()
        pipe.closeReader()
        pipe.log.line(.info, .net, "a")
        pipe.log.line(.info, .net, "b")
        #expect(!pipe.log.writes(.error))
    }

    @Test("At the end what is kept is written as soon as the reader takes it")
    func finish() throws {
        let pipe = try PipeLog()
        for _ in 0..<100 { pipe.log.line(.info, .net, String(repeating: "y", count: 100)) }
        let reader = pipe.reader
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var count = 0
            var chunk = [UInt8](repeating: 0, count: 4096)
            while count < 100 * (25 + 10 + 100 + 1) {
                let got = Glibc.read(reader, &chunk, chunk.count)
                guard got > 0 else { break }
                count += got
            }
            done.signal()
        }
        pipe.log.finish(withinMilliseconds: 10_000)
        #expect(done.wait(timeout: .now() + 10) == .success)
    }

    @Test("The loop goes on writing where no further line comes")
    func loop() throws {
        let loop = try EventLoop()
        let pipe = try PipeLog()
        try pipe.log.keepFlushing(on: loop)
        for _ in 0..<100 { pipe.log.line(.info, .net, String(repeating: "z", count: 100)) }
        var lines = 0
        var rounds = 0
        let reading = try TimerRounds(loop) {
            lines += pipe.read().split(separator: "\n").count
            rounds += 1
            return lines < 100 && rounds < 1000
        }
        reading.start()
        loop.run()
        #expect(lines >= 100)
    }

    /// Calls an action every 10 ms until it is false, then stops the loop.
    private final class TimerRounds {
        private var timer: LoopTimer?
        private let loop: EventLoop

        init(_ loop: EventLoop, action: @escaping () -> Bool) throws {
            self.loop = loop
            timer = try LoopTimer(loop) { [unowned self] in action() ? start() : loop.stop() }
        }

        func start() {
            timer?.arm(at: loop.now.adding(milliseconds: 10))
        }
    }

    @Test("The journal gets priorities and no time of ours")
    func journal() throws {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, SocketKind.stream, 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        var status = stat()
        try #require(fstat(ends[1], &status) == 0)
        let log = StandardOutputLog(
            level: .debug, descriptor: ends[1], environment: ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"])
        for level in LogLevel.allCases { log.line(level, .plan, "x") }
        var bytes = [UInt8](repeating: 0, count: 1000)
        let count = read(ends[0], &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        #expect(text == "<3> plan     x\n<4> plan     x\n<6> plan     x\n<7> plan     x\n")
    }

    @Test("A file is appended to where it stands")
    func file() throws {
        let place = try TemporaryDirectory()
        let url = try place.write("before\n", to: "log")
        let descriptor = open(url.path, O_WRONLY | O_APPEND | O_CLOEXEC)
        defer { close(descriptor) }
        StandardOutputLog(level: .info, descriptor: descriptor, environment: [:]).line(.info, .net, "after")
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(text.hasPrefix("before\n[20") && text.hasSuffix("after\n"))
    }

    @Test("A full disk costs lines, not the log")
    func fullDisk() throws {
        let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let log = StandardOutputLog(level: .info, descriptor: descriptor, environment: [:])
        log.line(.info, .net, "lost")
        #expect(log.writes(.info))
    }

    @Test("Standard output itself stays as it was: others share it")
    func sharedFlags() throws {
        let pipe = try PipeLog()
        pipe.log.line(.info, .net, "a")
        #expect(fcntl(pipe.writer, F_GETFL) & O_NONBLOCK == 0)
    }
}

@Suite("Colours of the log")
struct LogColorsTests {
    @Test("Only a terminal gets colours, and only where nobody minds")
    func wanted() {
        func wanted(_ configured: Bool, _ terminal: Bool, _ environment: Environment) -> Bool {
            LogColors.areWanted(configured: configured, isTerminal: terminal, environment: environment)
        }
        #expect(wanted(true, true, [:]))
        #expect(wanted(true, true, ["NO_COLOR": ""]))
        #expect(!wanted(false, true, [:]))
        #expect(!wanted(true, false, [:]))
        #expect(!wanted(true, true, ["NO_COLOR": "1"]))
        #expect(!wanted(true, true, ["TERM": "dumb"]))
    }

    @Test("A terminal shows verdicts, warnings and errors each in its colour, and every colour ends")
    func terminal() throws {
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(terminal) }
        // TIOCSPTLCK and TIOCGPTN: unlock the other end and ask for its number.
        var number: Int32 = 0
        try #require(ioctl(terminal, 0x4004_5431, &number) == 0)
        try #require(ioctl(terminal, 0x8004_5430, &number) == 0)
        let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(other) }
        try #require(other >= 0)
        let log = StandardOutputLog(level: .debug, descriptor: other, environment: [:])
        log.line(.info, .net, "accepted (1/0) diff 1000")
        log.line(.info, .net, "rejected (1/1) diff 1000")
        log.line(.error, .proxy, "broken")
        var bytes = [UInt8](repeating: 0, count: 4000)
        var text: [UInt8] = []
        while text.count(where: { $0 == UInt8(ascii: "\n") }) < 3 {
            let count = read(terminal, &bytes, bytes.count)
            try #require(count > 0)
            text.append(contentsOf: bytes[..<count])
        }
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        #expect(lines[0].hasSuffix("\u{1B}[32maccepted\u{1B}[0m (1/0) diff 1000"))
        #expect(lines[1].hasSuffix("\u{1B}[31mrejected\u{1B}[0m (1/1) diff 1000"))
        #expect(lines[2].hasSuffix("\u{1B}[31mbroken\u{1B}[0m"))
    }
}
