import Foundation
import Testing
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Reading the log: pages, filters, tiles, proofs, and a resident's own part of it.
@Suite struct AuditQueryTests {
    /// A vault with over one tile of entries, of two residents and two apps.
    private func busy(reads: Int = 300) throws -> (vault: TemporaryVault, resident: ResidentCaller, pid: String) {
        let vault = try TemporaryVault(apps: ["property", "health"])
        let resident = try vault.resident()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let pid = try vault.pairwise("property", "property.service")
        let other = try vault.pairwise("property", "property.service", phone: "13600136000")
        for number in 0..<reads {
            if number % 3 == 0 { vault.clock.advance(seconds: 1) }
            if number % 40 == 39 { vault.clock.advance(seconds: 86_400) }
            _ = try vault.read("property", "property.service", number % 2 == 0 ? [pid] : [other, pid], ["home.room"])
        }
        return (vault, resident, pid)
    }

    private func all(_ vault: TemporaryVault, _ parameters: [String: String]) throws -> [UInt64] {
        var found: [UInt64] = []
        var parameters = parameters
        let isNewestFirst = parameters["newest"] != nil
        while true {
            let page = try vault.vault.entries(try LogQuery(parameters), reader: vault.reader)
            found += page.entries.map(\.seq)
            guard let next = page.next else { return found }
            parameters["newest"] = nil
            parameters[isNewestFirst ? "before" : "after"] = "\(next)"
        }
    }

    @Test func `every filter gives what a plain look at all entries gives, in both directions and any page size`() throws {
        let (vault, _, _) = try busy()
        let entries = try vault.entries()
        let middle = try required(entries[entries.count / 2]["time"]?.integer)
        let tag = try required(entries.last?["subjects"]?.array?.first?["tag"]?.string.flatMap(Base64URL.decode))
        let filters: [([String: String], (JSON) -> Bool)] = [
            ([:], { _ in true }),
            (["action": "read"], { $0["action"] == "read" }),
            (["app": "property"], { $0["app"] == "property" }),
            (["party": "property", "decision": "released"], { $0["party"] == "property" && $0["decision"] == "released" }),
            (["purpose": "property.service"], { $0["purpose"] == "property.service" }),
            (["from": "\(middle)"], { ($0["time"]?.integer ?? 0) >= middle }),
            (["to": "\(middle)"], { ($0["time"]?.integer ?? 0) < middle }),
            (["tag": Hex.encode(tag)], { entry in
                entry["subjects"]?.array?.contains { $0["tag"]?.string == Base64URL.encode(tag) } ?? false
            }),
            (["action": "erased"], { _ in false }),
        ]
        for (filter, matches) in filters {
            let expected = entries.indices.filter { matches(entries[$0]) }.map { UInt64($0) }
            for limit in ["1", "7", "500"] {
                let parameters = filter.merging(["limit": limit]) { $1 }
                #expect(try all(vault, parameters) == expected, "\(filter) \(limit)")
                #expect(try all(vault, parameters.merging(["newest": "1"]) { $1 }) == expected.reversed(), "\(filter) \(limit)")
            }
        }
    }

    @Test(arguments: [
        ["app": "Property"], ["action": "reed"], ["colour": "red"], ["limit": "0"], ["limit": "501"], ["after": "-1"],
        ["after": "01"], ["after": "1", "before": "2"], ["tag": "00"], ["from": "yesterday"],
        ["after": "1", "newest": "1"],
    ])
    func `a filter that is misspelt or not in its form is refused`(parameters: [String: String]) {
        #expect(throws: VaultError.self) { try LogQuery(parameters) }
    }

