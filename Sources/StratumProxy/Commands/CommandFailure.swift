import ArgumentParser
import Glibc

/// A command that can't do what it should, with one clear sentence for the operator. Exit code 1.
///
/// Mistakes on the command line itself are ArgumentParser's `ValidationError` (exit code 64).
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    /// The program's exit code.
    let status: Int32

    init(_ message: String, status: Int32 = 1) {
        description = message
        self.status = status
    }
}

/// Lines for standard error.
enum StandardError {
    /// Writes `line` and a newline; that nobody can read it is no fault.
    static func print(_ line: String) {
        print(line, isError: false)
    }

    /// The same; an error of the command line has its colour whatever it says.
    static func print(_ line: String, isError: Bool) {
        // What was printed before it stands before it, where both go to one place.
        fflush(nil)
        let bytes = Array((Terminal.at(STDERR_FILENO).shown(line, isError: isError) + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
