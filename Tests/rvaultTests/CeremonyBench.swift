import Foundation
import VaultAPI
import VaultAudit
import VaultCrypto
import VaultModel

@testable import rvault

/// A vault's side of a ceremony, with real keys: a log with one entry, custodians, residents whose keys are split among
/// them, and the ceremony's own key.
final class CeremonyBench {
    struct Resident {
        let person: CeremonyItem.Person
        let set: [UInt8]
        /// What was split.
        let secret: [UInt8]
        let shares: [CustodianName: ShareItem]
    }

    let vault = VaultID.random()
    let log: SigningKeyPair
    let key: VerifierKey
    let ceremony: BoxKeyPair
    let names: [CustodianName]
    let seeds: [[UInt8]]
    private(set) var residents: [Resident] = []
    let config = Sodium.randomBytes(32)

    init(custodians: [String] = ["committee", "owners", "property"], residents count: Int = 3) throws {
        let log = try SigningKeyPair(seed: try Seed.random())
        let key = try VerifierKey(name: "vault.example/log", publicKey: log.publicKey)
        let ceremony = try BoxKeyPair(seed: try Seed.random())
        self.log = log
        self.key = key
        self.ceremony = ceremony
        names = custodians.compactMap(CustodianName.init).sorted()
        seeds = names.map { _ in Sodium.randomBytes(32) }
        for _ in 0..<count { residents.append(try resident()) }
        residents.sort { $0.person.id.bytes.lexicographicallyPrecedes($1.person.id.bytes) }
    }

    func keys(_ place: Int) throws -> CustodianKeys { try CustodianKeys(try Seed(try SecretBytes(copying: seeds[place]))) }

    func own(_ place: Int) throws -> OwnShares { OwnShares(try keys(place), of: names[place]) }

    private func resident() throws -> Resident {
        let person = CeremonyItem.Person(id: .random(), login: .random())
        let (secret, set) = (Sodium.randomBytes(32), Sodium.randomBytes(16))
        return Resident(
            person: person, set: set, secret: secret, shares: try split(secret, set: set, owner: person.id))
    }

    /// Splits 2 of n, as the vault does.
    func split(_ secret: [UInt8], set: [UInt8], owner: ResidentID) throws -> [CustodianName: ShareItem] {
        let parts = try Shamir.split(try SecretBytes(copying: secret), threshold: 2, count: names.count)
        var shares: [CustodianName: ShareItem] = [:]
        for (place, name) in names.enumerated() {
            let y = try parts.share(at: place)
            let x = parts.xs[place]
            let box = try keys(place).box.publicKey
            shares[name] = ShareItem(
                resident: owner, set: set, x: Int(x),
                digest: try ShareDigest.make(resident: owner.bytes, set: set, x: x, y: y),
                share: try SealedShare.seal(y, x: x, vault: vault.bytes, resident: owner.bytes, set: set, to: box))
        }
        return shares
    }

    var items: [CeremonyItem] { residents.map { CeremonyItem(resident: $0.person) } }

    func request(
        _ result: CeremonyRequest.Result = .rekey, items: [CeremonyItem]? = nil, box: [UInt8]? = nil, vault: VaultID? = nil,
        created: Instant = CheckedCeremony.now, seconds: Int64 = 86_400
    ) -> CeremonyRequest {
        let items = items ?? self.items
        let vault = vault ?? self.vault
        return CeremonyRequest(
            vault: vault, id: .random(), result: result, reason: "lost-passphrase", count: items.count,
            residents: Hash.blake2b256(CeremonyItem.digestInput(items, vault: vault)), box: box ?? ceremony.publicKey.bytes,
            threshold: 2, config: config, created: created, until: created.advanced(bySeconds: seconds))
    }

