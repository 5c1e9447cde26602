import Glibc
import StrictJSON

/// Ends the process where a promise is broken; libFuzzer keeps what led there.
func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fail(promise()) }
}

/// Ends the process: something was found.
func fail(_ finding: String) -> Never {
    let line = Array("broken promise: \(finding)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}

/// Whether `bytes` are one JSON text.
func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
    (try? JSONDocument(bytes)) != nil
}

/// Whether `bytes` are lines of JSON, each with its end.
func areJSONLines(_ bytes: [UInt8]) -> Bool {
    guard bytes.last == 0x0A else { return bytes.isEmpty }
    return bytes.split(separator: 0x0A).allSatisfy { line in [UInt8](line).withUnsafeBytes(isJSON) }
}

/// Takes numbers from the front of the input; zeros when it is used up.
struct Draws {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 {
        guard let first = rest.first else { return 0 }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        return first
    }

    mutating func word() -> UInt16 {
        let low = UInt16(byte())
        return low | UInt16(byte()) << 8
    }

    mutating func long() -> UInt32 {
        let low = UInt32(word())
        return low | UInt32(word()) << 16
    }

    /// Bytes up to the next `end` byte, which is taken and left out.
    mutating func text(until end: UInt8) -> UnsafeRawBufferPointer {
        let length = rest.firstIndex(of: end) ?? rest.count
        let text = UnsafeRawBufferPointer(rebasing: rest.prefix(length))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(length + 1))
        return text
    }
}
