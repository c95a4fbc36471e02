// swift-tools-version: 6.2
import PackageDescription

/// One set of settings for every target of ours: a warning is an error, existentials are spelled out,
/// and an import says whether it is part of a module's interface.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// For what tests run for minutes on end, the rules and the simulator: optimized in debug builds, too. Their checks stay.
let optimized = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
/// What Hummingbird stands on.
let nio = ["NIOCore", "NIOHTTP1", "NIOPosix"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A module of ours with its tests beside it, which may need more.
func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], testing more: [Target.Dependency] = [],
    exclude: [String] = [], settings: [SwiftSetting] = strict
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings),
        .testTarget(
            name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies + more,
            swiftSettings: strict),
    ]
}

let package = Package(
    name: "confirmd",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Of its traits none: streams and field masks are not for us.
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/attaswift/BigInt", exact: "6.0.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // C for one thing: its #embed puts the .sql files into the executable at no cost to the build.
        .target(name: "CMigrations", path: "Sources/Store/Migrations"),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .executableTarget(name: "confirmd", dependencies: ["Daemon"], swiftSettings: strict),
        .executableTarget(
            name: "confirmd-bench",
            dependencies: [
                "Bitcoin", "Chain", "EVM", "Hashing", "NodeHTTP", "Payments", "Postgres", "Store", "Sync",
                "TestSupport", "Tron", "Watcher", arguments, bigInt, logging, protobuf,
            ], swiftSettings: strict),
        .executableTarget(name: "confirmd-devnet", dependencies: ["Devnet"], swiftSettings: strict),
        .executableTarget(
            name: "confirmd-simulate", dependencies: ["Simulation", arguments], swiftSettings: strict),
        .testTarget(name: "confirmdTests", dependencies: ["TestSupport"], swiftSettings: strict),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    ]
        + module("Hashing", ["CCrypto"], settings: optimized)
        + module("Chain", settings: optimized)
        + module("Payments", ["Chain", "Hashing", bigInt], settings: optimized)
        + module("Sync", ["Chain", "Hashing"], settings: optimized)
        + module("Telemetry")
        + module("NodeHTTP", ["CCurl", "Chain"])
        + module("Postgres", ["CPostgres", logging])
        + module("Bitcoin", ["Chain", "Hashing", "NodeHTTP"])
        + module("EVM", ["Chain", "Hashing", "NodeHTTP"])
        + module("Tron", ["Chain", "Hashing", "NodeHTTP", protobuf], exclude: ["Messages/tron.proto"])
        + module(
            "Store", ["CMigrations", "Chain", "Hashing", "Payments", "Postgres", bigInt, logging],
            exclude: ["Comments", "Functions", "Migrations", "Views", "schema.sql"], settings: optimized)
        + module(
            "Watcher", ["Chain", "Payments", "Store", "Sync", "Telemetry", logging], testing: [bigInt, "Postgres"],
            settings: optimized)
        + module("Devnet", ["Chain", "Hashing", "NodeHTTP", arguments, hummingbird, lifecycle, logging])
        + module(
            "Simulation", ["Chain", "Payments", "Store", "Sync", "Watcher", bigInt, logging], testing: ["Postgres"],
            settings: optimized)
        + module(
            "Daemon",
            [
                "Bitcoin", "Chain", "EVM", "NodeHTTP", "Payments", "Postgres", "Store", "Sync", "Telemetry", "Tron",
                "Watcher", arguments, lifecycle, logging, signals, yams,
            ] + nio)
)
