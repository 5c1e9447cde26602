// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product neither builds nor ships any of this (docs/contributing.md#fuzzers-sanitizers-soak). Its targets are
// links to the product's: all of it is built again with the fuzzer's counters in it.
let strict: [SwiftSetting] = [
    .unsafeFlags(["-warnings-as-errors"]),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "stratum-proxy-fuzzing",
    targets: [
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "ProxyTerms", swiftSettings: strict),
        .target(name: "StrictJSON", dependencies: ["ProxyTerms"], swiftSettings: strict),
        .target(name: "StratumCodec", dependencies: ["ProxyTerms", "StrictJSON"], swiftSettings: strict),
        .target(name: "SplitScheduler", dependencies: ["ProxyTerms", "StrictJSON"], swiftSettings: strict),
        .target(name: "Upstreams", dependencies: ["ProxyTerms", "StrictJSON", "StratumCodec"], swiftSettings: strict),
        .target(
            name: "Statistics", dependencies: ["ProxyTerms", "StrictJSON", "SplitScheduler"], swiftSettings: strict),
        .target(
            name: "ProxyCore",
            dependencies: ["ProxyTerms", "StrictJSON", "StratumCodec", "SplitScheduler", "Upstreams"],
            swiftSettings: strict),
        .target(name: "Alerts", dependencies: ["ProxyTerms"], swiftSettings: strict),
        // What the configuration is read from; no fuzzer opens a file or a socket.
        .target(name: "EventLoop", dependencies: ["CLibuv", "COpenSSL", "ProxyTerms"], swiftSettings: strict),
        // The part of the program that reads its configuration.
        .target(
            name: "Configuration",
            dependencies: [
                "ProxyTerms", "StrictJSON", "SplitScheduler", "Upstreams", "ProxyCore", "EventLoop", "Alerts",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "Fuzzing",
            dependencies: [
                "ProxyTerms", "StrictJSON", "StratumCodec", "SplitScheduler", "Upstreams", "Statistics", "ProxyCore",
                "Configuration",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
