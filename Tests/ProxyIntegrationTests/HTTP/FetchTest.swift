import EventLoop
import HTTPFetch
import ProxyTerms
import Testing

@testable import StratumProxy

/// A loop with a fetcher, and certificates for servers.
final class FetchTest {
    typealias Outcome = Result<HTTPResponse, HTTPFailure>

    let test: LoopTest
    let loop: EventLoop
    let fetcher: HTTPFetcher
    /// The certificate of `tls`, which vouches for itself.
    let certificate: String
    /// For servers that are called `localhost`.
    let tls: TLSContext

    private init(_ test: LoopTest, directory: String) throws {
        self.test = test
        loop = test.loop
        fetcher = try HTTPFetcher(test.loop)
        certificate = "\(directory)/localhost.pem"
        tls = try Self.context(directory, "localhost")
    }

    /// Runs `body`, and frees everything.
    static func run(_ body: (FetchTest) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            try LoopTest.run { test in
                let fetchTest = try FetchTest(test, directory: directory)
                defer { fetchTest.fetcher.close() }
                try body(fetchTest)
            }
        }
    }

    /// A server's context with a certificate of this name, kept in `directory` as `name.pem`.
    static func context(_ directory: String, _ name: String) throws -> TLSContext {
        let (certificate, key) = ("\(directory)/\(name).pem", "\(directory)/\(name).key")
        try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: name)
        return try TLSContext.server(certificateFile: certificate, keyFile: key)
    }

    /// What lies below `base`.
    func source(_ base: String, deadlineSeconds: Double = 5) -> WebSource {
        WebSource(
            fetcher: fetcher, base: base, userAgent: "stratum-proxy/test", authorityFile: certificate,
            deadlineSeconds: deadlineSeconds)
    }

    /// A request as the watchers make them, trusting `certificate`.
    func request(_ address: String, limit: Int = 256 << 10) -> HTTPRequest {
        var request = HTTPRequest(address: address, bodyLimit: limit, userAgent: "stratum-proxy/test")
        request.authorityFile = certificate
        return request
    }

    /// Fetches and waits for the outcome.
    func fetch(_ request: HTTPRequest) throws -> Outcome {
        var outcome: Outcome?
        fetcher.fetch(request) { outcome = $0 }
        #expect(outcome == nil, "called back from inside a call")
        try test.run { outcome != nil }
        return try #require(outcome)
    }

    /// Fetches an address and waits for the outcome.
    func fetch(_ address: String, limit: Int = 256 << 10) throws -> Outcome {
        try fetch(request(address, limit: limit))
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPFailure {
    /// The body as a text, of an answer.
    var text: String? {
        if case .success(let response) = self { String(decoding: response.body, as: UTF8.self) } else { nil }
    }

    /// What went wrong.
    var failure: HTTPFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
