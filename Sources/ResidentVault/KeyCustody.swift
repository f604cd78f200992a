internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// The service key and the pepper, split for the custodians: a file for each of them, sealed to them, and rows by which a
/// right share is told from a wrong one. Whoever brings k of these files and their custodians together can make the vault
/// start again when its keys are lost (`KeyRestore`). While a rotation needs the pair before, that one is split too: without
/// it a vault whose rows are still moving would not start.
struct KeyCustody: Sendable {
    /// Names of what is split, with the place's ending; the rows carry them.
    static let serviceKey = "service.key"
    static let pepper = "pepper"

    private struct Part {
        let name: String
        let split: Custody.KeySplit
        let rows: [KeyShareRow]
    }

    private let vault: VaultID
    private let custodianship: Custodianship
    private var parts: [Part] = []

    /// Splits the pair in force. In a vault without custodians there is nothing of it.
    init(
        _ secrets: borrowing ServiceSecrets, of keys: KeySet, vault: VaultID, custodianship: Custodianship
    ) throws {
        self.vault = vault
        self.custodianship = custodianship
        try split(secrets, at: .current, of: keys)
    }

    mutating func split(_ secrets: borrowing ServiceSecrets, at place: KeyPlace, of keys: KeySet) throws {
        guard !custodianship.isEmpty else { return }
        try split(
            try secrets.serviceKey.withBytes { bytes throws(CryptoError) in try SecretBytes(copying: bytes) },
            Self.serviceKey + place.rawValue, of: keys)
        try split(
            try secrets.pepper.withBytes { bytes throws(CryptoError) in try SecretBytes(copying: bytes) },
            Self.pepper + place.rawValue, of: keys)
    }

    private mutating func split(_ secret: borrowing SecretBytes, _ name: String, of keys: KeySet) throws {
        guard let mark = try Self.marks(of: keys, vault: vault)[name] else { return }
        let split = try Custody.split(secret, vault: vault, custodianship: custodianship)
        parts.append(Part(name: name, split: split, rows: split.rows(named: name, mark: mark)))
    }

    /// What must be split while these keys are in force, and what tells each.
    static func marks(of keys: KeySet, vault: VaultID) throws -> [String: [UInt8]] {
        func digest(_ pepper: PepperKey) -> [UInt8] { pepper.key.digest(vault: vault.bytes, generation: pepper.generation) }
        let newest = try keys.pepper
        var marks = [serviceKey: keys.service.log.publicKey.bytes, pepper: digest(newest)]
        if keys.needsOld {
            marks[serviceKey + KeyPlace.old.rawValue] = (keys.alsoAccepted ?? keys.service).log.publicKey.bytes
            marks[pepper + KeyPlace.old.rawValue] = digest(keys.peppers.first ?? newest)
        }
        return marks
    }

    /// Whether the shares of a key are sealed to just these custodians' present keys, so many of whom must act together.
    static func fits(_ rows: [KeyShareRow], mark: [UInt8], _ custodianship: Custodianship) -> Bool {
        rows.count == custodianship.custodians.count
            && rows.allSatisfy { row in
                row.mark == mark && Int(row.threshold) == custodianship.threshold
                    && custodianship.ordered.contains { $0.name.text == row.custodian && BoxMark.of($0.box) == row.box }
            }
    }

    /// Puts the rows in place of those of an older split.
    func put(in changes: Changes) throws {
        for name in try changes.snapshot.keyShareNames() { try changes.replaceKeyShares(of: name, by: []) }
        for part in parts { try changes.replaceKeyShares(of: part.name, by: part.rows) }
    }

    /// Writes each custodian's file, in place of an older one. They are to be handed to them.
    func write(to directory: VaultDirectory) throws {
        for custodian in custodianship.ordered {
            let shares = parts.compactMap { $0.split.json(of: custodian.name, named: $0.name) }
            let file: JSON = [
                "type": "key-shares", "vault": .string(vault.base64), "custodian": .string(custodian.name.text),
                "shares": .array(shares),
            ]
            try VaultDirectory.replace(
                directory.keyShares(of: custodian.name.text), with: file.encoded + [0x0a], mode: 0o600)
        }
    }
}
