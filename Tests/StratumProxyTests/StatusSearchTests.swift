import Testing

@testable import StratumProxy

@Suite("N2: status finds the proxy")
struct StatusSearchTests {
    @Test("With a configuration's directory first, then the service's, then the user's own")
    func order() {
        let paths = ControlSocket.candidates(stateDirectory: "/mine", environment: ["HOME": "/home/me"])
        #expect(
            paths == [
                "/mine/control.sock", "/run/stratum-proxy/control.sock", "/var/lib/stratum-proxy/control.sock",
                "/home/me/.local/state/stratum-proxy/control.sock",
            ])
        let own = "/home/me/.local/state/stratum-proxy"
        #expect(ControlSocket.candidates(stateDirectory: own, environment: ["HOME": "/home/me"]).count == 3)
    }

    @Test("In a container it looks where the image says that the state is: `docker exec NAME stratum-proxy status`")
    func container() {
        let environment: Environment = ["HOME": "/data", "STATE_DIRECTORY": "/data/state"]
        let paths = ControlSocket.candidates(stateDirectory: nil, environment: environment)
        #expect(paths.first == "/data/state/control.sock")
        #expect(ControlSocket.candidates(stateDirectory: "/data/state", environment: environment).count == paths.count)
    }

    @Test("A service answers where systemd lets its group in, anybody else in the state directory")
    func ofDaemon() {
        let service = ControlSocket.ofDaemon(
            stateDirectory: "/var/lib/stratum-proxy",
            environment: ["RUNTIME_DIRECTORY": "/run/stratum-proxy:/run/other"])
        #expect(service == ControlSocket(path: "/run/stratum-proxy/control.sock", isForGroup: true))
        #expect(ControlSocket.ofDaemon(stateDirectory: "/s", environment: [:]).isForGroup == false)
    }

    @Test("The first that answers is shown")
    func first() {
        let search = StatusSearch(["/a", "/b", "/c"]) { $0 == "/a" ? .nothing : .answer(Array($0.utf8)) }
        #expect(search.answer?.path == "/b")
    }

    // Fault N02.
    @Test("Where nothing answers each place is named; it is not said that no proxy runs anywhere")
    func nothing() {
        let text = StatusSearch(["/a", "/b"]) { _ in .nothing }.failure
        #expect(text.hasPrefix("nothing answers at /a, /b: ") && text.contains("docker exec"))
    }

    @Test("One that is closed, or stuck, is told before those that are not there")
    func present() {
        let text = StatusSearch(["/a", "/b"]) { $0 == "/a" ? .nothing : .silent }.failure
        #expect(text == "the proxy does not answer at /b within 5 s: it is stopped or stuck")
    }
}
