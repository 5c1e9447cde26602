import EventLoop
import Glibc
import HTTPFetch
import Statistics

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
                    done(.found(contents.bytes, modified: contents.modified))
                case .failure(let failure):
                    done(.failed(FileFailure(failure)))
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
}

extension FileFailure {
    /// Why a file of p2pool's directory could not be read.
    init(_ failure: FileReadingFailure) {
        self =
            switch failure {
            case .notFound: .missing
            case .permissionDenied: .unreadable
            case .tooLarge: .tooLarge
            case .notRegular: .notAFile
            case .other(let code): .failed(code)
            }
    }
}

extension P2PoolSource {
    /// The words for what is wrong with its documents.
    var words: P2PoolWords {
        switch place {
        case .directory(let path): P2PoolWords(refusal: { .reading("\(path)/\($0.path)") })
        case .web(let web): P2PoolWords(source: .web(web.description))
        }
    }
}
