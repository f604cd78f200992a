import Foundation
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Whoever has an old service key, or can write to the directory alone, while the vault changes to a new one.
@Suite struct ServiceKeyAttackTests {
    private func key(_ path: String) throws -> ServiceKeys {
        try ServiceKeys(try SecretFile(path).readKey(as: KeyRole.Service.self))
    }

    private func put(_ bytes: [UInt8], _ path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try bytes.withUnsafeBytes { try VaultDirectory.writeNew($0, to: path, mode: 0o600) }
    }

    private func expectSound(_ vault: TemporaryVault) throws {
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    /// A new key in force, no row moved yet.
    private func moving() throws -> (vault: TemporaryVault, old: ServiceKeys) {
        let vault = try TemporaryVault()
        try vault.enrol()
        let old = try key(VaultDirectory(vault.path).serviceKey)
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.change(change.bytes, uid: 0)
        return (vault, old)
    }

    @Test func `while rows move, a config sealed with the key before is not taken`() throws {
        let (vault, old) = try moving()
        let directory = VaultDirectory(vault.path)
        let strange = AuditorRecord(name: try required(AuditorName("thief")), auth: [UInt8](repeating: 7, count: 32), operatorHeld: false,
            added: vault.clock.now())
        let kept = try FileBytes.read(directory.checkpoint)
        var (head, config): (LogHeadRow?, ConfigRow?)
        #expect {
            try vault.reopen {
                let store = try VaultDatabase(path: directory.database, creating: false, sealer: KeySet(service: old))
                try store.commit { changes in
                    let unchecked = changes.snapshot.unchecked()
                    head = try unchecked.logHead()
                    config = try unchecked.config()
                    let (before, row) = (try required(head), try required(config))
                    var forged = try VaultConfig(body: row.body)
                    forged.auditors[strange.name] = strange
                    let inForce = try ConfigInForce(forged)
                    try changes.put(ConfigRow(number: row.number, body: inForce.body))
                    try changes.put(LogHeadRow(frontier: before.frontier, time: before.time, config: inForce.digest))
                }
                try store.close()
            }
        } throws: { ($0 as? VaultError)?.code == .integrity }
        #expect(try FileBytes.read(directory.checkpoint) == kept)
        // With the vault's own rows back it starts again.
        try vault.reopenAfterFailure {
            let new = try key(directory.serviceKey)
            let store = try VaultDatabase(path: directory.database, creating: false, sealer: KeySet(service: new))
            try store.commit { changes in
                try changes.put(try required(config))
                try changes.put(try required(head))
            }
            try store.close()
        }
        try vault.vault.workOffRotations()
        try expectSound(vault)
    }

