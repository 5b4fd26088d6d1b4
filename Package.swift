// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

/// Our own libraries: the pure core, and adapters that each see the core and one library of the outside world.
/// What belongs to a provider of renders stands in `Sources/Providers`.
func library(_ name: String, _ dependencies: [Target.Dependency], in folder: String = "") -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(folder)\(name)", swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], in folder: String = ""
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(folder)\(name)", exclude: exclude, swiftSettings: strict)
}

let providers = "Providers/"
/// What providers, and their simulators, have in common.
let shared = "Providers/Shared/"

/// What reads foreign bytes. `make fuzz` links it with libFuzzer, which has a loop of its own; otherwise it is a test.
let fuzzed: [Target.Dependency] = [
    "RenderCore", "RenderYAML", "ProviderSupport", "DashScope", "RenderEngine", "CEmbedded", httpTypes,
]
let fuzzing: [Target] =
    Context.environment["RENDERDROP_FUZZ"] == nil
    ? [
        .testTarget(
            name: "FuzzTests", dependencies: fuzzed, exclude: ["CFuzzer", "Corpus", "Driver", "words.dict"],
            swiftSettings: strict)
    ]
    : [
        .systemLibrary(name: "CFuzzer", path: "Tests/FuzzTests/CFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: fuzzed + ["CFuzzer"], path: "Tests/FuzzTests",
            exclude: ["CFuzzer", "Corpus", "CorpusTests.swift", "words.dict"], swiftSettings: strict),
    ]

let package = Package(
    name: "renderdrop",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "renderdrop", targets: ["renderdrop"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.90.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CEmbedded"),

        library("RenderCore", [httpTypes]),
        library("RenderYAML", ["RenderCore", "CYAML"]),
        library("Hashing", ["CCrypto"]),
        library("RenderHTTP", ["RenderCore", "Hashing", "CCurl", httpTypes]),
        library("ProviderSupport", ["RenderCore", httpTypes], in: shared),
        library("DashScope", ["RenderCore", "ProviderSupport", httpTypes], in: providers),
        library("WaveSpeed", ["RenderCore", "ProviderSupport", httpTypes], in: providers),
        library("QwenProxy", ["RenderCore", "ProviderSupport", httpTypes], in: providers),
        library("LedgerSQLite", ["RenderCore", "CLinux", .product(name: "GRDB", package: "GRDB.swift")]),
        library("HotFolder", ["RenderCore", "CLinux", "Hashing"]),
        library("RenderEngine", ["RenderCore", httpTypes]),
        library(
            "SimulatorSupport",
            [
                "CZlib", "CEmbedded", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
            ], in: shared),
        library(
            "DashScopeSimulator",
            [
                "SimulatorSupport", "CZlib", "CCrypto", "CEmbedded", httpTypes,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], in: providers),
        library(
            "WaveSpeedSimulator",
            [
                "SimulatorSupport", httpTypes, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], in: providers),
        library(
            "QwenProxySimulator",
            [
                "SimulatorSupport", httpTypes, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
            ], in: providers),
        library(
            "RenderdropCommands",
            [
                "RenderCore", "RenderYAML", "RenderHTTP", "ProviderSupport", "DashScope", "WaveSpeed", "QwenProxy",
                "LedgerSQLite", "HotFolder", "RenderEngine", "DashScopeSimulator", "WaveSpeedSimulator",
                "QwenProxySimulator", "CEmbedded", httpTypes,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(name: "renderdrop", dependencies: ["RenderdropCommands"], swiftSettings: strict),

        library("RenderTestSupport", ["RenderCore", httpTypes]),
        // `make bench` runs it: what the poll plan and the lanes reach, without a clock.
        .executableTarget(
            name: "pace-simulation", dependencies: ["RenderTestSupport"], path: "Benchmarks/Simulation",
            swiftSettings: strict),
        tests("RenderCoreTests", ["RenderCore", "RenderTestSupport"], exclude: ["Golden"]),
        tests("RenderRulesTests", ["RenderCore"]),
        tests("RenderInputTests", ["RenderCore", "RenderYAML", "DashScope", "CEmbedded", "RenderTestSupport"]),
        tests("RenderYAMLTests", ["RenderCore", "RenderYAML"]),
        tests("RenderHTTPTests", ["RenderCore", "RenderHTTP", "Hashing", httpTypes]),
        tests(
            "DashScopeTests", ["RenderCore", "RenderYAML", "ProviderSupport", "DashScope", "CEmbedded", httpTypes],
            in: providers),
        tests(
            "WaveSpeedTests",
            [
                "RenderCore", "RenderYAML", "RenderHTTP", "ProviderSupport", "WaveSpeed", "WaveSpeedSimulator",
                "CEmbedded", httpTypes,
            ],
            in: providers),
        tests(
            "QwenProxyTests",
            [
                "RenderCore", "RenderYAML", "RenderHTTP", "ProviderSupport", "QwenProxy", "QwenProxySimulator",
                "CEmbedded", httpTypes,
            ], in: providers),
        tests("LedgerContractTests", ["RenderCore", "LedgerSQLite", "RenderTestSupport"]),
        tests(
            "LedgerSQLiteTests",
            ["RenderCore", "LedgerSQLite", "RenderTestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
        tests("HotFolderTests", ["RenderCore", "HotFolder", "RenderTestSupport"]),
        tests(
            "RenderEngineTests",
            [
                "RenderCore", "RenderEngine", "RenderYAML", "DashScope", "HotFolder", "LedgerSQLite", "CEmbedded",
                "RenderTestSupport", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        // What people and programs read: screens, folder files, messages, JSON.
        tests(
            "ScreenTests",
            [
                "RenderCore", "RenderEngine", "RenderYAML", "HotFolder", "LedgerSQLite", "CEmbedded",
                "RenderdropCommands",
                "RenderTestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], exclude: ["Golden"]),
        tests("ArchitectureTests", []),
        tests(
            "DashScopeSimulatorTests",
            ["DashScopeSimulator", "DashScope", "RenderCore", "RenderYAML", "CEmbedded", "CZlib"],
            in: providers),
        tests(
            "ProviderLineTests",
            ["RenderCore", "RenderHTTP", "ProviderSupport", "DashScope", "DashScopeSimulator", "RenderTestSupport"],
            in: providers),
        tests(
            "LostAnswerTests",
            [
                "RenderCore", "RenderEngine", "RenderYAML", "RenderHTTP", "ProviderSupport", "DashScope",
                "LedgerSQLite",
                "HotFolder", "CEmbedded", "DashScopeSimulator", "RenderTestSupport",
            ]),
        tests(
            "CommandTests",
            [
                "RenderCore", "RenderYAML", "RenderHTTP", "ProviderSupport", "DashScope", "LedgerSQLite", "HotFolder",
                "RenderEngine",
                "DashScopeSimulator", "WaveSpeedSimulator", "QwenProxySimulator", "CEmbedded", "RenderTestSupport",
            ]),
    ] + fuzzing
)