    @Test func `tiles and entries served are those of the tree that the checkpoint signs`() throws {
        let (vault, _, _) = try busy()
        let key = try VerifierKey(parsing: try vault.vault.logKey)
        let checkpoint = try Checkpoint.open(vault.vault.checkpoint(), key: key)
        var builder = TileBuilder()
        var served: [TilePath: [UInt8]] = [:]
        for path in TilePath.all(size: checkpoint.size) { served[path] = try vault.vault.tile(path.text, reader: vault.reader) }
        var made: [TilePath: [UInt8]] = [:]
        for path in TilePath.all(size: checkpoint.size) where path.content == .entries {
            for entry in try EntryBundle.entries(try required(served[path]), width: path.width) {
                try builder.append(entry, leaf: MerkleHash.leaf(entry)) { made[$0] = $1 }
            }
        }
        for (path, bytes) in builder.partial { made[path] = bytes }
        #expect(made == served)
        #expect(try builder.root == checkpoint.root)
        for wrong in ["tile/0/999", "tile/9/000", "tile/0/000.p/300", "tile/0/001.p/255", "tile/../service.key", "tile/entries/x000/000"] {
            #expect(throws: VaultError.self) { try vault.vault.tile(wrong, reader: vault.reader) }
        }
    }

    @Test func `a proof of any entry and of any growth checks against the log's key`() throws {
        let (vault, _, _) = try busy()
        let key = try VerifierKey(parsing: try vault.vault.logKey)
        let entries = try vault.reader.store.read { try $0.logEntries(from: 0, limit: 10_000) }
        let size = UInt64(entries.count)
        for seq in [0, 1, 254, 255, 256, 257, size - 1] {
            let proof = try ProofFile(parsing: try vault.vault.inclusionProof(seq, reader: vault.reader))
            #expect(try proof.verify(key: key).size == size)
            #expect(proof.entry == entries[Int(seq)].entry)
            #expect(throws: AuditError.self) { try proof.verify(entry: entries[Int((seq + 1) % size)].entry, key: key) }
        }
        #expect(throws: VaultError.self) { try vault.vault.inclusionProof(size, reader: vault.reader) }
        for (old, new) in [(1, 2), (255, 256), (256, 257), (1, size), (size, size), (200, 300)] as [(UInt64, UInt64)] {
            let bytes = try vault.vault.consistency(from: old, to: old, reader: vault.reader)
            let earlier = try Checkpoint.open(try CheckpointUpdate(parsing: bytes).note, key: key)
            let update = try CheckpointUpdate(parsing: try vault.vault.consistency(from: old, to: new, reader: vault.reader))
            #expect(try update.verify(from: earlier, key: key).size == new)
        }
        #expect(throws: VaultError.self) { try vault.vault.consistency(from: size, to: size + 1, reader: vault.reader) }
        #expect(throws: VaultError.self) { try vault.vault.consistency(from: 3, to: 2, reader: vault.reader) }
    }

    @Test func `a resident sees each of their entries once and nothing of a neighbour's`() throws {
        let (vault, resident, _) = try busy()
        let own = try vault.reader.store.read { snapshot -> Set<String> in
            let row = try required(try snapshot.resident(number: 1))
            return Set(try ["", "property", "health"].map { Base64URL.encode(try row.tag($0)) })
        }
        let expected = try vault.entries().enumerated().filter { _, entry in
            entry["subjects"]?.array?.contains { own.contains($0["tag"]?.string ?? "") } ?? false
        }.map { UInt64($0.offset) }
        #expect(expected.count > 256)
        for limit in [7, 100, 500] {
            var found: [OwnEntry] = []
            var before: UInt64?
            while true {
                let page = try vault.vault.history(resident, before: before, limit: limit, reader: vault.reader)
                found += page.entries
                guard let next = page.next else { break }
                before = next
            }
            #expect(found.map(\.seq) == expected.reversed())
            #expect(found.filter { $0.action == "read" }.allSatisfy { $0.fields.map(\.field.text) == ["home.room"] })
        }
    }

