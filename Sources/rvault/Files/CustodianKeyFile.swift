internal import Glibc
internal import VaultCrypto
internal import VaultModel

/// A custodian's key files: the locked one stays with the party, the public one goes to whoever makes the vault.
struct CustodianKeyFile {
    let name: CustodianName
    let seed: LockedSeed
    /// The signing key that must come out of the seed.
    let sign: [UInt8]

    static func locked(_ name: CustodianName, keys: borrowing CustodianKeys, seed: LockedSeed) -> [UInt8] {
        let json: JSON = [
            "type": "custodian-key", "custodian": .string(name.text), "salt": .string(Base64URL.encode(seed.salt)),
            "commitment": .string(Base64URL.encode(seed.commitment)), "seed": .string(Base64URL.encode(seed.sealed)),
            "box": .string(Base64URL.encode(keys.box.publicKey.bytes)),
            "sign": .string(Base64URL.encode(keys.signing.publicKey.bytes)),
        ]
        return json.encoded + [UInt8(ascii: "\n")]
    }

    static func open(_ name: CustodianName, keys: borrowing CustodianKeys) throws(CryptoError) -> [UInt8] {
        let json: JSON = [
            "type": "custodian", "custodian": .string(name.text), "auth": .string(Base64URL.encode(try keys.authDigest)),
            "box": .string(Base64URL.encode(keys.box.publicKey.bytes)),
            "sign": .string(Base64URL.encode(keys.signing.publicKey.bytes)),
        ]
        return json.encoded + [UInt8(ascii: "\n")]
    }

    /// Reads the locked file.
    ///
    /// - Throws: `Failure(.refused)` for a file that others may read, or that is anything else.
    init(reading path: String) throws(Failure) {
        let bad = Failure(.refused, Sentence(CustodyFaults.notCustodianKey, path), hint: Sentence(CustodyHints.ownKey))
        guard let descriptor = try PrivateFile.open(path) else { throw bad }
        close(descriptor)
        let bytes = try SourceFile.read(path, limit: 65_536)
        let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
        guard let json = try? CanonicalJSON.decode(Array(text)), json["type"] == "custodian-key",
            let name = json["custodian"]?.string.flatMap(CustodianName.init),
            let salt = json["salt"]?.string.flatMap(Base64URL.decode),
            let commitment = json["commitment"]?.string.flatMap(Base64URL.decode),
            let seed = json["seed"]?.string.flatMap(Base64URL.decode),
            let sign = json["sign"]?.string.flatMap(Base64URL.decode), sign.count == 32
        else { throw bad }
        self.name = name
        self.seed = LockedSeed(salt: salt, commitment: commitment, sealed: seed)
        self.sign = sign
    }

    /// Opens the custodian's keys. Costs one Argon2.
    ///
    /// - Throws: `Failure(.refused)` for a wrong passphrase.
    func keys(_ passphrase: borrowing SecretBytes) throws(Failure) -> CustodianKeys {
        do {
            let keys = try CustodianKeys(try seed.open(passphrase: passphrase, name: name.text))
            guard keys.signing.publicKey.bytes == sign else { throw CryptoError.authenticationFailed }
            return keys
        } catch { throw Failure(.refused, Sentence(CustodyFaults.wrongPassphrase), hint: Sentence(CustodyHints.ownKey)) }
    }
}
