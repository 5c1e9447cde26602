import EventLoop
import HTTPFetch

extension CloseReason {
    /// The reason in words for a log line.
    var text: String {
        switch self {
        case .requested: "closed by us"
        case .finished: "ended by us"
        case .peerClosed: "the peer closed the connection"
        case .peerClosedInHandshake: "the peer closed the connection during the TLS handshake"
        case .connectFailed(let name): "connect failed (\(name))"
        case .failed(let name): "connection failed (\(name))"
        case .outputOverflow: "the peer does not read what it is sent"
        case .tlsNotEnabled: "TLS is not enabled here"
        case .tls(let text): "TLS: \(text)"
        }
    }
}

extension HTTPFailure {
    /// What happened, in words for the operator. Peers' words in it are plain ASCII, and short.
    var text: String {
        switch self {
        case .badAddress: "the address is not http or https"
        case .busy: "too many requests at a time"
        case .nameNotFound: "its name can't be resolved"
        case .connectFailed("ECONNREFUSED"): "nothing listens there (ECONNREFUSED)"
        case .connectFailed(let name): "can't connect (\(name))"
        case .proxy(let text): "the SOCKS5 proxy: \(text)"
        case .timedOut(.resolving): "its name was not resolved in time"
        case .timedOut(.connecting): "no connection in time"
        case .timedOut(.answering): "no complete answer in time"
        case .certificate(let text): "its certificate is refused: \(text)"
        case .noAuthorities: "the certificate authorities can't be read; is the package ca-certificates installed?"
        case .tls(let text): "TLS failed: \(text)"
        case .connectionLost: "the connection ended before the answer was complete"
        case .tooLarge: "the answer is too large"
        case .redirectRefused: "it redirects to an address that is not followed (only https to https)"
        case .tooManyRedirects: "it redirects again and again"
        case .notHTTP: "it does not speak HTTP"
        case .other(let code): "libcurl error \(code)"
        }
    }
}
