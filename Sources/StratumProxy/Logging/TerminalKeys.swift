import EventLoop
import Glibc

/// The keys of the terminal at standard input, one by one and without an echo. Those that are signals (Ctrl-C, Ctrl-Z) stay signals.
final class TerminalKeys {
    /// An open file of our own: the loop makes it non-blocking, which the shell's must not be.
    private let descriptor: Int32
    private var before = termios()
    private var poller: Poller?

    /// nil where standard input is no terminal: a program can do without keys.
    init?(_ loop: EventLoop, pressed: @escaping (UInt8) -> Void) {
        descriptor = open("/proc/self/fd/\(STDIN_FILENO)", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0, tcgetattr(descriptor, &before) == 0 else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        poller = try? Poller(loop, descriptor: descriptor) { [weak self] _ in self?.read(pressed) }
        poller?.watch(.readable)
    }

    deinit {
        poller?.close()
        close(descriptor)
    }

    /// Keys come one by one from now on.
    func enter() {
        var now = before
        now.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(descriptor, TCSANOW, &now)
    }

    /// The terminal is as it was.
    func leave() {
        tcsetattr(descriptor, TCSANOW, &before)
    }

    private func read(_ pressed: (UInt8) -> Void) {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        // The terminal is gone; SIGHUP says so, too.
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { poller?.watch([]) }
        for byte in bytes.prefix(max(0, count)) { pressed(byte) }
    }
}
