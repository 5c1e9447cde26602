import Testing

/// The real program between scripted pools and rigs: real sockets, real TLS, real time. The names in brackets are those of
/// the matrix of faults that the tests are taken from (R: rigs, U: upstreams, S: system).
@Suite("The daemon", .ownThreads)
enum DaemonTests {}
