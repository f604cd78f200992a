import Foundation
import VaultAudit
import VaultCrypto
import VaultModel
import VaultStore

@testable import ResidentVault

/// Someone with a copy of a vault's directory and some secrets, who tries every secret, and all that can be derived from
/// it, on every ciphertext there is, until nothing new opens. It uses the vault's own opening functions on the real
/// rows and knows all formats.
struct Thief {
    /// What they got open.
    struct Loot: Equatable {
        /// `resident field`.
        var cells: Set<String> = []
        var proposals: Set<String> = []
        /// `resident kind` of envelopes.
        var envelopes: Set<String> = []
        /// `resident custodian` of shares.
        var shares: Set<String> = []
        /// What stood in them.
        var shareValues: Set<[UInt8]> = []
        /// Every secret of 32 bytes they held or found.
        var secrets: Set<[UInt8]> = []

        var isEmpty: Bool { cells.isEmpty && proposals.isEmpty && envelopes.isEmpty }

        /// The residents of whom a value lies open.
        var residents: Set<Int> { Set(cells.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }) }
    }

    var directory: VaultDirectory
    /// 32 bytes each: keys, seeds, an app's secret.
    var secrets: Set<[UInt8]> = []
    var passphrases: [String] = []
    /// Activation codes as they stand on letters.
    var codes: [[UInt8]] = []

    init(_ vault: TemporaryVault) { directory = VaultDirectory(vault.path) }

    func with(
        secrets: [[UInt8]] = [], passphrases: [String] = [], codes: [[UInt8]] = []
    ) -> Thief {
        var thief = self
        thief.secrets.formUnion(secrets)
        thief.passphrases += passphrases
        thief.codes += codes
        return thief
    }

    func with(custodians: [TestCustodian]) -> Thief {
        with(secrets: custodians.map { $0.seed.withBytes { Array($0) } })
    }

    /// Their copy has the key files too.
    func withKeyFiles() throws -> Thief {
        with(secrets: [try FileBytes.read(directory.serviceKey), try FileBytes.read(directory.pepper)])
    }

    /// Tries everything.
    func steal() throws -> Loot {
        let reader = try VaultDatabase.openForReading(path: directory.database, sealer: NoSealer())
        return try reader.read { snapshot in
            var attack = try Attack(snapshot.unchecked(), self)
            while try attack.round() {}
            return attack.loot
        }
    }
}

/// One attempt on one view of the database. All rows are read once; each key is tried once on each.
private struct Attack {
    private struct SplitSet {
        var parts: [UInt8: [UInt8]] = [:]
        var threshold = 0
        /// What comes of it is the key of a resident's envelope; else one of the vault's own keys.
        var isResidents = false
        /// What stands open beside the shares, to be guessed with.
        var digests: [[UInt8]] = []
        var xs: [UInt8] = []
    }
    private struct SealedPart {
        let x: UInt8
        let set: [UInt8]
        let owner: [UInt8]
        let name: String
        let blob: [UInt8]
    }
    private struct Person {
        let row: ResidentRow
        let cells: [CellRow]
        let writeKeys: [WriteKeyRow]
        let proposals: [ProposalRow]
        let envelopes: [EnvelopeRow]
        var number: Int64 { row.reference.number }
        var id: [UInt8] { row.reference.id.bytes }
    }
    /// A bundle or supplement; the recipient is known for apps.
    private struct Parcel {
        let header: (BoxPublicKey) -> BundleHeader
        let isWrapped: Bool
        let app: BoxPublicKey?
        let blob: [UInt8]
    }

    var loot = Thief.Loot()
    private let vault: VaultID
    private let thief: Thief
    private var people: [Person] = []
    private var parcels: [Parcel] = []
    private var parts: [SealedPart] = []
    private var sets: [[UInt8]: SplitSet] = [:]
    /// Not tried yet, and all that there were.
    private var secrets: [[UInt8]]
    private var envelopeKeys: [[UInt8]] = []
    private var fieldKeys: [[UInt8]] = []
    private var seen: Set<[UInt8]> = []
    private var combined: Set<[UInt8]> = []

