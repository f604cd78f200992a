internal import VaultCrypto
internal import VaultModel

/// The service key and the pepper under a passphrase, as a file: canonical JSON and a line end.
struct LockedKeyFile: Sendable {
    let vault: VaultID
    let secrets: LockedServiceSecrets
    /// Where it was read from; nil before it is written.
    private(set) var path: String?

    init(vault: VaultID, secrets: LockedServiceSecrets) {
        self.vault = vault
        self.secrets = secrets
    }

    static let limit = 4096

    var bytes: [UInt8] {
        let json: JSON = [
            "type": "locked-keys", "vault": .string(vault.base64), "salt": .string(Base64URL.encode(secrets.salt)),
            "commitment": .string(Base64URL.encode(secrets.commitment)), "check": .string(Base64URL.encode(secrets.check)),
            "keys": .string(Base64URL.encode(secrets.sealed)),
        ]
        return json.encoded + [0x0a]
    }

    /// - Throws: `VaultError` with code `setup` for a file in any other form, or that others can read.
    static func read(_ file: SecretFile) throws -> LockedKeyFile {
        let text = try file.read(limit: limit).withBytes { Array($0) }
        guard text.last == 0x0a, let json = try? CanonicalJSON.decode(Array(text.dropLast())), let members = json.object,
            Set(members.keys) == ["type", "vault", "salt", "commitment", "check", "keys"], json["type"] == "locked-keys",
            let vault = json["vault"]?.string.flatMap(VaultID.init(base64:)),
            let salt = part(json["salt"], PasswordHash.saltBytes), let commitment = part(json["commitment"], 32),
            let check = part(json["check"], 32), let sealed = part(json["keys"], AEAD.nonceBytes + 64 + AEAD.tagBytes)
        else { throw VaultError(.setup, "\(file.path) does not hold locked keys", hint: "put the right file back") }
        var locked = LockedKeyFile(
            vault: vault,
            secrets: LockedServiceSecrets(salt: salt, commitment: commitment, check: check, sealed: sealed))
        locked.path = file.path
        return locked
    }

    /// - Throws: `VaultError` with code `setup` for a wrong passphrase or an altered file.
    func open(with keys: borrowing PassphraseKeys) throws -> ServiceSecrets {
        do throws(CryptoError) { return try secrets.open(with: keys, vault: vault.bytes) } catch {
            guard error == .authenticationFailed else { throw error }
            throw VaultError(
                .setup, "this is not the passphrase of \(path ?? "the locked keys"), or the file was altered",
                hint: "try again; k custodians' shares bring the keys back if it is lost")
        }
    }

    private static func part(_ json: JSON?, _ count: Int) -> [UInt8]? {
        guard let bytes = json?.string.flatMap(Base64URL.decode), bytes.count == count else { return nil }
        return bytes
    }
}
