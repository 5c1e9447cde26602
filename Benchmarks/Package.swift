// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product neither builds nor ships any of this (docs/performance.md).
let package = Package(
    name: "stratum-proxy-benchmarks",
    dependencies: [.package(name: "stratum-proxy", path: "..")],
    targets: [
        .systemLibrary(name: "CLoadGenerator", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .executableTarget(
            name: "LoadGenerator", dependencies: ["CLoadGenerator"],
            swiftSettings: [.unsafeFlags(["-warnings-as-errors"])]),
        // The core alone, without sockets: the same work takes the same instructions at each run.
        .executableTarget(
            name: "InstructionCount", dependencies: [.product(name: "ProxyCore", package: "stratum-proxy")],
            swiftSettings: [.unsafeFlags(["-warnings-as-errors"])],
            linkerSettings: [.linkedLibrary("m")]),
    ],
    swiftLanguageModes: [.v6]
)
