import Foundation
import Testing

/// The house's table (design, section 10): which room may import which. The compiler lets a transitive import through,
/// so every `import` line is read here.
@Suite struct LayeringTests {
    private static let rooms: [String: Set<String>] = [
        "CSodium": [], "CLinux": [], "CStore": [],
        "VaultModel": [],
        "VaultCrypto": ["CSodium"],
        "VaultPolicy": ["VaultModel"],
        // The design draws VaultAudit above VaultCrypto alone; entries are typed values, so it also reads VaultModel,
        // which is below everything.
        "VaultAudit": ["VaultCrypto", "VaultModel"],
        "VaultStore": ["CStore", "VaultModel", "VaultAudit"],
        "VaultImport": ["VaultModel"],
        "ResidentVault": ["VaultModel", "VaultPolicy", "VaultStore", "VaultAudit", "VaultCrypto", "CLinux"],
        "VaultAPI": ["VaultModel"],
        "VaultClient": ["VaultAPI", "VaultModel"],
        "rvaultd": ["ResidentVault", "VaultAPI", "VaultModel", "CLinux"],
        "rvault": [
            "VaultClient", "VaultAPI", "VaultAudit", "VaultImport", "VaultPolicy", "VaultCrypto", "VaultModel", "CLinux",
        ],
        // Measures the rooms from outside; no room may use it.
        "CBench": ["CSodium"],
        "vault-bench": ["CBench", "ResidentVault", "VaultAPI", "VaultAudit", "VaultCrypto", "VaultModel", "VaultPolicy"],
    ]

    /// What comes from outside, and who may bring it in.
    private static let outside: [String: Set<String>] = [
        "GRDB": ["VaultStore"], "GRDBSQLite": ["VaultStore"], "Yams": ["VaultPolicy", "VaultImport"],
        "NIOCore": ["VaultClient", "rvaultd"], "NIOPosix": ["VaultClient", "rvaultd"],
        "NIOHTTP1": ["VaultClient", "rvaultd"], "NIOExtras": ["rvaultd"], "ServiceLifecycle": ["rvaultd"],
        "UnixSignals": ["rvaultd"], "ArgumentParser": ["rvaultd", "rvault", "vault-bench"], "Logging": ["ResidentVault", "rvaultd"],
    ]
    private static let system: Set<String> = ["Foundation", "FoundationEssentials", "Synchronization", "Dispatch", "Glibc"]

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private static func imports() throws -> [(room: String, file: String, module: String)] {
        var found: [(room: String, file: String, module: String)] = []
        for room in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
            guard let files = FileManager.default.enumerator(atPath: sources.appending(path: room).path) else { continue }
            for case let file as String in files where file.hasSuffix(".swift") {
                let text = try String(contentsOf: sources.appending(path: room).appending(path: file), encoding: .utf8)
                for line in text.split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                        words[..<position].allSatisfy({
                            ["public", "package", "internal", "private", "fileprivate"].contains($0) || $0.hasPrefix("@")
                        })
                    else { continue }
                    found.append((room, file, String(words[position + 1].split(separator: ".")[0])))
                }
            }
        }
        return found
    }

    @Test func `every import is allowed by the house`() throws {
        let imports = try Self.imports()
        #expect(imports.count > 200)
        for (room, file, module) in imports {
            let allowed = Self.rooms[room]?.contains(module) == true || Self.outside[module]?.contains(room) == true
                || Self.system.contains(module)
            #expect(allowed, "\(room)/\(file) imports \(module)")
        }
    }

    @Test func `every room of the house exists and no other does`() throws {
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
        #expect(Set(found) == Set(Self.rooms.keys))
    }

    @Test func `dependencies point down only`() {
        func reaches(_ room: String, _ target: String) -> Bool {
            Self.rooms[room, default: []].contains { $0 == target || reaches($0, target) }
        }
        for room in Self.rooms.keys { #expect(!reaches(room, room)) }
    }

    @Test func `the room that holds the data cannot open it, and the command line cannot reach the database`() {
        #expect(Self.rooms["VaultStore"]?.contains("VaultCrypto") == false)
        #expect(Self.rooms["rvault"]?.isDisjoint(with: ["VaultStore", "ResidentVault"]) == true)
        #expect(Self.rooms["rvaultd"]?.isDisjoint(with: ["VaultStore", "VaultCrypto", "VaultPolicy", "VaultAudit"]) == true)
    }

    @Test(arguments: ["VaultCrypto", "VaultPolicy", "VaultAudit", "VaultStore", "VaultImport", "VaultAPI"])
    func `nothing below the public library is public`(room: String) throws {
        let directory = Self.sources.appending(path: room)
        let files = try #require(FileManager.default.enumerator(atPath: directory.path))
        for case let file as String in files where file.hasSuffix(".swift") {
            let text = try String(contentsOf: directory.appending(path: file), encoding: .utf8)
            for line in text.split(separator: "\n") {
                let trimmed = line.drop { $0 == " " }
                #expect(!trimmed.hasPrefix("public ") || trimmed.hasPrefix("public import"), "\(room)/\(file): \(trimmed)")
            }
        }
    }
}