    @Test func `a batch shows a resident their own outcome, and only an entry of their own is proved to them`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let resident = try vault.resident()
        try vault.enrol(.make("他人", phone: "13600136000", born: "1980-01-01", sequence: 7))
        let pid = try vault.pairwise("property", "property.service")
        let other = try vault.pairwise("property", "property.service", phone: "13600136000")
        _ = try vault.read("property", "property.service", [other, "nobody", pid], ["home.room", "person.name"])
        let page = try vault.vault.history(resident, before: nil, limit: 10, reader: vault.reader)
        let read = try required(page.entries.first)
        #expect(read.action == "read")
        #expect(read.outcome == "released")
        #expect(read.withheld.isEmpty)
        #expect { try vault.vault.ownProof(read.seq, caller: resident, reader: vault.reader) } throws: {
            ($0 as? VaultError)?.code == .forbidden
        }
        let own = try required(page.entries.first { $0.action == "login" })
        let key = try VerifierKey(parsing: try vault.vault.logKey)
        #expect(try ProofFile(parsing: try vault.vault.ownProof(own.seq, caller: resident, reader: vault.reader)).verify(key: key).size > 0)
        #expect { try vault.vault.ownProof(0, caller: resident, reader: vault.reader) } throws: {
            ($0 as? VaultError)?.code == .notFound
        }
    }

    @Test func `a look-up under a grant that only writes is sound, and one under no grant releases nothing`() throws {
        let vault = try TemporaryVault()
        try vault.enrol()
        _ = try vault.pairwise("health", "health.record")
        let field = try required(FieldName("contact.phone"))
        #expect(
            try vault.vault.lookUp(
                field: field, value: "13800138000", purpose: try required(PurposeName("health.followup")),
                caller: try vault.caller("health")) == nil)
        let outcomes = try vault.entries().suffix(2).map { $0["subjects"]?.array?.first?["outcome"]?.string }
        #expect(outcomes == ["released", "no_grant"])
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `a receipt names the entry that gave the grant`() throws {
        let vault = try TemporaryVault()
        let resident = try vault.resident()
        let (grant, pid) = try vault.agreed(resident, "health", "health.followup")
        for _ in 0..<280 { _ = try? vault.item("health", "health.followup", pid, ["health.chronic"]) }
        for own in try vault.vault.ownGrants(resident, reader: vault.reader) {
            let index = try required(try vault.vault.givenIndex(own.statement, caller: resident, reader: vault.reader))
            let entry = try vault.entries()[Int(index)]
            #expect(entry["action"] == "given")
            #expect(entry["subjects"]?.array?.contains { $0["grant"]?.string == own.statement.grant.base64 } == true)
        }
        _ = grant
    }

    @Test func `an auditor's reading is one entry an hour, and stands there before the answer`() throws {
        let vault = try TemporaryVault(apps: [])
        let credential = try Credential.random(.auditor, name: "office")
        let name = try required(AuditorName("office"))
        _ = try vault.vault.addAuditor(name, auth: try credential.secret.authDigest(), operatorHeld: false, uid: 0)
        let token = try credential.text().withBytes { Array($0) }
        let reader = try vault.vault.authenticate(auditor: token, uid: 7)
        for _ in 0..<3 { try vault.vault.noteReading(by: reader) }
        try vault.vault.noteReading(by: .operator(uid: 0))
        let audited = try vault.entries().filter { $0["action"] == "audited" }
        #expect(audited.count == 2)
        #expect(audited.first?["initiator"] == "office")
        #expect(audited.first?["uid"] == 7)
        vault.clock.advance(seconds: 3600)
        try vault.vault.noteReading(by: reader)
        #expect(try vault.entries().filter { $0["action"] == "audited" }.count == 3)
        try vault.vault.removeAuditor(name, uid: 0)
        #expect { try vault.vault.authenticate(auditor: token, uid: 7) } throws: { ($0 as? VaultError)?.code == .unauthorized }
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
    }

    @Test func `entries past their period go to the archive as whole tiles, and everything still verifies`() throws {
        let (vault, resident, _) = try busy(reads: 700)
        #expect(try vault.vault.archive(uid: 0) == (0, 0))
        let before = try vault.entries()
        let old = vault.clock.now()
        try vault.reopen(acceptingClock: true) { vault.clock.advance(seconds: 1097 * 86_400) }
        // A clock that was not watched all these years moves nothing away until it has run for a day.
        #expect(try vault.vault.archive(uid: 0).moved == 0)
        for _ in 0..<25 { vault.clock.advance(seconds: 3600); try vault.vault.beat() }
        let (moved, first) = try vault.vault.archive(uid: 0)
        let gone = before.filter { ($0["time"]?.integer ?? 0) <= old.milliseconds }.count / 256 * 256
        #expect(moved == UInt64(gone))
        #expect(first == UInt64(gone))
        #expect(moved >= 512)
        #expect(try vault.reader.store.read { try $0.firstStored() } == first)
        #expect(FileManager.default.fileExists(atPath: vault.path + "/archive/tile/entries/000"))
        #expect(try vault.vault.archive(uid: 0).moved == 0)
        #expect(Array(try vault.entries().prefix(before.count)) == before)
        #expect(try VaultVerification.verify(directory: vault.path, data: true).findings.map(\.text) == [])
        let key = try VerifierKey(parsing: try vault.vault.logKey)
        #expect(try ProofFile(parsing: try vault.vault.inclusionProof(3, reader: vault.reader)).verify(key: key).size > 0)
        try vault.reopen()
        #expect(try vault.vault.history(resident, before: 300, limit: 10, reader: vault.reader).entries.isEmpty == false)
        // An archived byte that changes is found like any other.
        let file = vault.path + "/archive/tile/entries/001"
        var bundle = try required(FileManager.default.contents(atPath: file))
        bundle[100] ^= 1
        try bundle.write(to: URL(filePath: file))
        #expect(try VaultVerification.verify(directory: vault.path).findings.isEmpty == false)
        try FileManager.default.removeItem(atPath: file)
        #expect(
            try VaultVerification.verify(directory: vault.path).findings.contains {
                $0.text == "tile/entries/001: it is not in the archive"
            })
    }

    @Test func `only a listed witness's cosignature of this checkpoint is kept and served`() throws {
        let vault = try TemporaryVault(apps: ["property"])
        let seed = try Seed.random()
        let pair = try SigningKeyPair(seed: seed)
        let witness = try WitnessKey(try VerifierKey(name: "w.example", publicKey: pair.publicKey, role: .witness).text)
        #expect(throws: VaultError.self) { try WitnessKey(try vault.vault.logKey) }
        #expect(try vault.vault.cosigned() == nil)
        let size = try vault.vault.logSize()
        let request = try CheckpointUpdate(parsing: try vault.vault.witnessRequest(from: 0, to: size, reader: vault.reader))
        let text = try SignedNote(parsing: request.note).text
        func line(_ text: [UInt8]) throws -> [UInt8] {
            SignedNote.encoded([try Cosignature.sign(text, time: 1_700_000_000, name: "w.example", key: pair)])
        }
        let other = try Checkpoint(origin: vault.vault.name, size: 1, root: [UInt8](repeating: 1, count: 32)).text
        #expect(try vault.vault.keep([witness: try line(other)], listed: [witness], size: size, reader: vault.reader) == [witness])
        #expect(try vault.vault.cosigned() == nil)
        #expect(try vault.vault.keep([witness: Array("nonsense\n".utf8)], listed: [witness], size: size, reader: vault.reader) == [witness])
        #expect(try vault.vault.keep([witness: try line(text)], listed: [witness], size: size, reader: vault.reader) == [])
        #expect(try vault.vault.sizeCosigned(by: witness) == size)
        #expect(try SignedNote(parsing: try required(try vault.vault.cosigned())).signatures.count == 2)
        #expect(try vault.vault.checkpointForAll() == vault.vault.cosigned())
        try vault.enrol()
        #expect(try vault.vault.checkpointForAll() != vault.vault.cosigned())
        try vault.reopen()
        #expect(try vault.vault.sizeCosigned(by: witness) == size)
    }
}
