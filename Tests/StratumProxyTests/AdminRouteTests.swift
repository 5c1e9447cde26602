import Testing

@testable import StratumProxy

@Suite("The paths of the admin port")
struct AdminRouteTests {
    @Test(
        "Each path leads where the documents say",
        arguments: [
            ("/", .page("index.html")), ("/page.css", .page("page.css")), ("/healthz", .health), ("/readyz", .ready),
            ("/api/v1/state", .state), ("/api/v1/rigs", .rigs), ("/api/v1/history", .history),
            ("/api/v1/tiers", .tiers), ("/api/v1/events", .events),
            ("/metrics", .metrics), ("/1/summary", .proxySummary),
            ("/2/summary", .proxySummary), ("/api.json", .proxySummary), ("/1/workers", .proxyWorkers),
            ("/1/miners", .proxyMiners), ("/1/config", .restricted), ("/2/config", .restricted),
            ("/json_rpc", .restricted), ("/m/1/summary", .minerSummary(rig: nil, version: 1)),
            ("/m/2/summary", .minerSummary(rig: nil, version: 2)), ("/m/api.json", .minerSummary(rig: nil, version: 1)),
            ("/rig/attic/1/summary", .minerSummary(rig: "attic", version: 1)),
            ("/rig/a/b/2/summary", .minerSummary(rig: "a/b", version: 2)),
        ] as [(String, AdminRoute)])
    func known(path: String, route: AdminRoute) {
        #expect(AdminRoute(path) == route)
    }

    @Test(
        "Other paths lead nowhere, or to a file of the page that isn't there",
        arguments: ["", "/api/v1", "/api/v1/state/", "/rig//1/summary", "/x/1/summary", "/../etc/passwd", "/1/", "m"])
    func unknown(path: String) {
        #expect(AdminRoute(path) == nil)
    }

    @Test("Only the page and the probes come without a token")
    func tokens() {
        for path in ["/", "/page.js", "/healthz", "/readyz"] {
            #expect(AdminRoute(path)?.needsToken == false, "\(path)")
        }
        for path in ["/api/v1/state", "/metrics", "/1/miners", "/rig/a/1/summary", "/json_rpc", "/api/v1/tiers"] {
            #expect(AdminRoute(path)?.needsToken == true, "\(path)")
        }
    }

    @Test("The machine's id is 16 hex digits, the same each time and another one at another port")
    func id() {
        #expect(MachineID.text("farm", port: 3356).count == 16)
        #expect(MachineID.text("farm", port: 3356) == MachineID.text("farm", port: 3356))
        #expect(MachineID.text("farm", port: 3356) != MachineID.text("farm", port: 3357))
    }
}
