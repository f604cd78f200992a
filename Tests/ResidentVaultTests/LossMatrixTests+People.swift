import Foundation
import GRDB
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// The rows about people: custodians, residents, apps, the operator, auditors, and whoever sets the clock.
extension LossMatrixTests {
    // MARK: Custodians

    @Test func `one custodian's key: it opens nothing, and the others go on without it`() throws {
        let scene = try LossScene()
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
        let scene = try LossScene(threshold: 3)
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
    private func forged(_ scene: LossScene, _ row: GrantRow, signature: [UInt8]) throws -> [String] {
        let sealed = GrantRow(
            id: row.id, resident: row.resident, recipient: row.recipient, purpose: row.purpose, state: row.state, until: row.until,
            ended: row.ended, statement: row.statement, signature: signature)
        let keys = try ServiceKeys(try ServiceKey(copying: try FileBytes.read(scene.directory.serviceKey)))
        let seal = RowSeal.seal(sealed.sealInput, key: keys.rows)
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
        let scene = try LossScene()
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
