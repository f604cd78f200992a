internal import VaultCrypto
internal import VaultStore

/// Turning the form in which the keys lie, with no daemon running.
extension Vault {
    /// Puts the two key files under a passphrase and overwrites them. Cut off, it is run again.
    ///
    /// - Throws: `VaultError` with code `setup` while a daemon runs, and for keys that are not this vault's.
    package static func lockKeys(at path: String, source: ServiceKeySource) throws {
        try withKeys(of: path) { directory in
            let vault = try VaultDatabase.openForReading(path: directory.database, sealer: NoSealer())
                .read { try $0.unchecked().vault()?.id }
            guard let vault else { throw VaultError(.integrity, "the database holds no vault") }
            try source.lock(vault: vault) { try requireOwn($0, directory) }
        }
    }

    /// Puts two key files back in the place of the locked one. Cut off, it is run again.
    package static func unlockKeys(at path: String, source: ServiceKeySource) throws {
        try withKeys(of: path) { directory in try source.unlock { try requireOwn($0, directory) } }
    }

    private static func withKeys(of path: String, _ body: (VaultDirectory) throws -> Void) throws {
        try requireLockedMemory()
        let directory = VaultDirectory(path)
        try directory.check()
        let lock = try directory.takeLock()
        try body(directory)
        _ = consume lock
    }

    /// Before anything is overwritten: a service key of another vault must not take this one's place.
    private static func requireOwn(_ secrets: borrowing ServiceSecrets, _ directory: VaultDirectory) throws {
        let reader = try VaultDatabase.openForReading(path: directory.database, sealer: KeySet(service: try ServiceKeys(secrets.serviceKey)))
        _ = try reader.read { try vaultRow($0) }
    }
}
