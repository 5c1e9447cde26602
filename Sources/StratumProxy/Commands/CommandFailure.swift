import ArgumentParser
import Glibc

/// A command that can't do what it should, with one clear sentence for the operator. Exit code 1.
///
/// Mistakes on the command line itself are ArgumentParser's `ValidationError` (exit code 64).
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ message: String) {
        description = message
    }
}

/// Lines for standard error.
enum StandardError {
    /// Writes `line` and a newline; that nobody can read it is no fault.
    static func print(_ line: String) {
        // What was printed before it stands before it, where both go to one place.
        fflush(nil)
        let bytes = Array((line + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
