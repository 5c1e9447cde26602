import CMicrohttpd

/// A finished answer. It can be given to any number of readers.
public final class HTTPDocument {
    /// The code of its first line.
    public let status: HTTPStatus
    /// libmicrohttpd's own.
    let response: OpaquePointer

    /// What every answer says: browsers take it for what it says it is, tell no other site where they come from, and show it in no
    /// frame.
    private static let always = [
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
    ]

    /// A document of `type`. Unless `headers` say otherwise nobody keeps it.
    public init(_ status: HTTPStatus = .ok, type: String, headers: [(String, String)] = [], _ body: [UInt8]) {
        self.status = status
        let made = body.withUnsafeBytes { bytes in
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let made else { preconditionFailure("out of memory") }
        response = made
        add(headers: [("Content-Type", type)] + headers)
    }

    /// JSON.
    public convenience init(_ status: HTTPStatus = .ok, json: String, headers: [(String, String)] = []) {
        self.init(status, type: "application/json", headers: headers, Array((json + "\n").utf8))
    }

    /// An answer whose bytes are not known yet.
    init(stream response: OpaquePointer, type: String) {
        status = .ok
        self.response = response
        add(headers: [("Content-Type", type)])
    }

    private func add(headers: [(String, String)]) {
        for (name, value) in Self.always + headers { MHD_add_response_header(response, name, value) }
        guard !headers.contains(where: { $0.0 == "Cache-Control" }) else { return }
        MHD_add_response_header(response, "Cache-Control", "no-store")
    }

    deinit {
        MHD_destroy_response(response)
    }
}

/// The codes that the admin port answers with.
public enum HTTPStatus: UInt32, Sendable {
    case ok = 200
    case noContent = 204
    case notModified = 304
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case unavailable = 503
}
