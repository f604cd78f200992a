internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// The service key and the pepper, split for the custodians: a file for each of them, sealed to them, and rows by which a
/// right share is told from a wrong one. Whoever brings k of these files and their custodians together can make the vault
/// start again when its keys are lost (`KeyRestore`).
struct KeyCustody: Sendable {
    /// Names of what is split; the rows carry them.
    static let serviceKey = "service.key"
    static let pepper = "pepper"

    /// Each custodian's file.
    let files: [CustodianName: JSON]
    let rows: [KeyShareRow]

    init(
        _ serviceKey: borrowing ServiceKey, _ pepper: borrowing Pepper, vault: VaultID, custodianship: Custodianship
    ) throws {
        let service = try serviceKey.withBytes { bytes throws(CryptoError) in try SecretBytes(copying: bytes) }
        let stretch = try pepper.withBytes { bytes throws(CryptoError) in try SecretBytes(copying: bytes) }
        let services = try Custody.split(service, vault: vault, custodianship: custodianship)
        let peppers = try Custody.split(stretch, vault: vault, custodianship: custodianship)
        files = Dictionary(
            uniqueKeysWithValues: custodianship.ordered.map { custodian in
                let shares = [(Self.serviceKey, services), (Self.pepper, peppers)].compactMap { name, split in
                    split.json(of: custodian.name, named: name)
                }
                return (
                    custodian.name,
                    [
                        "type": "key-shares", "vault": .string(vault.base64), "custodian": .string(custodian.name.text),
                        "shares": .array(shares),
                    ] as JSON
                )
            })
        rows = services.rows(named: Self.serviceKey) + peppers.rows(named: Self.pepper)
    }

    /// Puts the rows in place of those of an older split.
    func put(in changes: Changes) throws {
        for name in [Self.serviceKey, Self.pepper] {
            try changes.replaceKeyShares(of: name, by: rows.filter { $0.name == name })
        }
    }

    /// Writes each custodian's file, in place of an older one. They are to be handed to them.
    func write(to directory: VaultDirectory) throws {
        for (name, file) in files {
            try VaultDirectory.replace(directory.keyShares(of: name.text), with: file.encoded + [0x0a], mode: 0o600)
        }
    }
}
