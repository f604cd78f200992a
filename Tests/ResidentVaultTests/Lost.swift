import Foundation
import Testing
import VaultAudit
import VaultModel
import VaultStore

@testable import ResidentVault

/// Everything that lay outside the lost machine, and what was known before.
final class Lost {
    let root: String
    let vault: TemporaryVault
    private(set) var custodians: [TestCustodian] = []
    var people: [String: (login: LoginName, code: [UInt8])] = [:]
    var grants: [String: (grant: GrantID, pairwise: String)] = [:]
    /// A piece of every cell that the erased resident had, and of the erased field's.
    var erasedCells: [[UInt8]] = []
    /// Checkpoints handed out before the loss: at the export, and after it.
    var exported: [UInt8] = []
    var beyond: [UInt8] = []

    init(custodians: Bool) throws {
        root = "/tmp/rvr-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
        let apps = ["health", "education", "property", "committee"]
        guard custodians else {
            vault = try TemporaryVault(apps: apps)
            return
        }
        let made = try TemporaryVault.withCustodians(apps: apps)
        vault = made.0
        self.custodians = made.1
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var backup: String { root + "/backup" }
    var tiles: String { root + "/tiles" }
    var keys: (service: String, pepper: String) { (root + "/service.key", root + "/pepper") }
    var new: String { root + "/new" }

    func phone(_ name: String) -> String { "138001\(38000 + (Self.names.firstIndex(of: name) ?? 99))" }
    static let names = ["stays", "erased", "field", "revokes", "pauses", "resumes", "changes", "unopened", "new", "gives"]

    func enrol(_ name: String) throws {
        people[name] = try vault.enrol(
            SamplePerson.make(name, phone: phone(name), born: "1980-01-16", sequence: 100 + people.count))
    }

    func activate(_ name: String) throws {
        let letter = try required(people[name])
        _ = try vault.vault.activate(code: letter.code, passphrase: Array("correct horse \(name)".utf8), uid: 1001)
    }

    func caller(_ name: String) throws -> ResidentCaller {
        let opened = try vault.vault.logIn(
            try required(people[name]).login, passphrase: Array("correct horse \(name)".utf8), uid: 1001)
        return try vault.vault.authenticate(resident: opened.session, uid: 1001)
    }

    func agree(_ name: String) throws {
        let caller = try caller(name)
        let request = try vault.ask("health", "health.followup", phone: phone(name))
        let grant = try vault.vault.approve(
            request, fields: [try required(FieldName("health.chronic"))], until: nil, caller: caller)
        let state = try vault.vault.requestState(request, caller: try vault.caller("health"), reader: vault.reader)
        grants[name] = (grant, try required(state.resident).base32)
    }

    func reference(_ name: String) throws -> ResidentReference {
        try vault.reader.store.read { snapshot in
            try required(try snapshot.resident(login: required(people[name]).login)).reference
        }
    }

    func erase(_ name: String) throws {
        let reference = try reference(name)
        erasedCells += try vault.reader.store.read { try $0.cells(of: reference).map { Array($0.blob.prefix(24)) } }
        _ = try vault.vault.erase(
            .everything, login: try required(people[name]).login, ground: .movedOut, uid: 0, reader: vault.reader)
    }

    func eraseField(_ name: String, _ field: String) throws {
        let reference = try reference(name)
        let field = try required(FieldName(field))
        erasedCells += try vault.reader.store.read { [Array(try required(try $0.cell(resident: reference, field: field)).blob.prefix(24))] }
        _ = try vault.vault.erase(
            .fields([field]), login: try required(people[name]).login, ground: .unlawful, uid: 0, reader: vault.reader)
    }

    func backUp() throws { try write(try vault.vault.backUp(uid: 0), to: backup) }

    func write(_ stream: BackupStream, to path: String) throws {
        var bytes: [UInt8] = []
        while true {
            let piece = try stream.next()
            guard !piece.isEmpty else { break }
            bytes += piece
        }
        try Data(bytes).write(to: URL(filePath: path))
    }

    /// What `rvault audit export` writes.
    func export() throws { exported = try export(vault.vault, to: tiles) }

    /// - Returns: the checkpoint.
    @discardableResult
    func export(_ vault: Vault, to directory: String) throws -> [UInt8] {
        let entries = try vault.store.reader().read { try $0.logEntries(from: 0, limit: 1_000_000) }
        let note = vault.checkpoint()
        func write(_ path: TilePath, _ bytes: [UInt8]) throws {
            let file = URL(filePath: directory + "/" + path.text)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        var builder = TileBuilder()
        for (_, entry) in entries { try builder.append(entry, leaf: MerkleHash.leaf(entry), full: write) }
        for (path, bytes) in builder.partial { try write(path, bytes) }
        try Data(note).write(to: URL(filePath: directory + "/checkpoint"))
        return note
    }

    /// The machine is gone; its keys were kept elsewhere.
    func lose() throws {
        for (name, target) in [("service.key", keys.service), ("pepper", keys.pepper)] {
            try FileManager.default.copyItem(atPath: vault.path + "/" + name, toPath: target)
        }
        beyond = vault.vault.checkpoint()
    }

    @discardableResult
    func restore(
        checkpoints: [[UInt8]] = [], tiles: String? = nil, to directory: String? = nil, service: String? = nil,
        olderService: String? = nil, olderPepper: String? = nil, from file: String? = nil
    ) throws -> RestoreReport? {
        try VaultRestore(backup: file ?? backup, directory: directory ?? new, tiles: tiles ?? self.tiles, checkpoints: checkpoints)
            .run(serviceKey: service ?? keys.service, pepper: keys.pepper, olderServiceKey: olderService, olderPepper: olderPepper, clocks: vault.clock.clocks)
    }

    /// A community with a backup, and life after it.
    static func lived(custodians: Bool) throws -> Lost {
        let lost = try Lost(custodians: custodians)
        for name in Lost.names where name != "new" { try lost.enrol(name) }
        for name in Lost.names where name != "new" && name != "unopened" { try lost.activate(name) }
        for name in ["stays", "erased", "field", "revokes", "pauses", "resumes", "changes"] { try lost.agree(name) }
        try lost.vault.vault.pause(try required(lost.grants["resumes"]).grant, caller: lost.caller("resumes"))
        _ = try lost.vault.item("health", "health.followup", required(lost.grants["stays"]).pairwise, ["health.chronic"])
        try lost.backUp()

        try lost.erase("erased")
        try lost.eraseField("field", "health.chronic")
        try lost.vault.vault.revoke(try required(lost.grants["revokes"]).grant, caller: lost.caller("revokes"))
        try lost.vault.vault.pause(try required(lost.grants["pauses"]).grant, caller: lost.caller("pauses"))
        try lost.vault.vault.resume(try required(lost.grants["resumes"]).grant, caller: lost.caller("resumes"))
        _ = try lost.vault.vault.changePassphrase(
            old: Array("correct horse changes".utf8), new: Array("another good phrase".utf8), caller: lost.caller("changes"))
        try lost.activate("unopened")
        try lost.enrol("new")
        try lost.activate("new")
        try lost.agree("new")
        try lost.agree("gives")
        _ = try lost.vault.vault.removeApp(try required(AppName("education")), uid: 0)
        try lost.export()
        for _ in 0..<3 { _ = try lost.vault.item("health", "health.followup", required(lost.grants["stays"]).pairwise, ["health.chronic"]) }
        try lost.lose()
        return lost
    }

    /// Logs one of them in at a vault, the lost one or what was put in its place.
    func logIn(_ vault: Vault, _ name: String, _ passphrase: String? = nil) throws -> ResidentCaller {
        let opened = try vault.logIn(
            try required(people[name]).login, passphrase: Array((passphrase ?? "correct horse \(name)").utf8),
            uid: UInt32.random(in: 1000...60_000))
        return try vault.authenticate(resident: opened.session, uid: 1001)
    }
}
