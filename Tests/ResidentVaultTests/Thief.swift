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

/// One attempt on one view of the database.
private struct Attack {
    private struct SplitSet {
        var parts: [UInt8: [UInt8]] = [:]
        var threshold = 0
        /// Given back to the envelope's wrap key, or to a key of the vault's own.
        var resident: ResidentReference?
        /// What stands open beside the shares, to be guessed with.
        var digests: [[UInt8]] = []
        var xs: [UInt8] = []
    }

    var loot = Thief.Loot()
    private let snapshot: Snapshot
    private let vault: VaultID
    private let config: VaultConfig
    private let thief: Thief
    private let residents: [ResidentRow]
    private var pending: [[UInt8]]
    private var envelopeKeys: Set<[UInt8]> = []
    private var wrapKeys: Set<[UInt8]> = []
    private var fieldKeys: Set<[UInt8]> = []
    private var sets: [[UInt8]: SplitSet] = [:]
    private var shares: [(row: ShareRow, owner: [UInt8])] = []
    private var tried: Set<[UInt8]> = []

    init(_ snapshot: Snapshot, _ thief: Thief) throws {
        self.snapshot = snapshot
        self.thief = thief
        vault = try required(try snapshot.vault()).id
        config = try VaultConfig(body: try required(try snapshot.config()).body)
        residents = try snapshot.residents(after: 0, limit: 1000)
        pending = Array(thief.secrets)
        for code in thief.codes {
            let typed = try ActivationCode(typed: try SecretBytes(copying: code))
            envelopeKeys.insert(try EnvelopeKey.activation(typed.secret).withBytes { Array($0) })
        }
        for resident in residents {
            for row in try snapshot.shares(of: resident.reference) {
                shares.append((row, resident.reference.id.bytes))
                sets[row.custodySet, default: SplitSet()].threshold = Int(row.threshold)
                sets[row.custodySet]?.resident = resident.reference
                sets[row.custodySet]?.digests.append(row.digest)
                sets[row.custodySet]?.xs.append(row.x)
            }
        }
    }

