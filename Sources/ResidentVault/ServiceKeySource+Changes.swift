internal import Foundation
internal import Synchronization
package import VaultCrypto
package import VaultModel

/// Making, exchanging and turning the keys. All of it needs the directory's lock; at each step a start finds one form.
extension ServiceKeySource {
    /// Makes the first files of a new vault.
    ///
    /// - Parameter locked: writes them only under a passphrase, so that they never lie open on this disk.
    /// - Throws: `VaultError` with code `setup` if there are keys already.
    func make(_ secrets: borrowing ServiceSecrets, vault: VaultID, locked: Bool) throws {
        guard try form() == nil, [files.serviceKey, files.pepper].allSatisfy({ !$0.exists }) else {
            throw VaultError(
                .setup, "there are keys already in \(files.serviceKey.path), as credentials or in \(lockedFile.path)",
                hint: "a new vault makes its own; move these away, they may belong to another vault")
        }
        guard locked else {
            try secrets.serviceKey.withBytes { try files.serviceKey.create($0) }
            return try secrets.pepper.withBytes { try files.pepper.create($0) }
        }
        let keys = try PassphraseKeys(passphrase: try takePassphraseInput().new())
        let file = LockedKeyFile(vault: vault, secrets: try .lock(secrets, with: keys, vault: vault.bytes))
        try file.bytes.withUnsafeBytes { try lockedFile.create($0) }
    }

    /// Turns the files into one under a new passphrase, then overwrites them. Cut off, it is run again.
    ///
    /// - Throws: `VaultError` with code `setup` for keys that are not this vault's or come as credentials.
    package func lock(vault: VaultID, checking: (borrowing ServiceSecrets) throws -> Void) throws {
        try requireNoRotation()
        switch try form() {
        case .credentials: throw Self.credentialsAreSystemds
        case .passphrase:
            // Cut off after the first file went, or nothing to do: the passphrase must open before the rest goes.
            let secrets = try read()
            try checking(secrets)
        case .files, nil:
            let secrets = try read()
            try checking(secrets)
            let keys = try PassphraseKeys(passphrase: try takePassphraseInput().new())
            let file = LockedKeyFile(vault: vault, secrets: try .lock(secrets, with: keys, vault: vault.bytes))
            try file.bytes.withUnsafeBytes { try lockedFile.replace(with: $0) }
            // What was written is read back before the only other copy goes.
            guard try LockedKeyFile.read(lockedFile).open(with: keys).equals(secrets) else {
                throw VaultError(.setup, "\(lockedFile.path) does not hold what was written", hint: "look at the disk")
            }
        }
        // Pairs that hold the same: `read` has compared them.
        try files.shred()
        try inDirectory.shred()
        try lockedFile.shredLeftovers()
    }

    /// Turns the locked file back into two files, then overwrites it. Cut off, it is run again.
    package func unlock(checking: (borrowing ServiceSecrets) throws -> Void) throws {
        try requireNoRotation()
        guard lockedFile.exists else {
            if try form() == .credentials { throw Self.credentialsAreSystemds }
            _ = try read()
            try files.shredLeftovers()
            return try lockedFile.shredLeftovers()
        }
        if try form() == .credentials { throw Self.credentialsAreSystemds }
        let secrets = try open(try LockedKeyFile.read(lockedFile))
        guard try inDirectory.agrees(with: secrets), try files.agrees(with: secrets) else {
            throw VaultError(.setup, "\(files.serviceKey.path) holds other keys than \(lockedFile.path)", hint: "move the wrong one away")
        }
        try checking(secrets)
        try files.replace(with: secrets)
        try files.shredLeftovers()
        try lockedFile.shred()
        opened.withLock { $0 = nil }
    }

    /// Writes two files that k custodians put together again, durably, in place of what lies there.
    func putBack(_ secrets: borrowing ServiceSecrets, at place: KeyPlace) throws {
        try inDirectory.at(place).replace(with: secrets)
    }

    // MARK: Rotation

    /// A pair that a rotation keeps beside the one in force; nil if there is none.
    package func read(_ place: KeyPlace) throws -> ServiceSecrets? {
        guard place != .current else { return try read() }
        switch try form() {
        case .passphrase:
            let file = lockedFile(place)
            guard file.exists else { return nil }
            let locked = try LockedKeyFile.read(file)
            return try withPassphraseKeys { try locked.open(with: $0) }
        default:
            let pair = files.at(place)
            guard pair.isWhole else { return nil }
            return try pair.read()
        }
    }

    /// - Throws: `VaultError` with code `setup` for credentials, which only systemd's side can exchange.
    func requireWritable() throws {
        if try form() == .credentials { throw Self.credentialsAreSystemds }
    }

    /// Writes a pair in the form that is in use, durably; each file is whole at any moment.
    ///
    /// - Throws: `VaultError` with code `setup` for credentials, which only systemd's side can exchange.
    package func replace(with secrets: borrowing ServiceSecrets, at place: KeyPlace = .current, vault: VaultID) throws {
        switch try form() {
        case .credentials: throw Self.credentialsAreSystemds
        case .passphrase:
            let locked = try withPassphraseKeys { keys in try LockedServiceSecrets.lock(secrets, with: keys, vault: vault.bytes) }
            try LockedKeyFile(vault: vault, secrets: locked).bytes.withUnsafeBytes { try lockedFile(place).replace(with: $0) }
        case .files, nil:
            // A second form would no longer agree.
            if place == .current { try lockedFile.shred() }
            try files.at(place).replace(with: secrets)
            if place == .current, elsewhere != nil { try inDirectory.shred() }
        }
    }

    /// Overwrites and removes a pair that a rotation no longer needs.
    package func remove(_ place: KeyPlace) throws {
        guard place != .current else { return }
        try files.at(place).shred()
        try lockedFile(place).shred()
    }

    private func lockedFile(_ place: KeyPlace) -> SecretFile { SecretFile(lockedFile.path + place.rawValue) }

    private func withPassphraseKeys<Result: ~Copyable>(_ body: (borrowing PassphraseKeys) throws -> Result) throws -> Result {
        if opened.withLock({ $0 == nil }) { _ = try read() }
        guard let opened = opened.withLock({ $0 }) else { throw VaultError(.setup, "the locked keys have not been opened") }
        return try body(opened.keys)
    }

    private func requireNoRotation() throws {
        for place in [KeyPlace.next, .old] {
            let pair = files.at(place)
            for file in [pair.serviceKey, pair.pepper, lockedFile(place)] where file.exists {
                throw VaultError(
                    .setup, "\(file.path) is there: a rotation is under way", hint: "let it end, then run this again")
            }
        }
    }

    private static let credentialsAreSystemds = VaultError(
        .setup, "the keys come as systemd's credentials, which are not in the vault's hands",
        hint: "exchange them where LoadCredential= or LoadCredentialEncrypted= takes them from")
}

extension ServiceKeySource.Pair {
    /// Removes what a `shred` or `replace` that was cut off left beside files that are to stay.
    func shredLeftovers() throws {
        try serviceKey.shredLeftovers()
        try pepper.shredLeftovers()
    }
}
