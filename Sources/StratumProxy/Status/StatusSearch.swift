import EventLoop

/// Asks the sockets at which a proxy may answer, one after the other.
struct StatusSearch {
    /// What was found at a socket.
    enum Finding: Equatable {
        /// The answer.
        case answer([UInt8])
        /// Nothing listens there.
        case nothing
        /// It is closed to this user.
        case closed
        /// Somebody listens and does not answer.
        case silent
        /// Another error, by the system's words.
        case failed(String)
    }

    /// Seconds for an answer.
    static let patience = 5

    /// The first socket that answered, and what it said.
    private(set) var answer: (path: String, bytes: [UInt8])?
    /// What was found before it.
    private(set) var others: [(path: String, finding: Finding)] = []

    /// Asks at `paths` until one answers. `ask` is replaced by tests.
    init(_ paths: [String], ask: (String) -> Finding = Self.ask) {
        for path in paths {
            let finding = ask(path)
            if case .answer(let bytes) = finding {
                answer = (path, bytes)
                return
            }
            others.append((path, finding))
        }
    }

    /// Asks at one socket.
    static func ask(_ path: String) -> Finding {
        do throws(LoopError) {
            return .answer(try LocalListener.ask(path: path, seconds: patience))
        } catch {
            switch error.name {
            case "ENOENT", "ENOTDIR", "ECONNREFUSED": return .nothing
            case "EACCES", "EPERM": return .closed
            case "EAGAIN": return .silent
            case _: return .failed("\(error)")
            }
        }
    }

    /// Why there is no answer, in a line for each socket that is more than absent.
    var failure: String {
        let present = others.filter { $0.finding != .nothing }
        guard present.isEmpty else {
            return present.map { StatusWords.text($0.finding, at: $0.path) }.joined(separator: "\n")
        }
        return StatusWords.nothing(at: others.map(\.path))
    }
}
