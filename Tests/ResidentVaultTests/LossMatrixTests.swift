import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Each row of the article `LossMatrix`: what a thief gets open with it, what stops, and how to come back. `Thief` tries
/// everything on the real rows; that it does open what it should is part of each test, so that none passes by trying
/// nothing.
@Suite struct LossMatrixTests {
    static let words = "correct horse battery"

    static func move(_ from: String, _ to: String) throws { try FileManager.default.moveItem(atPath: from, toPath: to) }

    // MARK: The vault's own keys

    @Test func `the service key: a thief of it opens nothing; lost, nothing starts until it is put back`() throws {
        let scene = try LossScene()
        let key = try FileBytes.read(scene.directory.serviceKey)
        #expect(try scene.thief.with(secrets: [key], passphrases: [Self.words]).steal().isEmpty)
        try scene.vault.vault.close()
        try Self.move(scene.directory.serviceKey, scene.vault.path + "-key")
        #expect { try Vault(openingAt: scene.vault.path) } throws: { ($0 as? VaultError)?.code == .setup }
        // Some other key in its place, such as a new one.
        try [UInt8](repeating: 3, count: 32).withUnsafeBytes { try VaultDirectory.writeNew($0, to: scene.directory.serviceKey, mode: 0o600) }
        #expect { try Vault(openingAt: scene.vault.path) } throws: { ($0 as? VaultError)?.code == .setup }
        unlink(scene.directory.serviceKey)
        // k custodians bring it back with their files; k − 1 do not.
        #expect(try !scene.thief.with(custodians: [scene.custodians[1]]).steal().secrets.contains(key))
        #expect(try scene.thief.with(custodians: [scene.custodians[0], scene.custodians[2]]).steal().secrets.contains(key))
        try scene.vault.reopenAfterFailure { try Self.move(scene.vault.path + "-key", scene.directory.serviceKey) }
        #expect(try scene.logIn().resident == scene.resident.resident)
        try scene.expectSound()
    }

