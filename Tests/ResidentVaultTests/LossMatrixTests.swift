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
    private static let words = "correct horse battery"

    /// Three custodians, two of whom act together. Resident 1 has agreed to parking and is active; resident 2's letter
    /// is unsent; resident 3 is active and has a proposal.
    private final class Scene: Sendable {
        let vault: TemporaryVault
        let custodians: [TestCustodian]
        let resident: ResidentCaller
        let login: LoginName
        let letter: (login: LoginName, code: [UInt8])
        let grant: GrantID
        let parkingID: String

        init(threshold: Int = 2) throws {
            (vault, custodians) = try TemporaryVault.withCustodians(threshold: threshold)
            resident = try vault.resident()
            login = try vault.vault.loginName(resident, reader: vault.reader)
            (grant, parkingID) = try vault.agreed(resident, "parking", "parking.contact")
            letter = try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
            _ = try vault.resident(.make("第三人", phone: "13500135000", born: "1970-02-02", sequence: 9), passphrase: "quiet river under stones")
        }

        var thief: Thief { Thief(vault) }
        var directory: VaultDirectory { VaultDirectory(vault.path) }
        func token(_ app: String) throws -> [UInt8] {
            try Credential(parsing: try SecretBytes(copying: try vault.token(app)), kind: .app).secret.withBytes { Array($0) }
        }
        /// Every cell of a resident.
        func cells(of resident: Int) throws -> Set<String> {
            try vault.reader.store.read { snapshot in
                let row = try required(try snapshot.resident(number: Int64(resident)))
                return Set(try snapshot.cells(of: row.reference).map { "\(resident) \($0.field)" })
            }
        }
        func logIn(_ words: String = LossMatrixTests.words) throws -> ResidentCaller {
            try vault.vault.authenticate(resident: try vault.vault.logIn(login, passphrase: Array(words.utf8), uid: 9).session, uid: 9)
        }
        func recover(_ login: LoginName, _ some: [TestCustodian]) throws -> [UInt8] {
            let (code, digest) = try TemporaryVault.newLetter()
            let status = try vault.ceremony(
                CeremonyAsk(kind: .recover(letter: digest), reason: "lost-passphrase", people: .logins([login])), some, code: code)
            #expect(status.done == 1)
            return code
        }
        func expectSound() throws {
            let report = try VaultVerification.verify(directory: vault.path, data: true)
            #expect(report.findings.map(\.text) == [] && report.sealsChecked == true)
        }
    }

    private static func move(_ from: String, _ to: String) throws { try FileManager.default.moveItem(atPath: from, toPath: to) }

    // MARK: The vault's own keys

    @Test func `the service key: a thief of it opens nothing; lost, nothing starts until it is put back`() throws {
        let scene = try Scene()
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
        let scene = try Scene()
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
        let scene = try Scene()
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
        let scene = try Scene()
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
        let scene = try Scene()
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
        let scene = try Scene()
        #expect(try scene.thief.steal().isEmpty)
        try scene.vault.alter("UPDATE pairwise SET recipient = 'committee' WHERE recipient = 'parking'")
        let moved = try? scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"])
        #expect(moved?["fields"] == nil)
        #expect(try !VaultVerification.verify(directory: scene.vault.path, data: true).isSound)
    }

    @Test func `all backups: a copy from any day opens nothing that the vault's own rows would not`() throws {
        let scene = try Scene()
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
        let scene = try Scene()
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
        let scene = try Scene()
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
        let scene = try Scene()
        let kept = scene.vault.vault.checkpoint()
        let log = try Rewritten(scene.vault, serviceKey: try FileBytes.read(scene.directory.serviceKey))
        #expect(try log.findings() == 0)
        #expect(try log.findings(kept: [kept]) > 0)
        #expect(try scene.thief.with(secrets: [try FileBytes.read(scene.directory.serviceKey)]).steal().isEmpty)
    }

    @Test func `a witness's key: with the log's key too it fools only those who ask that witness alone`() throws {
        let scene = try Scene()
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

    // MARK: Custodians

    @Test func `one custodian's key: it opens nothing, and the others go on without it`() throws {
        let scene = try Scene()
        for custodian in scene.custodians {
            let loot = try scene.thief.withKeyFiles().with(custodians: [custodian]).steal()
            #expect(loot.isEmpty)
            // Their own shares do open to them: the attempt was made.
            #expect(loot.shares.isSuperset(of: ["1 \(custodian.name)", "2 \(custodian.name)", "3 \(custodian.name)"]))
            let others = scene.custodians.filter { $0.name != custodian.name }
            #expect(try scene.thief.with(custodians: others).steal().residents == [1, 2, 3])
        }
        let code = try scene.recover(scene.letter.login, Array(scene.custodians.dropFirst()))
        #expect(try scene.vault.vault.activate(code: code, passphrase: Array(Self.words.utf8), uid: 1) == scene.letter.login)
        try scene.vault.reopen()
        try scene.expectSound()
    }

    @Test func `k − 1 custodians: with disk, backups, service key and pepper they recover nothing, whatever they put in the missing share's place`() throws {
        let scene = try Scene(threshold: 3)
        // A backup from before a renewal: its shares are of another split, and must not add up with the new ones.
        try scene.vault.vault.close()
        let backup = scene.vault.path + "-backup"
        try FileManager.default.copyItem(atPath: scene.vault.path, toPath: backup)
        defer { try? FileManager.default.removeItem(atPath: backup) }
        try scene.vault.reopenAfterFailure {}
        _ = try scene.vault.vault.changePassphrase(
            old: Array(Self.words.utf8), new: Array("another phrase entirely".utf8), caller: try scene.logIn())
        for missing in 0..<3 {
            let colluding = scene.custodians.enumerated().filter { $0.offset != missing }.map(\.element)
            let thief = try scene.thief.withKeyFiles().with(custodians: colluding)
            let then = try thief.at(backup).steal()
            #expect(then.isEmpty && then.shares.count >= 6)
            let now = try thief.with(secrets: Array(then.shareValues)).steal()
            #expect(now.isEmpty && now.shares.count >= 6)
        }
        // All three do: what was tried above is the real thing.
        #expect(try scene.thief.with(custodians: scene.custodians).steal().residents == [1, 2, 3])
        // Every ciphertext that could be a way in is sealed to a key that is in none of these hands.
        try scene.vault.reader.store.read { snapshot in
            let hands = Set(scene.custodians.prefix(2).map { $0.record.box })
            for number in 1...3 {
                let resident = try required(try snapshot.resident(number: Int64(number)))
                #expect(!hands.contains(resident.box))
                let shares = try snapshot.shares(of: resident.reference)
                #expect(shares.count == 3 && Set(shares.map(\.custodian)).count == 3 && shares.allSatisfy { $0.threshold == 3 })
                // Neither the shares nor their digests tell another split's.
                #expect(Set(shares.map(\.digest)).count == 3)
            }
        }
    }

    @Test func `k custodians: with a disk copy they read everyone, without an entry, and can sign as nobody`() throws {
        let scene = try Scene()
        for missing in 0..<3 {
            let colluding = scene.custodians.enumerated().filter { $0.offset != missing }.map(\.element)
            let loot = try scene.thief.with(custodians: colluding).steal()
            #expect(loot.residents == [1, 2, 3])
            #expect(loot.cells.isSuperset(of: try scene.cells(of: 1)))
            // No secret they have, and nothing derived from one, is a signing key that the log knows for a resident.
            let signers = try scene.vault.reader.store.read { snapshot in
                Set(try snapshot.residents(after: 0, limit: 10).compactMap(\.sign))
            }
            #expect(signers.count == 2)
            for secret in loot.secrets {
                let seed = try Seed(copying: secret)
                #expect(!signers.contains(try SigningKeyPair(seed: seed).publicKey.bytes))
                for context in ["rvres_v1", "rvcus_v1"] as [StaticString] {
                    for id in 1...4 as ClosedRange<UInt64> {
                        let derived = try seed.derive(id, context, as: KeyRole.Seed.self)
                        #expect(!signers.contains(try SigningKeyPair(seed: derived).publicKey.bytes))
                    }
                }
            }
        }
    }

    @Test func `k custodians bring back exactly the named resident's box seed`() throws {
        let scene = try Scene()
        let vault = scene.vault.vault.id
        try scene.vault.reader.store.read { snapshot in
            let rows = try (1...3).map { try required(try snapshot.resident(number: Int64($0))) }
            for resident in rows {
                var set = try ShareSet(capacity: 2, length: 32)
                for custodian in scene.custodians.suffix(2) {
                    let row = try required(try snapshot.shares(of: resident.reference).first { $0.custodian == custodian.name.text })
                    try set.add(
                        x: row.x,
                        y: try SealedShare.open(
                            row.blob, x: row.x, vault: vault.bytes, resident: resident.reference.id.bytes, set: row.custodySet,
                            with: custodian.keys.box))
                }
                let seed = try Custody.recover(set, resident: resident.reference, vault: vault, in: snapshot)
                #expect(try BoxKeyPair(seed: seed).publicKey.bytes == resident.box)
                // With it nobody else's envelope opens, and no share of theirs fits.
                for other in rows where other.reference != resident.reference {
                    var isRefused = false
                    do { _ = try Custody.recover(set, resident: other.reference, vault: vault, in: snapshot) } catch { isRefused = true }
                    #expect(isRefused)
                }
                let loot = try scene.thief.with(secrets: [seed.withBytes { Array($0) }]).steal()
                #expect(loot.residents == [Int(resident.reference.number)])
            }
        }
    }

    @Test func `a statement that k custodians sign in a resident's name is refused, and found in the data`() throws {
        let scene = try Scene()
        // The best they have: the box seed and all that it gives.
        let seed = try scene.vault.reader.store.read { snapshot in try required(try snapshot.resident(number: 1)) }
        let loot = try scene.thief.with(custodians: Array(scene.custodians.prefix(2))).steal()
        let forger = try required(try loot.secrets.first { try BoxKeyPair(seed: try Seed(copying: $0)).publicKey.bytes == seed.box })
        let signing = try SigningKeyPair(seed: try Seed(copying: forger))
        let row = try scene.vault.reader.store.read { try required(try $0.grant(id: scene.grant)) }
        let signature = signing.sign(type: "grant", object: row.statement)
        let report = try forged(scene, row, signature: signature)
        #expect(report.contains { $0.contains("resident 1") })
        // Planted with the service key too, so that the row's seal fits: the log still knows what was given, and by whom.
        #expect(report.contains { $0.contains("signature") || $0.contains("does not verify") || $0.contains("statement") })
    }

    /// Puts a forged signature in a grant's row, sealed as the daemon seals, and says what the verification finds.
    private func forged(_ scene: Scene, _ row: GrantRow, signature: [UInt8]) throws -> [String] {
        let sealed = GrantRow(
            id: row.id, resident: row.resident, recipient: row.recipient, purpose: row.purpose, state: row.state, until: row.until,
            ended: row.ended, statement: row.statement, signature: signature)
        let keys = try ServiceKeys(try ServiceKey(copying: try FileBytes.read(scene.directory.serviceKey)))
        let seal = RowSeal.seal(
            RowEncoding.sealInput(table: GrantRow.table, key: sealed.key, columns: sealed.columns), key: keys.rows)
        try scene.vault.reopen {
            let queue = try DatabaseQueue(path: scene.vault.path + "/vault.db")
            try queue.write { db in
                try db.execute(
                    sql: "UPDATE \"grant\" SET signature = ?, seal = ? WHERE id = ?",
                    arguments: [Data(signature), Data(seal), Data(row.id.bytes)])
            }
            try queue.close()
        }
        return try VaultVerification.verify(directory: scene.vault.path, data: true).findings.map(\.text)
    }

    @Test func `a custodian's passphrase: without their key file it is nothing, with it one custodian's key and no more`() throws {
        let scene = try Scene()
        let words = "committee of the south gate"
        #expect(try scene.thief.withKeyFiles().with(passphrases: [words]).steal().isEmpty)
        let custodian = scene.custodians[0]
        let locked = try LockedSeed.lock(custodian.seed, passphrase: try SecretBytes(copying: Array(words.utf8)), name: custodian.name.text)
        // The file alone is nothing either.
        let file = (0...(locked.sealed.count - 32)).map { Array(locked.sealed[$0..<($0 + 32)]) } + [locked.commitment]
        #expect(try scene.thief.with(secrets: file).steal().shares.isEmpty)
        let seed = try locked.open(passphrase: try SecretBytes(copying: Array(words.utf8)), name: custodian.name.text)
        let loot = try scene.thief.withKeyFiles().with(secrets: [seed.withBytes { Array($0) }]).steal()
        #expect(loot.isEmpty && loot.shares.contains("1 committee"))
        // Lost: the others let residents in without that party.
        _ = try scene.recover(scene.login, Array(scene.custodians.suffix(2)))
    }

    // MARK: People and apps

    @Test func `a resident's passphrase: with disk and pepper it opens theirs alone; lost, k custodians let them in anew`() throws {
        let scene = try Scene()
        #expect(try scene.thief.with(passphrases: [Self.words]).steal().isEmpty)
        let loot = try scene.thief.withKeyFiles().with(passphrases: [Self.words]).steal()
        #expect(loot.cells == (try scene.cells(of: 1)))
        #expect(loot.envelopes.contains("1 passphrase"))
        let code = try scene.recover(scene.login, Array(scene.custodians.prefix(2)))
        // The thief's passphrase is dead, at the daemon and on the disk; the custodians' shares are of the new seed.
        #expect(throws: VaultError.self) { try scene.logIn() }
        #expect(try scene.thief.withKeyFiles().with(passphrases: [Self.words]).steal().isEmpty)
        _ = try scene.vault.vault.activate(code: code, passphrase: Array("another phrase entirely".utf8), uid: 9)
        #expect(try scene.vault.vault.ownFields(try scene.logIn("another phrase entirely"), uid: 9).0.count == SamplePerson.adult.fields.count)
        try scene.vault.reopen()
        try scene.expectSound()
    }

    @Test func `a letter unused: its code opens that resident's record alone; lost, a new one kills it`() throws {
        let scene = try Scene()
        let loot = try scene.thief.with(codes: [scene.letter.code]).steal()
        #expect(loot.cells == (try scene.cells(of: 2)))
        let code = try scene.recover(scene.letter.login, Array(scene.custodians.prefix(2)))
        #expect(throws: VaultError.self) {
            try scene.vault.vault.activate(code: scene.letter.code, passphrase: Array(Self.words.utf8), uid: 9)
        }
        #expect(try scene.thief.with(codes: [scene.letter.code]).steal().isEmpty)
        #expect(try scene.vault.vault.activate(code: code, passphrase: Array(Self.words.utf8), uid: 9) == scene.letter.login)
        // Used, it opens nothing of what the vault holds, and says when it was used.
        #expect(try scene.thief.with(codes: [code]).steal().isEmpty)
        #expect { try scene.vault.vault.activate(code: code, passphrase: Array(Self.words.utf8), uid: 9) } throws: {
            ($0 as? VaultError)?.detail.contains("used") == true
        }
    }

    @Test func `an app's token: with a disk copy it opens exactly its grants; its app removed, nothing written afterwards`() throws {
        let scene = try Scene()
        let granted = try scene.vault.reader.store.read { snapshot in
            try snapshot.residents(after: 0, limit: 10).flatMap { resident in
                try snapshot.grants(of: resident.reference).filter { $0.recipient == "parking" }.flatMap { grant in
                    try GrantStatement(decoding: grant.statement).fields.keys.map { "\(resident.reference.number) \($0)" }
                }
            }
        }
        let loot = try scene.thief.with(secrets: [try scene.token("parking")]).steal()
        #expect(!loot.cells.isEmpty && loot.cells.isSubset(of: granted))
        #expect(loot.residents.contains(1) && loot.cells.contains("1 contact.phone"))
        #expect(loot.envelopes.isEmpty && loot.proposals.isEmpty)
        // Used through the daemon as well, so that its bundles are wrapped: the same.
        _ = try scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"])
        #expect(try scene.thief.with(secrets: [try scene.token("parking")]).steal().cells == loot.cells)
        _ = try scene.vault.vault.removeApp(try required(AppName("parking")), uid: 0)
        #expect { try scene.vault.caller("parking") } throws: { ($0 as? VaultError)?.code == .unauthorized }
        _ = try scene.logIn()
        let after = try scene.thief.with(secrets: Array(loot.secrets)).steal()
        #expect(after.cells.isDisjoint(with: loot.cells.filter { $0.hasPrefix("1 ") }))
        try scene.expectSound()
    }

    @Test func `the operator's account: alone it lets no app in and reads no record; what it may do is narrow`() throws {
        let scene = try Scene()
        let credential = try Credential.random(.app, name: "health")
        let keys = try AppKeys(credential.secret)
        #expect {
            try scene.vault.vault.addApp(
                try required(AppName("health")), box: keys.box.publicKey.bytes, auth: keys.authDigest, operatorHeld: false, uid: 0)
        } throws: { ($0 as? VaultError)?.code == .forbidden }
        // A ceremony they open by themselves carries out nothing.
        let (code, digest) = try TemporaryVault.newLetter()
        let opened = try scene.vault.vault.openCeremony(
            CeremonyAsk(kind: .recover(letter: digest), reason: "lost-passphrase", people: .logins([scene.login])), uid: 0,
            reader: scene.vault.reader)
        #expect { try scene.vault.vault.carryOut(opened.request.id, code: code, uid: 0, reader: scene.vault.reader) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
        #expect(try scene.logIn().resident == scene.resident.resident)
        _ = try scene.vault.vault.removeApp(try required(AppName("parking")), uid: 0)
        let actions = try scene.vault.entries().compactMap { $0["action"]?.string }
        #expect(actions.contains("ceremony") && !actions.contains("recovered"))
        try scene.expectSound()
    }

    @Test func `an auditor's token: it is no key to any row and no caller but an auditor, and dies at once`() throws {
        let scene = try Scene()
        let credential = try Credential.random(.auditor, name: "audit-office")
        let name = try required(AuditorName("audit-office"))
        _ = try scene.vault.vault.addAuditor(name, auth: try credential.secret.authDigest(), operatorHeld: false, uid: 0)
        let token = try credential.text().withBytes { Array($0) }
        _ = try scene.vault.vault.authenticate(auditor: token, uid: 5)
        #expect(try scene.thief.withKeyFiles().with(secrets: [credential.secret.withBytes { Array($0) }]).steal().isEmpty)
        #expect(throws: VaultError.self) { try scene.vault.vault.authenticate(app: token, uid: 5) }
        #expect(throws: VaultError.self) { try scene.vault.vault.authenticate(resident: token, uid: 5) }
        #expect(throws: VaultError.self) { try scene.vault.vault.authenticate(custodian: token, uid: 5) }
        try scene.vault.vault.removeAuditor(name, uid: 0)
        #expect(throws: VaultError.self) { try scene.vault.vault.authenticate(auditor: token, uid: 5) }
    }

    @Test func `the clock: set back it refuses, set ahead it ends reading and destroys nothing`() throws {
        let scene = try Scene()
        scene.vault.clock.leap(seconds: -600)
        #expect { try scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"]) } throws: {
            ($0 as? VaultError)?.code == .clock
        }
        scene.vault.clock.leap(seconds: 600)
        #expect(try scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"])["fields"] != nil)
        scene.vault.clock.leap(seconds: 2 * 3600)
        #expect { try scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"]) } throws: {
            ($0 as? VaultError)?.code == .clock
        }
        scene.vault.clock.leap(seconds: -2 * 3600)
        #expect(try scene.vault.item("parking", "parking.contact", scene.parkingID, ["contact.phone"])["fields"] != nil)
        try scene.expectSound()
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