    /// A proof that the log's one entry holds this change.
    func proof(_ change: JSON, action: LogAction = .ceremony, by signer: borrowing SigningKeyPair) throws -> [UInt8] {
        var entry = LogEntry(vault: vault, time: CheckedCeremony.now, action: action, config: config)
        entry.role = .operator
        entry.change = change
        let bytes = try entry.encoded()
        let checkpoint = try Checkpoint(origin: key.name, size: 1, root: MerkleHash.leaf(bytes))
        return ProofFile(entry: bytes, index: 0, hashes: [], note: try checkpoint.signedNote(with: signer)).encoded
    }

    func page(
        _ request: CeremonyRequest, for place: Int, items: [CeremonyItem]? = nil, logged: JSON? = nil
    ) throws -> CeremonyPage {
        let shares = Dictionary(uniqueKeysWithValues: residents.map { ($0.person.id, $0.shares[names[place]]) })
        let lines = (items ?? self.items).map { CeremonyLine(item: $0, share: shares[$0.resident.id] ?? nil) }
        return CeremonyPage(
            custodian: names[place], request: String(decoding: try request.encoded(), as: UTF8.self),
            proof: String(decoding: try proof(logged ?? request.json, by: log), as: UTF8.self), lines: lines, next: nil)
    }

    func check(_ page: CeremonyPage, as place: Int = 0, now: Instant = CheckedCeremony.now) throws(Failure) -> CheckedCeremony {
        try CheckedCeremony(page, custodian: names[place], keys: [key], now: now)
    }

    /// What the answers of some custodians give back for one resident, with the ceremony's key.
    func combine(_ answers: [CeremonyAnswer], of resident: Resident) throws -> [UInt8] {
        var set = try ShareSet(capacity: answers.count, length: 32)
        for answer in answers {
            guard let item = answer.shares.first(where: { $0.resident == resident.person.id }) else { continue }
            let share = try SealedShare.open(
                item.share, x: UInt8(item.x), vault: vault.bytes, resident: item.resident.bytes, set: item.set, with: ceremony)
            try set.add(x: UInt8(item.x), y: share)
        }
        return try Shamir.combine(set, threshold: 2).withBytes { Array($0) }
    }

    /// Writes a custodian's key file under the passphrase `four plain words`, and the public one.
    func writeKey(_ place: Int, to folder: TestFolder) throws -> String {
        let seed = try Seed(try SecretBytes(copying: seeds[place]))
        let locked = try LockedSeed.lock(
            seed, passphrase: try SecretBytes(copying: Array("four plain words".utf8)), name: names[place].text)
        let path = folder.file("\(names[place]).custodian")
        try PrivateFile.create(path, CustodianKeyFile.locked(names[place], keys: try keys(place), seed: locked))
        try PrivateFile.create(path + ".pub", mode: 0o644, CustodianKeyFile.open(names[place], keys: try keys(place)))
        return path
    }

    /// A file of shares of the vault's own keys.
    func keyShares(_ place: Int) throws -> [UInt8] {
        let owner = ResidentID(vault.bytes) ?? .random()
        let list = try ["service.key", "pepper"].map { name throws -> JSON in
            guard let share = try split(Sodium.randomBytes(32), set: Sodium.randomBytes(16), owner: owner)[names[place]] else {
                throw CocoaError(.featureUnsupported)
            }
            return [
                "name": .string(name), "set": .string(Base64URL.encode(share.set)), "x": .integer(Int64(share.x)), "k": 2,
                "n": .integer(Int64(names.count)), "digest": .string(Base64URL.encode(share.digest)),
                "share": .string(Base64URL.encode(share.share)),
            ]
        }
        let file: JSON = [
            "type": "key-shares", "vault": .string(vault.base64), "custodian": .string(names[place].text), "shares": .array(list),
        ]
        return file.encoded + [0x0a]
    }
}

/// A descriptor that gives the passphrase of `CeremonyBench.writeKey`.
final class PassphraseDescriptor {
    private let pipe = Pipe()
    var number: String { "\(pipe.fileHandleForReading.fileDescriptor)" }

    init(_ text: String = "four plain words\n") {
        pipe.fileHandleForWriting.write(Data(text.utf8))
        try? pipe.fileHandleForWriting.close()
    }
}
