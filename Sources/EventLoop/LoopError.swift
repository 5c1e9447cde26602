import CLibuv

/// An operation the operating system refused.
public struct LoopError: Error, Equatable, CustomStringConvertible {
    /// The system's name of the error, for example `EADDRINUSE`.
    public let name: String

    /// What happened, in words.
    public let text: String

    /// The error libuv returned as a negative number.
    init(_ status: Int32) {
        name = Self.name(of: status)
        text = String(cString: uv_strerror(status))
    }

    /// The error that `errno` holds, or held.
    public init(errno code: Int32) {
        self.init(uv_translate_sys_error(code))
    }

    /// An error of our own making.
    init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Name and words, for a log line.
    public var description: String { "\(text) (\(name))" }

    /// The name of an error libuv returned as a negative number.
    static func name(of status: Int32) -> String {
        String(cString: uv_err_name(status))
    }
}