    /// - Returns: whether something new was found.
    mutating func round() throws -> Bool {
        let before = (loot, envelopeKeys.count, fieldKeys.count)
        let fresh = pending.filter { !tried.contains($0) }
        pending = []
        for secret in fresh {
            tried.insert(secret)
            loot.secrets.insert(secret)
            for key in try Self.derived(secret) { try tryAll(key) }
        }
        try tryPassphrases()
        try combine()
        try openEnvelopes()
        try unwrapBundles()
        try openCells()
        return !pending.isEmpty || loot != before.0 || envelopeKeys.count != before.1 || fieldKeys.count != before.2
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

    /// As a box seed, an envelope's, a wrap and a field key.
    private mutating func tryAll(_ key: [UInt8]) throws {
        envelopeKeys.insert(key)
        wrapKeys.insert(key)
        fieldKeys.insert(key)
        let pair = try BoxKeyPair(seed: try Seed(copying: key))
        for resident in residents {
            let (reference, id) = (resident.reference, resident.reference.id.bytes)
            for row in try snapshot.writeKeys(of: reference) {
                guard let write = try? SealedWriteKey.open(row.blob, vault: vault.bytes, resident: id, epoch: row.epoch, with: pair)
                else { continue }
                for cell in try snapshot.cells(of: reference) where cell.epoch == row.epoch {
                    fieldKeys.insert(try write.fieldKey(cell.field.text, epoch: row.epoch).withBytes { Array($0) })
                }
            }
            for row in try snapshot.proposals(of: reference)
            where (try? SealedProposal.open(row.blob, vault: vault.bytes, resident: id, field: row.field.text, with: pair)) != nil {
                loot.proposals.insert("\(reference.number) \(row.field)")
            }
            for grant in try snapshot.grants(of: reference) {
                if let bundle = try snapshot.bundle(grant: grant.id), bundle.form == .sealed {
                    try takeBundle(bundle.blob, header(grant, serial: bundle.serial, to: pair.publicKey), pair)
                }
                for row in try snapshot.supplements(grant: grant.id) {
                    try takeBundle(row.blob, header(grant, serial: row.epoch, to: pair.publicKey), pair)
                }
            }
        }
        for (row, owner) in shares {
            guard let part = try? SealedShare.open(
                row.blob, x: row.x, vault: vault.bytes, resident: owner, set: row.custodySet, with: pair)
            else { continue }
            loot.shares.insert("\(row.resident.number) \(row.custodian)")
            sets[row.custodySet]?.parts[row.x] = part.withBytes { Array($0) }
        }
        try takeKeyShares(pair)
    }

    /// The files that custodians keep with shares of the service key and the pepper.
    private mutating func takeKeyShares(_ pair: borrowing BoxKeyPair) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: thief.directory.path)) ?? []
        for name in names where name.hasPrefix("key-shares-") {
            let file = try JSONParser.parse(try FileBytes.read(thief.directory.path + "/" + name))
            for share in file["shares"]?.array ?? [] {
                guard let set = share["set"]?.string.flatMap(Base64URL.decode), let x = share["x"]?.integer,
                    let blob = share["share"]?.string.flatMap(Base64URL.decode), let k = share["k"]?.integer
                else { continue }
                sets[set, default: SplitSet()].threshold = Int(k)
                guard let part = try? SealedShare.open(
                    blob, x: UInt8(x), vault: vault.bytes, resident: vault.bytes, set: set, with: pair)
                else { continue }
                loot.shares.insert("vault \(name)")
                sets[set]?.parts[UInt8(x)] = part.withBytes { Array($0) }
            }
        }
    }

    private func header(_ grant: GrantRow, serial: UInt32, to recipient: BoxPublicKey) -> BundleHeader {
        BundleHeader(
            vault: vault.bytes, grant: grant.id.bytes, recipient: recipient, statement: Hash.blake2b256(grant.statement),
            resident: grant.resident.id.bytes, serial: serial)
    }

    private mutating func takeBundle(_ blob: [UInt8], _ header: BundleHeader, _ pair: borrowing BoxKeyPair) throws {
        guard let keys = try? Bundle.openSealed(blob, header: header, with: pair) else { return }
        for entry in keys.entries { if let key = try keys.key(for: entry.field) { fieldKeys.insert(key.withBytes { Array($0) }) } }
    }

    private mutating func unwrapBundles() throws {
        let keys = wrapKeys
        for resident in residents {
            for grant in try snapshot.grants(of: resident.reference) {
                guard let bundle = try snapshot.bundle(grant: grant.id), bundle.form == .wrapped,
                    let box = config.apps.first(where: { $0.key.text == grant.recipient })?.value.box
                else { continue }
                let header = header(grant, serial: bundle.serial, to: try BoxPublicKey(box))
                for key in keys {
                    guard let found = try? Bundle.openWrapped(bundle.blob, header: header, key: try WrapKey(copying: key)) else { continue }
                    for entry in found.entries {
                        if let key = try found.key(for: entry.field) { fieldKeys.insert(key.withBytes { Array($0) }) }
                    }
                }
            }
        }
    }

    /// With each secret in the pepper's place.
    private mutating func tryPassphrases() throws {
        guard !thief.passphrases.isEmpty else { return }
        for resident in residents {
            guard let row = try snapshot.envelope(resident: resident.reference, kind: EnvelopeKind.passphrase.rawValue),
                let salt = row.salt
            else { continue }
            for words in thief.passphrases {
                for pepper in thief.secrets where tried.insert(Array(words.utf8) + pepper + salt).inserted {
                    let key = try EnvelopeKey.passphrase(
                        try SecretBytes(copying: Array(words.utf8)), salt: salt, pepper: try Pepper(copying: pepper))
                    envelopeKeys.insert(key.withBytes { Array($0) })
                }
            }
        }
    }

    /// Shares, and for missing ones whatever might be guessed: other residents' shares, digests, keys in hand, nothing.
    private mutating func combine() throws {
        let known = Set(sets.values.flatMap { $0.parts.values }).union(thief.secrets)
        for (_, set) in sets where !set.parts.isEmpty {
            var guesses = known
            guesses.formUnion(set.digests)
            guesses.insert([UInt8](repeating: 0, count: 32))
            guesses.insert([UInt8](repeating: 0xff, count: 32))
            let held = set.parts.sorted { $0.key < $1.key }
            if held.count >= set.threshold {
                try give(set, Array(held.prefix(set.threshold)))
            } else if held.count == set.threshold - 1 {
                for x in (set.xs.isEmpty ? [1, 2, 3] : set.xs) + [255] where set.parts[x] == nil {
                    for guess in guesses { try give(set, held + [(key: x, value: guess)]) }
                }
            } else if held.count >= 2 {
                // As if fewer were needed.
                try give(set, held)
            }
        }
    }

    private mutating func give(_ set: SplitSet, _ parts: [(key: UInt8, value: [UInt8])]) throws {
        var shares = try ShareSet(capacity: parts.count, length: 32)
        for part in parts { try shares.add(x: part.key, y: try SecretBytes(copying: part.value)) }
        let secret = try Shamir.combine(shares, threshold: parts.count).withBytes { Array($0) }
        if set.resident == nil { pending.append(secret) } else { envelopeKeys.insert(secret) }
    }

    private mutating func openEnvelopes() throws {
        for resident in residents {
            for row in try snapshot.envelopes(of: resident.reference) {
                guard let kind = EnvelopeKind(rawValue: row.kind) else { continue }
                let envelope = Envelope(authDigest: row.auth, commitment: row.commitment, sealed: row.blob)
                let name = "\(resident.reference.number) \(row.kind)"
                for key in envelopeKeys where !loot.envelopes.contains(name) {
                    guard let seed = try? envelope.open(
                        key: try EnvelopeKey(copying: key), kind: kind, vault: vault.bytes, resident: resident.reference.id.bytes)
                    else { continue }
                    loot.envelopes.insert(name)
                    pending.append(seed.withBytes { Array($0) })
                }
            }
        }
    }

    private mutating func openCells() throws {
        for resident in residents {
            for cell in try snapshot.cells(of: resident.reference) {
                let name = "\(resident.reference.number) \(cell.field)"
                guard !loot.cells.contains(name) else { continue }
                for key in fieldKeys
                where (try? Cell.open(cell.blob, key: try FieldKey(copying: key), context: cell.context(vault: vault))) != nil {
                    loot.cells.insert(name)
                    break
                }
            }
        }
    }
}