    init(_ snapshot: Snapshot, _ thief: Thief) throws {
        self.thief = thief
        vault = try required(try snapshot.vault()).id
        secrets = Array(thief.secrets)
        let (config, vault) = (try VaultConfig(body: try required(try snapshot.config()).body), vault)
        for row in try snapshot.residents(after: 0, limit: 1000) {
            let resident = row.reference
            people.append(
                Person(
                    row: row, cells: try snapshot.cells(of: resident), writeKeys: try snapshot.writeKeys(of: resident),
                    proposals: try snapshot.proposals(of: resident), envelopes: try snapshot.envelopes(of: resident)))
            for grant in try snapshot.grants(of: resident) {
                let app = try config.apps.first { $0.key.text == grant.recipient }.map { try BoxPublicKey($0.value.box) }
                let digest = Hash.blake2b256(grant.statement)
                func parcel(_ blob: [UInt8], serial: UInt32, isWrapped: Bool) -> Parcel {
                    Parcel(
                        header: { recipient in
                            BundleHeader(
                                vault: vault.bytes, grant: grant.id.bytes, recipient: recipient, statement: digest,
                                resident: resident.id.bytes, serial: serial)
                        }, isWrapped: isWrapped, app: app, blob: blob)
                }
                if let bundle = try snapshot.bundle(grant: grant.id) {
                    parcels.append(parcel(bundle.blob, serial: bundle.serial, isWrapped: bundle.form == .wrapped))
                }
                for row in try snapshot.supplements(grant: grant.id) {
                    parcels.append(parcel(row.blob, serial: row.epoch, isWrapped: false))
                }
            }
            for share in try snapshot.shares(of: resident) {
                parts.append(
                    SealedPart(
                        x: share.x, set: share.custodySet, owner: resident.id.bytes,
                        name: "\(resident.number) \(share.custodian)", blob: share.blob))
                sets[share.custodySet, default: SplitSet(isResidents: true)].threshold = Int(share.threshold)
                sets[share.custodySet]?.digests.append(share.digest)
                sets[share.custodySet]?.xs.append(share.x)
            }
        }
        // The files that custodians keep with shares of the service key and the pepper.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: thief.directory.path)) ?? []
        for name in names where name.hasPrefix("key-shares-") {
            let file = try JSONParser.parse(try FileBytes.read(thief.directory.path + "/" + name))
            for share in file["shares"]?.array ?? [] {
                guard let set = share["set"]?.string.flatMap(Base64URL.decode), let x = share["x"]?.integer,
                    let blob = share["share"]?.string.flatMap(Base64URL.decode), let k = share["k"]?.integer
                else { continue }
                sets[set, default: SplitSet()].threshold = Int(k)
                sets[set]?.xs.append(UInt8(x))
                parts.append(SealedPart(x: UInt8(x), set: set, owner: vault.bytes, name: "vault \(name)", blob: blob))
            }
        }
        for code in thief.codes {
            let typed = try ActivationCode(typed: try SecretBytes(copying: code))
            envelopeKeys.append(try EnvelopeKey.activation(typed.secret).withBytes { Array($0) })
        }
        for person in people {
            guard let salt = person.envelopes.first(where: { $0.kind == EnvelopeKind.passphrase.rawValue })?.salt else { continue }
            for words in thief.passphrases {
                // With each secret in the pepper's place.
                for pepper in thief.secrets {
                    let key = try EnvelopeKey.passphrase(
                        try SecretBytes(copying: Array(words.utf8)), salt: salt, pepper: try Pepper(copying: pepper))
                    envelopeKeys.append(key.withBytes { Array($0) })
                }
            }
        }
    }

    /// - Returns: whether there is something new to try.
    mutating func round() throws -> Bool {
        let fresh = secrets
        secrets = []
        for secret in fresh where loot.secrets.insert(secret).inserted {
            for key in try Self.derived(secret) where seen.insert(key).inserted { try tryBoxAndWrap(key) }
        }
        try combine()
        try openEnvelopes()
        try openCells()
        return !secrets.isEmpty || !envelopeKeys.isEmpty || !fieldKeys.isEmpty
    }

    /// Every subkey of every kind, and the secret itself.
    private static func derived(_ secret: [UInt8]) throws -> [[UInt8]] {
        let key = try Seed(copying: secret)
        let contexts: [(StaticString, UInt64)] = [
            ("rvsrv_v1", 8), ("rvres_v1", 2), ("rvcus_v1", 4), ("rvapp_v1", 3), ("rvpwd_v1", 3),
        ]
        var keys = [secret]
        for (context, count) in contexts {
            for id in 1...count { keys.append(try key.derive(id, context, as: KeyRole.Seed.self).withBytes { Array($0) }) }
        }
        return keys
    }