    @Test func `the pepper: a thief of it opens nothing without a passphrase; lost, no passphrase works until it is put back`() throws {
        let scene = try LossScene()
        let pepper = try FileBytes.read(scene.directory.pepper)
        #expect(try scene.thief.with(secrets: [pepper]).steal().isEmpty)
        // What it is for: with it and the disk a weak passphrase can be guessed, without it not even a known one tried.
        #expect(try scene.thief.with(secrets: [pepper], passphrases: ["wrong horse battery"]).steal().isEmpty)
        #expect(try scene.thief.with(passphrases: [Self.words]).steal().isEmpty)
        #expect(try scene.thief.with(secrets: [pepper], passphrases: [Self.words]).steal().residents == [1])
        try scene.vault.vault.close()
        try Self.move(scene.directory.pepper, scene.vault.path + "-pepper")
        #expect { try Vault(openingAt: scene.vault.path) } throws: { ($0 as? VaultError)?.code == .setup }
        try [UInt8](repeating: 3, count: 32).withUnsafeBytes { try VaultDirectory.writeNew($0, to: scene.directory.pepper, mode: 0o600) }
        #expect(throws: VaultError.self) {
            let vault = try Vault(openingAt: scene.vault.path, clocks: scene.vault.clock.clocks)
            defer { try? vault.close() }
            _ = try vault.logIn(scene.login, passphrase: Array(Self.words.utf8), uid: 9)
        }
        unlink(scene.directory.pepper)
        #expect(try scene.thief.with(custodians: [scene.custodians[0], scene.custodians[1]]).steal().secrets.contains(pepper))
        try scene.vault.reopenAfterFailure { try Self.move(scene.vault.path + "-pepper", scene.directory.pepper) }
        #expect(try scene.logIn().resident == scene.resident.resident)
        try scene.expectSound()
    }

    @Test func `service key and pepper: with the disk they open nothing, and test guesses at indexed fields and weak passphrases`() throws {
        let scene = try LossScene()
        let thief = try scene.thief.withKeyFiles()
        #expect(try thief.steal().isEmpty)
        #expect(try thief.with(passphrases: [Self.words]).steal().cells == scene.cells(of: 1))
        // A guessed phone number is confirmed: said in the threat model, and why only what must be looked up is indexed.
        let keys = try ServiceKeys(try ServiceKey(copying: try FileBytes.read(scene.directory.serviceKey)))
        let rows = try scene.vault.reader.store.read { try $0.indexRows(of: try required(try $0.resident(number: 1)).reference) }
        let guess = BlindIndex.make(field: "contact.phone", value: "13800138000", root: keys.index)
        let miss = BlindIndex.make(field: "contact.phone", value: "13800138001", root: keys.index)
        #expect(rows.contains { $0.value == guess } && !rows.contains { $0.value == miss })
        // Both come back from k custodians' files.
        let pair = [try FileBytes.read(scene.directory.serviceKey), try FileBytes.read(scene.directory.pepper)]
        #expect(try scene.thief.with(custodians: Array(scene.custodians.prefix(2))).steal().secrets.isSuperset(of: pair))
    }

    @Test func `the whole machine: every file of it opens nothing, also with every run of 32 bytes in small files tried as a key`() throws {
        let scene = try LossScene()
        var found: Set<[UInt8]> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: scene.vault.path) where !name.hasPrefix("vault.db") && name != "reserve" {
            guard let data = FileManager.default.contents(atPath: scene.vault.path + "/" + name) else { continue }
            let bytes = Array(data.prefix(512))
            guard bytes.count >= 32 else { continue }
            for start in stride(from: 0, through: bytes.count - 32, by: bytes.count > 64 ? 32 : 1) { found.insert(Array(bytes[start..<(start + 32)])) }
        }
        #expect(found.contains(try FileBytes.read(scene.directory.serviceKey)))
        #expect(try scene.thief.with(secrets: Array(found)).steal().isEmpty)
    }

    @Test func `the machine with locked keys: the locked file is no key, and the passphrase alone is none`() throws {
        let scene = try LossScene()
        let pair = [try FileBytes.read(scene.directory.serviceKey), try FileBytes.read(scene.directory.pepper)]
        let secrets = ServiceSecrets(serviceKey: try ServiceKey(copying: pair[0]), pepper: try Pepper(copying: pair[1]))
        let keys = try PassphraseKeys(passphrase: try SecretBytes(copying: Array("six words nobody else has here".utf8)))
        let file = try LockedServiceSecrets.lock(secrets, with: keys, vault: scene.vault.vault.id.bytes)
        var parts = [file.check, file.commitment]
        for start in 0...(file.sealed.count - 32) { parts.append(Array(file.sealed[start..<(start + 32)])) }
        let loot = try scene.thief.with(secrets: parts, passphrases: [Self.words]).steal()
        #expect(loot.isEmpty && loot.secrets.isDisjoint(with: pair))
        let wrong = try PassphraseKeys(passphrase: try SecretBytes(copying: Array("six words nobody else has her".utf8)), salt: file.salt)
        var isOpen = true
        do { _ = try file.open(with: wrong, vault: scene.vault.vault.id.bytes) } catch { isOpen = false }
        #expect(!isOpen)
    }

    @Test func `the database alone: nothing opens, and what is altered in it is refused`() throws {
        let scene = try LossScene()
        #expect(try scene.thief.steal().isEmpty)
        try scene.vault.alter("UPDATE pairwise SET recipient = 'committee' WHERE recipient = 'parking'")
        let moved = try? scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"])
        #expect(moved?["fields"] == nil)
        #expect(try !VaultVerification.verify(directory: scene.vault.path, data: true).isSound)
    }

    @Test func `all backups: a copy from any day opens nothing that the vault's own rows would not`() throws {
        let scene = try LossScene()
        try scene.vault.vault.close()
        let copy = scene.vault.path + "-copy"
        try FileManager.default.copyItem(atPath: scene.vault.path, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        try scene.vault.reopenAfterFailure {}
        _ = try scene.vault.vault.changePassphrase(
            old: Array(Self.words.utf8), new: Array("another phrase entirely".utf8), caller: try scene.logIn())
        // The copy, with the keys of the machine that it never contains: nothing; with the old passphrase: what it was then.
        let queue = try DatabaseQueue(path: copy + "/vault.db")
        try queue.close()
        #expect(try scene.thief.withKeyFiles().at(copy).steal().isEmpty)
        #expect(try scene.thief.withKeyFiles().with(passphrases: [Self.words]).at(copy).steal().residents == [1])
        #expect(try scene.thief.withKeyFiles().with(passphrases: [Self.words]).steal().isEmpty)
    }

    // MARK: The log

    @Test func `the tiles outside: no value, name, number, login or code stands in any entry`() throws {
        let scene = try LossScene()
        _ = try scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"])
        var needles = SamplePerson.adult.fields.values.flatMap { value -> [String] in
            (value.string.map { [$0] } ?? []) + (value.array ?? []).compactMap(\.string)
        }
        needles += [scene.login.text, scene.letter.login.text, String(decoding: scene.letter.code, as: UTF8.self), Self.words]
        let log = try scene.vault.entries().map { String(decoding: $0.encoded, as: UTF8.self) }.joined(separator: "\n")
        #expect(log.count > 2000 && needles.count > 10)
        for needle in needles where needle.count > 1 { #expect(!log.contains(needle)) }
    }

    @Test func `the newest checkpoint: without it nothing starts, and the one that was handed out takes its place`() throws {
        let scene = try LossScene()
        let published = scene.vault.vault.checkpoint()
        try scene.vault.vault.close()
        let older = try FileBytes.read(scene.directory.checkpoint)
        unlink(scene.directory.checkpoint)
        #expect { try Vault(openingAt: scene.vault.path, clocks: scene.vault.clock.clocks) } throws: { ($0 as? VaultError)?.code == .integrity }
        try scene.vault.reopenAfterFailure {
            try VaultDirectory.replace(scene.directory.checkpoint, with: published, mode: 0o644)
        }
        #expect(published == older)
        // It opens nothing: it is public.
        #expect(try scene.thief.with(secrets: [Array(published.prefix(32))]).steal().isEmpty)
        try scene.expectSound()
    }

    @Test func `the log signing key: whoever has it rewrites the log for those who kept nothing, and for nobody else`() throws {
        let scene = try LossScene()
        let kept = scene.vault.vault.checkpoint()
        let log = try Rewritten(scene.vault, serviceKey: try FileBytes.read(scene.directory.serviceKey))
        #expect(try log.findings() == 0)
        #expect(try log.findings(kept: [kept]) > 0)
        #expect(try scene.thief.with(secrets: [try FileBytes.read(scene.directory.serviceKey)]).steal().isEmpty)
    }

    @Test func `a witness's key: with the log's key too it fools only those who ask that witness alone`() throws {
        let scene = try LossScene()
        let stolen = try SigningKeyPair(seed: try Seed(copying: [UInt8](repeating: 8, count: 32)))
        let honest = try SigningKeyPair(seed: try Seed(copying: [UInt8](repeating: 9, count: 32)))
        let (one, other) = (
            try VerifierKey(name: "one.example/witness", publicKey: stolen.publicKey, role: .witness),
            try VerifierKey(name: "two.example/witness", publicKey: honest.publicKey, role: .witness)
        )
        #expect(try scene.thief.with(secrets: [[UInt8](repeating: 8, count: 32)]).steal().isEmpty)
        var log = try Rewritten(scene.vault, serviceKey: try FileBytes.read(scene.directory.serviceKey))
        let note = try SignedNote(parsing: log.note)
        log.note = note.adding([try Cosignature.sign(note.text, time: 1_800_000_000, name: one.name, key: stolen)]).encoded
        #expect(try log.findings(witnesses: [one]) == 0)
        #expect(try log.findings(witnesses: [one, other]) > 0)
        // The witness's key without the log's signs nothing that anyone takes for the log.
        log.note = SignedNote.encoded(note.signatures).isEmpty ? [] : note.text + [0x0a] + SignedNote.encoded(
            [try Cosignature.sign(note.text, time: 1_800_000_000, name: one.name, key: stolen)])
        #expect(try log.findings(witnesses: [one]) > 0)
    }

    /// The log without its newest entry, signed as whole by whoever has the service key.
    private struct Rewritten {
        let entries: [(seq: UInt64, entry: [UInt8])]
        var note: [UInt8]
        let key: VerifierKey

        init(_ vault: TemporaryVault, serviceKey: [UInt8]) throws {
            let keys = try ServiceKeys(try ServiceKey(copying: serviceKey))
            entries = Array(try vault.reader.store.read { try $0.logEntries(from: 0, limit: 10_000) }.dropLast())
            var frontier = Frontier()
            for (_, entry) in entries { frontier.append(leaf: MerkleHash.leaf(entry)) }
            note = try Checkpoint(origin: vault.vault.name, frontier: frontier).signedNote(with: keys.log)
            key = try VerifierKey(name: vault.vault.name, publicKey: keys.log.publicKey)
        }

        func findings(kept: [[UInt8]] = [], witnesses: [VerifierKey] = []) throws -> Int {
            var check = LogVerifier(vault: nil, key: key, witnesses: witnesses, kept: kept).start(checkpoint: note) { _, _, _ in }
            for (index, entry) in entries { try check.take(index, entry) }
            return try check.finish(stored: UInt64(entries.count)).findings.count
        }
    }
}

extension Thief {
    /// The same on another copy.
    func at(_ path: String) -> Thief {
        var thief = self
        thief.directory = VaultDirectory(path)
        return thief
    }
}
