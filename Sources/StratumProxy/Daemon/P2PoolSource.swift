import EventLoop
import Glibc
import HTTPFetch
import Upstreams

/// Where p2pool's API documents are, and one of them on its way at a time.
final class P2PoolSource {
    /// What p2pool's documents are read from.
    enum Place {
        case directory(String)
        case web(WebSource)
    }

    /// What has come of a document.
    enum Outcome {
        /// Its content, and when it was written in Unix seconds, where that is known.
        case found([UInt8], modified: Double?)
        /// There is none, for this reason.
        case failed(FileFailure)
        /// The server could not be asked at all.
        case unreachable(HTTPFailure)
    }

    let place: Place
    private let loop: EventLoop
    private var reading: FileReading?
    private var transfer: HTTPTransfer?

    init(_ loop: EventLoop, _ place: Place) {
        self.loop = loop
        self.place = place
    }

    /// Whether the documents come through the network.
    var isWeb: Bool {
        switch place {
        case .directory: false
        case .web: true
        }
    }

    /// Reads one document. One at a time.
    func read(_ file: P2PoolFile, done: @escaping (Outcome) -> Void) {
        switch place {
        case .directory(let path):
            reading = loop.readFile("\(path)/\(file.path)", limit: P2PoolFile.longest) { result in
                switch result {
                case .success(let contents):
                    done(.found(contents.bytes, modified: Double(contents.modifiedMilliseconds) / 1000))
                case .failure(let failure):
                    done(.failed(Self.failure(failure)))
                }
            }
        case .web(let source):
            transfer = source.fetch("/\(file.path)", limit: P2PoolFile.longest) { result in
                switch result {
                case .success(let response): done(Self.outcome(response))
                case .failure(.tooLarge): done(.failed(.tooLarge))
                case .failure(let failure): done(.unreachable(failure))
                }
            }
        }
    }

    /// Forgets the document on its way.
    func cancel() {
        reading?.cancel()
        transfer?.cancel()
    }

    private static func outcome(_ response: HTTPResponse) -> Outcome {
        switch response.status {
        case 200: .found(response.body, modified: response.lastModified)
        case 404, 410: .failed(.missing)
        case 401, 403: .failed(.unreadable)
        case let status: .failed(.failed(Int32(clamping: status)))
        }
    }

    private static func failure(_ failure: FileReadingFailure) -> FileFailure {
        switch failure {
        case .notFound: .missing
        case .permissionDenied: .unreadable
        case .tooLarge: .tooLarge
        // A loop of symbolic links is no file either.
        case .notRegular, .other("ELOOP"): .notAFile
        case .other: .failed(EIO)
        }
    }
}

// What is wrong with a document, for the operator.
extension P2PoolSource {
    /// The kind of trouble, the same for the same trouble at another time; nil if there is none.
    static func trouble(_ health: FileHealth) -> String? {
        switch health {
        case .unread, .good: nil
        case .failed(let failure): "\(failure)"
        case .empty: "empty"
        case .broken: "broken"
        case .implausible: "implausible"
        case .inFuture: "in future"
        case .stale: "stale"
        }
    }

    /// What is wrong and what helps; nil if nothing is wrong.
    func explanation(_ health: FileHealth, of file: P2PoolFile) -> String? {
        switch (place, health) {
        case (.directory(let path), .failed(.unreadable)):
            // Users and groups are looked up only where they are named: that may take its time.
            health.explanation(of: file, user: Self.userName, group: Self.groupName(of: "\(path)/local"))
        case (.web(let source), .failed(.missing)):
            file.isLocal
                ? "\(source.description)/\(file.path) is missing: start p2pool with --local-api as well"
                : "\(source.description)/\(file.path) is missing: check the address"
        case (.web(let source), .failed(.unreadable)):
            "\(source.description) refuses \(file.path) to us"
        case (.web(let source), .failed(.failed(let status))):
            "\(source.description) answers with status \(status) for \(file.path)"
        case (.web, .empty), (.web, .broken):
            "\(file.path) came empty, cut off or as something other than JSON"
        case _:
            health.explanation(of: file)
        }
    }

    private static var userName: String? {
        getpwuid(geteuid()).flatMap { String(validatingCString: $0.pointee.pw_name) }
    }

    private static func groupName(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, let group = getgrgid(status.st_gid) else { return nil }
        return String(validatingCString: group.pointee.gr_name)
    }
}