    /// As a box seed and as a wrap key; as an envelope's and a field's key later.
    private mutating func tryBoxAndWrap(_ key: [UInt8]) throws {
        envelopeKeys.append(key)
        fieldKeys.append(key)
        let pair = try BoxKeyPair(seed: try Seed(copying: key))
        let wrap = try WrapKey(copying: key)
        for person in people {
            for row in person.writeKeys {
                guard let write = try? SealedWriteKey.open(
                    row.blob, vault: vault.bytes, resident: person.id, epoch: row.epoch, with: pair)
                else { continue }
                for cell in person.cells where cell.epoch == row.epoch {
                    fieldKeys.append(try write.fieldKey(cell.field.text, epoch: row.epoch).withBytes { Array($0) })
                }
            }
            for row in person.proposals
            where (try? SealedProposal.open(row.blob, vault: vault.bytes, resident: person.id, field: row.field.text, with: pair)) != nil {
                loot.proposals.insert("\(person.number) \(row.field)")
            }
        }
        for parcel in parcels {
            if parcel.isWrapped {
                guard let app = parcel.app, let keys = try? Bundle.openWrapped(parcel.blob, header: parcel.header(app), key: wrap) else { continue }
                try take(keys)
            } else if let keys = try? Bundle.openSealed(parcel.blob, header: parcel.header(pair.publicKey), with: pair) {
                try take(keys)
            }
        }
        for part in parts {
            guard let opened = try? SealedShare.open(
                part.blob, x: part.x, vault: vault.bytes, resident: part.owner, set: part.set, with: pair)
            else { continue }
            loot.shares.insert(part.name)
            let value = opened.withBytes { Array($0) }
            loot.shareValues.insert(value)
            sets[part.set]?.parts[part.x] = value
        }
    }

    private mutating func take(_ keys: borrowing FieldKeySet) throws {
        for entry in keys.entries {
            if let key = try keys.key(for: entry.field) { fieldKeys.append(key.withBytes { Array($0) }) }
        }
    }

    /// Shares, and for missing ones whatever might be guessed: other residents' shares, digests, keys in hand, nothing.
    private mutating func combine() throws {
        let known = Set(sets.values.flatMap { $0.parts.values }).union(thief.secrets)
        for (_, set) in sets where !set.parts.isEmpty {
            let held = set.parts.sorted { $0.key < $1.key }.map { (x: $0.key, y: $0.value) }
            if held.count >= set.threshold {
                try give(set, Array(held.prefix(set.threshold)))
            } else if held.count == set.threshold - 1 {
                let guesses = known.union(set.digests).union([[UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xff, count: 32)])
                for x in Set(set.xs) where set.parts[x] == nil {
                    for guess in guesses { try give(set, held + [(x: x, y: guess)]) }
                }
                // As if fewer were needed.
                if held.count >= 2 { try give(set, held) }
            }
        }
    }

    private mutating func give(_ set: SplitSet, _ parts: [(x: UInt8, y: [UInt8])]) throws {
        guard combined.insert(parts.flatMap { [$0.x] + $0.y }).inserted else { return }
        var shares = try ShareSet(capacity: parts.count, length: 32)
        for part in parts { try shares.add(x: part.x, y: try SecretBytes(copying: part.y)) }
        let secret = try Shamir.combine(shares, threshold: parts.count).withBytes { Array($0) }
        // A guess at the vault's own keys is one secret more to try everywhere.
        if set.isResidents { envelopeKeys.append(secret) } else { secrets.append(secret) }
    }

    private mutating func openEnvelopes() throws {
        let keys = envelopeKeys
        envelopeKeys = []
        for key in keys {
            let digest = try Envelope.authDigest(of: try EnvelopeKey(copying: key))
            for person in people {
                // The digest of its auth key stands in the row: only this key can open it.
                for row in person.envelopes where row.auth == digest {
                    guard let kind = EnvelopeKind(rawValue: row.kind),
                        let seed = try? Envelope(authDigest: row.auth, commitment: row.commitment, sealed: row.blob).open(
                            key: try EnvelopeKey(copying: key), kind: kind, vault: vault.bytes, resident: person.id)
                    else { continue }
                    loot.envelopes.insert("\(person.number) \(row.kind)")
                    secrets.append(seed.withBytes { Array($0) })
                }
            }
        }
    }

    private mutating func openCells() throws {
        let keys = Set(fieldKeys)
        fieldKeys = []
        for person in people {
            for cell in person.cells {
                let name = "\(person.number) \(cell.field)"
                guard !loot.cells.contains(name) else { continue }
                let context = cell.context(vault: vault)
                for key in keys where (try? Cell.open(cell.blob, key: try FieldKey(copying: key), context: context)) != nil {
                    loot.cells.insert(name)
                    break
                }
            }
        }
    }
}
