import EventLoop
import Glibc
import ProxyTerms

/// `status --watch`: asks again and again, and shows the last answer, until a key or a signal ends it.
final class StatusWatch {
    /// Seconds from one answer to the next question.
    private static let period = 1.0
    /// Seconds without an answer after which that is told.
    private static let quiet = 3.0

    private let loop: EventLoop
    private let question: StatusQuestion
    private let screen: LiveScreen
    private var keys: TerminalKeys?
    private var signals: [SignalWatcher] = []
    private var timer: LoopTimer?
    private var picture = StatusPicture()
    private var answeredAt: Instant
    private var isAsking = false
    /// The signal that ended it; nil where a key did.
    private var end: Int32?

    /// Shows it until the end.
    ///
    /// - Returns: the signal that ended it, nil where somebody pressed q or Ctrl-C.
    static func run(_ question: StatusQuestion, on screen: LiveScreen) throws -> Int32? {
        let watch = try StatusWatch(question, screen)
        defer { watch.loop.shutdown() }
        try watch.watchSignals()
        watch.enter()
        defer { watch.leave() }
        watch.tick()
        watch.loop.run()
        return watch.end
    }

    private init(_ question: StatusQuestion, _ screen: LiveScreen) throws {
        self.question = question
        self.screen = screen
        loop = try EventLoop()
        answeredAt = loop.now
        picture.part = question.part
        keys = TerminalKeys(loop) { [weak self] key in
            if key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") { self?.loop.stop() }
        }
        timer = try LoopTimer(loop) { [weak self] in self?.tick() }
    }

    /// Each that ends a process, and can be caught, gives the terminal back first; so does one that stops it.
    private func watchSignals() throws {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            signals.append(
                try SignalWatcher(loop, signal: number) { [weak self] number in
                    self?.end = number == SIGINT ? nil : number
                    self?.loop.stop()
                })
        }
        signals.append(try SignalWatcher(loop, signal: SIGWINCH) { [weak self] _ in self?.draw() })
        signals.append(
            try SignalWatcher(loop, signal: SIGTSTP) { [weak self] _ in
                self?.leave()
                kill(getpid(), SIGSTOP)
                // Here it goes on, when it is taken up again.
                self?.enter()
                self?.draw()
            })
    }

    private func enter() {
        keys?.enter()
        screen.enter()
    }

    private func leave() {
        screen.leave()
        keys?.leave()
    }

    private func tick() {
        guard screen.hasReader else { return loop.stop() }
        timer?.arm(at: loop.now.adding(seconds: Self.period))
        let seconds = loop.now.seconds(since: answeredAt)
        if picture.silence != nil {
            picture.silence?.seconds = seconds
        } else if seconds >= Self.quiet {
            picture.silence = StatusPicture.Silence(seconds: seconds, cause: StatusWords.stillWaiting)
        }
        ask()
        draw()
    }

    private func draw() {
        screen.draw { picture.rows(on: $0) }
    }

    private func ask() {
        guard !isAsking else { return }
        isAsking = true
        loop.inThreadPool { [question] in
            question.ask()
        } done: { [weak self] outcome in
            self?.isAsking = false
            self?.heard(outcome)
        }
    }

    private func heard(_ outcome: StatusQuestion.Outcome) {
        switch outcome {
        case .answered(_, let text):
            answeredAt = loop.now
            picture = StatusPicture(lines: text, part: question.part, time: LogTime.clock())
        case .failed(let brief, _):
            picture.silence = StatusPicture.Silence(seconds: loop.now.seconds(since: answeredAt), cause: brief)
        }
        draw()
    }
}
