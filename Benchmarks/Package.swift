// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that the product neither builds nor ships any of this (docs/performance.md).
let package = Package(
    name: "stratum-proxy-benchmarks",
    targets: [
        .systemLibrary(name: "CLoadGenerator", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .executableTarget(
            name: "LoadGenerator", dependencies: ["CLoadGenerator"],
            swiftSettings: [.unsafeFlags(["-warnings-as-errors"])]),
    ],
    swiftLanguageModes: [.v6]
)