    @Test func `a genuine row of the rotation, put back after its end with the old key, does not bring that key back`() throws {
        let (vault, _) = try moving()
        let directory = VaultDirectory(vault.path)
        let (bytes, pepper) = (try FileBytes.read(directory.serviceKey + ".old"), try FileBytes.read(directory.pepper))
        let row = try required(try vault.reader.store.read { try $0.rotation(.serviceKey) })
        #expect(row.finished == nil)
        try vault.vault.workOffRotations()
        let finished = try required(try vault.reader.store.read { try $0.rotation(.serviceKey) })
        func write(_ row: RotationRow) throws {
            // The seal is the same that the vault made; with the key it is made again here.
            let new = try key(directory.serviceKey)
            let store = try VaultDatabase(path: directory.database, creating: false, sealer: KeySet(service: new))
            try store.commit { try $0.put(row) }
            try store.close()
        }
        #expect {
            try vault.reopen {
                try write(row)
                try put(bytes, directory.serviceKey + ".old")
                try put(pepper, directory.pepper + ".old")
            }
        } throws: { ($0 as? VaultError)?.detail.contains("the log says that it is over") == true }
        try vault.reopenAfterFailure {
            try write(finished)
            for path in [directory.serviceKey, directory.pepper] { try FileManager.default.removeItem(atPath: path + ".old") }
        }
        try expectSound(vault)
    }

    @Test func `how far rows have moved is not taken from the key before`() throws {
        let (vault, old) = try moving()
        var row = try required(try vault.reader.store.read { try $0.rotation(.serviceKey) })
        row.finished = vault.clock.now()
        let store = try VaultDatabase(
            path: VaultDirectory(vault.path).database, creating: false, sealer: KeySet(service: old))
        try store.commit { try $0.put(row) }
        try store.close()
        #expect(throws: StoreError.rowSeal(table: "rotation")) { try vault.vault.workOffRotations() }
        #expect(throws: StoreError.rowSeal(table: "rotation")) { try vault.vault.setRotationRate(1, of: "service_key") }
    }

    @Test func `a next key that is planted under the key before, while rows move, is none when they have moved`() throws {
        let (vault, old) = try moving()
        let directory = VaultDirectory(vault.path)
        let (bytes, pepper) = (try FileBytes.read(directory.serviceKey + ".old"), try FileBytes.read(directory.pepper))
        try vault.reopen {
            let store = try VaultDatabase(path: directory.database, creating: false, sealer: KeySet(service: old))
            try store.commit { try $0.put(NextKeyRow(logKey: old.log.publicKey.bytes)) }
            try store.close()
        }
        try vault.vault.workOffRotations()
        try put(bytes, directory.serviceKey + ".next")
        try put(pepper, directory.pepper + ".next")
        guard case .serviceKey(let named) = try vault.vault.proposeServiceKey().operation else { throw Unexpected("no key") }
        #expect(named.log != old.log.publicKey.bytes)
        try expectSound(vault)
    }

    @Test func `while rows move, the old log key's word counts only for the tree that it was the key of`() throws {
        let (vault, old) = try moving()
        let directory = VaultDirectory(vault.path)
        let own = vault.vault.checkpoint()
        let whole = try Checkpoint(parsing: try SignedNote(parsing: own).text)
        // What the thief signs over the log as it is: the same tree, and no word of the vault's.
        #expect {
            try vault.reopen {
                try VaultDirectory.replace(directory.checkpoint, with: try whole.signedNote(with: old.log), mode: 0o600)
            }
        } throws: { ($0 as? VaultError)?.detail.contains("does not verify") == true }
        // Cut off between the change and its checkpoint, the note of before is right.
        var before = Frontier()
        let entries = try vault.entries().count
        try vault.reopenAfterFailure {
            let reader = try VaultDatabase.openForReading(path: directory.database, sealer: NoSealer())
            let page = try reader.read { try $0.logEntries(from: 0, limit: 1000) }
            for (_, entry) in page.dropLast() { before.append(leaf: MerkleHash.leaf(entry)) }
            #expect(page.count == entries)
            let note = try Checkpoint(origin: whole.origin, frontier: before).signedNote(with: old.log)
            try VaultDirectory.replace(directory.checkpoint, with: note, mode: 0o600)
        }
        try vault.vault.workOffRotations()
        try expectSound(vault)
    }

    /// Two files, written by whoever can write to the directory and waits for the operator.
    @Test(arguments: ["before the proposal", "over the one that waits", "before a pepper's change"])
    func `a planted next key never comes into force, and does not stay`(_ moment: String) throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let (theirs, pepper) = (Sodium.randomBytes(32), Sodium.randomBytes(32))
        let thief = try ServiceKeys(try ServiceKey(copying: theirs))
        let own = try moment == "over the one that waits" ? vault.vault.proposeServiceKey() : nil
        try put(theirs, directory.serviceKey + ".next")
        try put(pepper, directory.pepper + ".next")
        if moment == "before a pepper's change" {
            _ = try vault.vault.rotatePepper(uid: 0)
            #expect(!VaultDirectory.exists(directory.serviceKey + ".next"))
        }
        if let own {
            // The key that the change names is gone.
            #expect { try vault.vault.change(own.bytes, uid: 0) } throws: { ($0 as? VaultError)?.code == .conflict }
        }
        let change = try vault.vault.proposeServiceKey()
        guard case .serviceKey(let named) = change.operation else { throw Unexpected("\(change.operation)") }
        #expect(named.log != thief.log.publicKey.bytes)
        #expect(try FileBytes.read(directory.serviceKey + ".next") != theirs)
        // Not by a change of their own words either.
        try put(theirs, directory.serviceKey + ".next")
        let current = try key(directory.serviceKey)
        let cross = current.log.sign(
            type: LogKeyChain.type,
            object: try LogKeyChain.object(
                vault: vault.vault.id, from: current.log.publicKey.bytes, to: thief.log.publicKey.bytes))
        let wrong = try vault.vault.propose(
            .serviceKey(
                ConfigOperation.ServiceKeyChange(
                    log: thief.log.publicKey.bytes, issuing: thief.issuing.publicKey.bytes, cross: cross)))
        #expect { try vault.vault.change(wrong.bytes, uid: 0) } throws: { ($0 as? VaultError)?.code == .conflict }
        try vault.reopen()
        #expect(!VaultDirectory.exists(directory.serviceKey + ".next"))
        let right = try vault.vault.proposeServiceKey()
        try vault.vault.change(right.bytes, uid: 0)
        try vault.vault.workOffRotations()
        try expectSound(vault)
    }

    @Test func `the key before does not come back as the next one`() throws {
        let (vault, old) = try moving()
        let directory = VaultDirectory(vault.path)
        let (bytes, pepper) = (try FileBytes.read(directory.serviceKey + ".old"), try FileBytes.read(directory.pepper))
        try vault.vault.workOffRotations()
        try put(bytes, directory.serviceKey + ".next")
        try put(pepper, directory.pepper + ".next")
        let change = try vault.vault.proposeServiceKey()
        guard case .serviceKey(let named) = change.operation else { throw Unexpected("\(change.operation)") }
        #expect(named.log != old.log.publicKey.bytes)
        #expect(try FileBytes.read(directory.serviceKey + ".next") != bytes)
    }

    @Test func `a next key that is not wanted any more is withdrawn, and its change is worth nothing`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        #expect { try vault.vault.withdrawServiceKey() } throws: { ($0 as? VaultError)?.code == .notFound }
        let change = try vault.vault.proposeServiceKey()
        try vault.reopen()
        #expect(VaultDirectory.exists(directory.serviceKey + ".next"))
        try vault.vault.withdrawServiceKey()
        #expect(!VaultDirectory.exists(directory.serviceKey + ".next"))
        #expect(!VaultDirectory.exists(directory.pepper + ".next"))
        #expect { try vault.vault.change(change.bytes, uid: 0) } throws: { ($0 as? VaultError)?.code == .conflict }
        #expect(try vault.vault.proposeServiceKey().bytes != change.bytes)
        try expectSound(vault)
    }

    /// The files become credentials between the proposal and the change.
    @Test func `a prepared key is not put in force where systemd has the keys, and the vault starts again`() throws {
        let vault = try TemporaryVault()
        let directory = VaultDirectory(vault.path)
        try vault.enrol()
        let change = try vault.vault.proposeServiceKey()
        try vault.vault.close()
        let folder = directory.path + "-credentials"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        chmod(folder, 0o700)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (from, to) in [(directory.serviceKey, "rvault.service-key"), (directory.pepper, "rvault.pepper")] {
            try FileManager.default.copyItem(atPath: from, toPath: folder + "/" + to)
            chmod(folder + "/" + to, 0o600)
        }
        func open() throws -> Vault {
            try Vault(
                openingAt: vault.path, source: ServiceKeySource(directory, credentials: folder), clocks: vault.clock.clocks)
        }
        let opened = try open()
        #expect { try opened.change(change.bytes, uid: 0) } throws: { ($0 as? VaultError)?.code == .setup }
        #expect(opened.keys.now.alsoAccepted == nil)
        try opened.close()
        try open().close()
        try vault.reopenAfterFailure {}
        try expectSound(vault)
    }
}
