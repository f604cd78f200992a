// swift-tools-version: 6.2
import PackageDescription

/// One array for every Swift target, so that no room is checked less strictly than another.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "ResidentVault",
    products: [
        .library(name: "ResidentVault", targets: ["ResidentVault"]),
        .library(name: "VaultClient", targets: ["VaultClient"]),
        .executable(name: "rvaultd", targets: ["rvaultd"]),
        .executable(name: "rvault", targets: ["rvault"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CLinux"),
        .target(name: "CStore"),
        .target(name: "VaultModel", swiftSettings: settings),
        // Every unsafe call of this room is marked, because it is the one that hands pointers to C.
        .target(name: "VaultCrypto", dependencies: ["CSodium"], swiftSettings: settings + [.strictMemorySafety()]),
        .target(name: "VaultPolicy", dependencies: ["VaultModel", yams], swiftSettings: settings),
        .target(name: "VaultAudit", dependencies: ["VaultCrypto", "VaultModel"], swiftSettings: settings),
        .target(
            name: "VaultStore",
            dependencies: [
                "CStore", "VaultModel", "VaultAudit", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(name: "VaultImport", dependencies: ["VaultModel", yams], swiftSettings: settings),
        .target(
            name: "ResidentVault",
            dependencies: ["VaultModel", "VaultPolicy", "VaultStore", "VaultAudit", "VaultCrypto", "CLinux", logging],
            swiftSettings: settings),
        .target(name: "VaultAPI", dependencies: ["VaultModel"], swiftSettings: settings),
        .target(name: "VaultClient", dependencies: ["VaultAPI", "VaultModel"] + nio, swiftSettings: settings),
        .executableTarget(
            name: "rvaultd",
            dependencies: [
                "ResidentVault", "VaultAPI", "VaultModel", "CLinux", argumentParser, logging,
                .product(name: "NIOExtras", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ] + nio,
            resources: [.embedInCode("Resources/openapi.yaml")],
            swiftSettings: settings),
        .executableTarget(
            name: "rvault",
            dependencies: [
                "VaultClient", "VaultAPI", "VaultAudit", "VaultImport", "VaultPolicy", "VaultCrypto", "VaultModel",
                "CLinux", argumentParser,
            ],
            swiftSettings: settings),

        // `make bench`. It opens vaults in process, so it may use every room; nothing may use it.
        .target(name: "CBench", dependencies: ["CSodium"], linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "vault-bench",
            dependencies: [
                "CBench", "ResidentVault", "VaultAPI", "VaultAudit", "VaultCrypto", "VaultModel", "VaultPolicy", argumentParser,
            ],
            exclude: ["instructions.tsv"],
            swiftSettings: settings),

        .target(name: "VaultTestSupport", dependencies: ["VaultModel"], path: "Tests/VaultTestSupport", swiftSettings: settings),
        .testTarget(
            name: "ResidentVaultTests",
            dependencies: [
                "ResidentVault", "VaultModel", "VaultCrypto", "VaultStore", "VaultAudit", "VaultPolicy", "VaultTestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "VaultStoreTests",
            dependencies: ["VaultStore", "VaultModel", "VaultTestSupport", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings),
        // Real processes on real sockets: it imports no room of ours and sees what a user sees.
        .testTarget(
            name: "SystemTests", dependencies: ["rvault", "rvaultd"], exclude: ["Independent"], swiftSettings: settings),
        .testTarget(name: "rvaultdTests", dependencies: ["rvaultd", "VaultAPI"], swiftSettings: settings),
        .testTarget(name: "LayeringTests", swiftSettings: settings),
        .testTarget(name: "VaultModelTests", dependencies: ["VaultModel", "VaultTestSupport"], swiftSettings: settings),
        .testTarget(
            name: "VaultCryptoTests", dependencies: ["VaultCrypto", "VaultModel", "VaultTestSupport", "CSodium"],
            exclude: ["Vectors"], swiftSettings: settings),
        .testTarget(
            name: "VaultAuditTests", dependencies: ["VaultAudit", "VaultCrypto", "VaultModel", "VaultTestSupport"],
            swiftSettings: settings),
        .testTarget(name: "VaultPolicyTests", dependencies: ["VaultPolicy", "VaultModel"], swiftSettings: settings),
        .testTarget(name: "VaultAPITests", dependencies: ["VaultAPI", "VaultModel"], swiftSettings: settings),
        .testTarget(
            name: "rvaultTests",
            dependencies: [
                "rvault", "VaultClient", "VaultAPI", "VaultAudit", "VaultImport", "VaultPolicy", "VaultCrypto",
                "VaultModel", argumentParser,
            ] + nio,
            swiftSettings: settings),
        .testTarget(name: "vault-benchTests", dependencies: ["vault-bench", "VaultModel"], swiftSettings: settings),
        .testTarget(name: "VaultImportTests", dependencies: ["VaultImport", "VaultModel"], swiftSettings: settings),
    ]
)
