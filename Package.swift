// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors in every target of ours; the language mode is Swift 6.
let strict: [SwiftSetting] = [
    .unsafeFlags(["-warnings-as-errors"]),
    // Accesses that overlap are found by the tests, which are built for debugging; the checks cost a quarter of what a
    // share costs (docs/performance.md).
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    .enableUpcomingFeature("ExistentialAny"),
]

// Optimized for debugging, too: the tests simulate months, which takes them six minutes of a core otherwise, and ten
// seconds so. Every check stays: there is no `assert` in these, and -O keeps preconditions, overflow and exclusivity.
let optimized = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

// Set by scripts/build alone: a developer's build is not made anew with each commit.
let commit = Context.environment["STRATUM_PROXY_COMMIT"] ?? ""

let package = Package(
    name: "stratum-proxy",
    products: [
        .executable(name: "stratum-proxy", targets: ["StratumProxy"]),
        // For Benchmarks/ only.
        .library(name: "ProxyCore", targets: ["ProxyTerms", "SplitScheduler", "ProxyCore"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
    ],
    targets: [
        // The C libraries, as Debian ships them.
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        .systemLibrary(name: "CMicrohttpd", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),

        // No pkg-config file comes with it.
        .systemLibrary(name: "CRandomX", providers: [.apt(["librandomx-dev"])]),

        // What the build says of itself.
        .target(name: "CCommit", cSettings: [.define("STRATUM_PROXY_COMMIT", to: "\"\(commit)\"")]),

        // The core: values in, values out. No I/O, no clock, no Foundation (scripts/check-purity).
        .target(name: "ProxyTerms", swiftSettings: optimized),
        .target(name: "StrictJSON", dependencies: ["ProxyTerms"], swiftSettings: optimized),
        .target(name: "StratumCodec", dependencies: ["ProxyTerms", "StrictJSON"], swiftSettings: optimized),
        .target(
            name: "SplitScheduler", dependencies: ["ProxyTerms", "StrictJSON"], swiftSettings: optimized),
        // The schedule's simulator, its rivals, worlds and judge.
        .target(
            name: "ScheduleLab", dependencies: ["ProxyTerms", "StrictJSON", "SplitScheduler"], swiftSettings: optimized),
        .target(
            name: "Upstreams", dependencies: ["ProxyTerms", "StrictJSON", "StratumCodec"], swiftSettings: optimized),
        .target(
            name: "Statistics", dependencies: ["ProxyTerms", "StrictJSON", "SplitScheduler"], swiftSettings: strict),
        .target(
            name: "ProxyCore",
            dependencies: ["ProxyTerms", "StrictJSON", "StratumCodec", "SplitScheduler", "Upstreams"],
            swiftSettings: optimized),
        // The rows of the store, how they are rolled up and asked for.
        .target(name: "History", dependencies: ["ProxyTerms"], swiftSettings: strict),
        // What of all that happens is told to whom, and when (docs/alerts.md).
        .target(name: "Alerts", dependencies: ["ProxyTerms"], swiftSettings: strict),
        // The forms in which other programs tell what we do: xmrig, xmrig-proxy, Prometheus.
        .target(name: "APIForms", dependencies: ["ProxyTerms", "StrictJSON"], swiftSettings: strict),
        .target(
            name: "SimulatedPeers", dependencies: ["ProxyTerms", "StrictJSON", "StratumCodec"], swiftSettings: optimized
        ),

        // The shell: performs what the core returns.
        .target(name: "EventLoop", dependencies: ["CLibuv", "COpenSSL", "ProxyTerms"], swiftSettings: strict),
        .target(name: "HTTPFetch", dependencies: ["CCurl", "EventLoop", "ProxyTerms"], swiftSettings: strict),
        // Proves shares (docs/architecture.md#proof).
        .target(name: "RandomX", dependencies: ["CRandomX", "EventLoop", "ProxyTerms"], swiftSettings: strict),
        // Writes and reads the store (docs/store.md).
        .target(name: "Store", dependencies: ["CSQLite", "History", "ProxyTerms"], swiftSettings: strict),
        // The files of the page, as bytes in the program.
        .target(name: "CAdminPage"),
        // Answers readers of the admin port (docs/api.md).
        .target(
            name: "AdminHTTP", dependencies: ["CAdminPage", "CMicrohttpd", "EventLoop", "ProxyTerms"],
            exclude: ["Page"], swiftSettings: strict),
        .executableTarget(
            name: "StratumProxy",
            dependencies: [
                "ProxyTerms", "StrictJSON", "StratumCodec", "SplitScheduler", "ScheduleLab", "Upstreams", "Statistics",
                "ProxyCore",
                "SimulatedPeers", "EventLoop", "HTTPFetch", "APIForms", "AdminHTTP", "RandomX", "CCommit", "History",
                "Store", "Alerts",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),

        .testTarget(
            name: "ProxyTermsTests", dependencies: ["ProxyTerms"], swiftSettings: strict),
        .testTarget(
            name: "StrictJSONTests", dependencies: ["ProxyTerms", "StrictJSON"], swiftSettings: strict),
        .testTarget(
            name: "StratumCodecTests", dependencies: ["ProxyTerms", "StrictJSON", "StratumCodec"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "SplitSchedulerTests", dependencies: ["ProxyTerms", "SplitScheduler"], swiftSettings: strict),
        .testTarget(
            name: "ScheduleLabTests", dependencies: ["ProxyTerms", "SplitScheduler", "ScheduleLab"],
            swiftSettings: strict),
        .testTarget(
            name: "UpstreamsTests", dependencies: ["ProxyTerms", "StratumCodec", "Upstreams"], swiftSettings: strict),
        .testTarget(
            name: "StatisticsTests", dependencies: ["ProxyTerms", "StrictJSON", "SplitScheduler", "Statistics"],
            swiftSettings: strict),
        .testTarget(
            name: "ProxyCoreTests",
            dependencies: [
                "ProxyTerms", "StrictJSON", "StratumCodec", "SplitScheduler", "Upstreams", "ProxyCore",
                "SimulatedPeers",
            ],
            swiftSettings: optimized),
        // The shell's own tests that open no socket, watch no file and start no process.
        .testTarget(
            name: "ConfigurationTests",
            dependencies: [
                "ProxyTerms", "StratumCodec", "SplitScheduler", "Upstreams", "ProxyCore", "Alerts", "StratumProxy",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "StratumProxyTests",
            dependencies: [
                "ProxyTerms", "StrictJSON", "StratumCodec", "SplitScheduler", "Upstreams", "Statistics", "ProxyCore",
                "SimulatedPeers", "History", "Store", "Alerts", "StratumProxy",
            ],
            exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(name: "HistoryTests", dependencies: ["ProxyTerms", "History"], swiftSettings: strict),
        .testTarget(name: "AlertsTests", dependencies: ["ProxyTerms", "Alerts"], swiftSettings: strict),
        // A program that the store's tests kill.
        .executableTarget(
            name: "StoreLoad", dependencies: ["ProxyTerms", "History", "Store"], path: "Tests/StoreLoad",
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["ProxyTerms", "History", "Store", "StoreLoad"], swiftSettings: strict),
        .testTarget(
            name: "APIFormsTests", dependencies: ["ProxyTerms", "StrictJSON", "APIForms"], swiftSettings: strict),
        .testTarget(
            name: "AdminHTTPTests", dependencies: ["ProxyTerms", "EventLoop", "AdminHTTP"], swiftSettings: strict),
        .testTarget(
            name: "RandomXTests", dependencies: ["ProxyTerms", "EventLoop", "RandomX"], swiftSettings: strict),
        .testTarget(
            name: "ProxyIntegrationTests",
            dependencies: [
                "ProxyTerms", "StratumCodec", "SplitScheduler", "Upstreams", "ProxyCore", "SimulatedPeers",
                "EventLoop", "CLibuv", "COpenSSL", "HTTPFetch", "AdminHTTP", "Statistics", "History", "Store",
                "Alerts", "StratumProxy",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
