internal import Foundation
internal import Synchronization
package import VaultCrypto
internal import VaultModel

/// In which form a vault's keys are there at its start.
package enum KeyForm: String, Sendable {
    /// `service.key` and `pepper`, in the vault's directory or elsewhere.
    case files
    /// systemd's credentials `rvault.service-key` and `rvault.pepper`.
    case credentials
    /// `service.key.locked`, under a passphrase.
    case passphrase
}

/// Where in a rotation a pair of keys stands.
package enum KeyPlace: String, Sendable, CaseIterable {
    case current = ""
    /// Made, not yet in force.
    case next = ".next"
    /// No longer in force, still needed.
    case old = ".old"
}

/// Where the service key and the pepper come from: the one place that reads, makes and exchanges them.
///
/// Several forms may be there at once only if they hold the same: while one is turned into another that was cut off.
/// Then credentials are used before files, and files before a passphrase.
package final class ServiceKeySource: Sendable {
    /// Two files that hold 32 bytes each.
    struct Pair: Sendable {
        let serviceKey: SecretFile
        let pepper: SecretFile
        /// By systemd.
        var lent = false

        var isWhole: Bool { serviceKey.exists && pepper.exists }
        var isPart: Bool { serviceKey.exists != pepper.exists }

        func at(_ place: KeyPlace) -> Pair {
            Pair(
                serviceKey: SecretFile(serviceKey.path + place.rawValue), pepper: SecretFile(pepper.path + place.rawValue),
                lent: lent)
        }

        func read() throws -> ServiceSecrets {
            ServiceSecrets(serviceKey: try serviceKey.readKey(lent: lent), pepper: try pepper.readKey(lent: lent))
        }

        /// Whether each file that is there holds this.
        func agrees(with secrets: borrowing ServiceSecrets) throws -> Bool {
            if serviceKey.exists, try !serviceKey.readKey(lent: lent).equals(secrets.serviceKey) { return false }
            if pepper.exists, try !pepper.readKey(lent: lent).equals(secrets.pepper) { return false }
            return true
        }

        /// The pepper goes first: a service key alone is no pair, and a pair is what a start takes.
        func replace(with secrets: borrowing ServiceSecrets) throws {
            try secrets.pepper.withBytes { try pepper.replace(with: $0) }
            try secrets.serviceKey.withBytes { try serviceKey.replace(with: $0) }
        }

        func shred() throws {
            try serviceKey.shred()
            try pepper.shred()
        }
    }

    /// The two files in the vault's directory.
    let inDirectory: Pair
    /// Those named elsewhere.
    let elsewhere: Pair?
    private let credentials: Pair?
    private let credentialFolder: String?
    let lockedFile: SecretFile
    private let passphrase: PassphraseInput
    /// A descriptor gives one line and is closed: its number may be another file's by now.
    private let isPassphraseTaken = Mutex(false)
    /// Kept after opening a locked file, so that a rotation can lock the next keys without asking again.
    let opened = Mutex<Opened?>(nil)

    /// Lends the keys to whoever asks, which an optional of theirs could not.
    final class Opened: Sendable {
        let keys: PassphraseKeys
        init(_ keys: consuming PassphraseKeys) { self.keys = keys }
    }

    /// - Parameters:
    ///   - files: the service key's and the pepper's file, if they do not lie in the directory.
    ///   - credentials: the directory that systemd names in `CREDENTIALS_DIRECTORY`.
    package init(
        _ directory: VaultDirectory, files: (serviceKey: String, pepper: String)? = nil, credentials: String? = nil,
        passphrase: PassphraseInput = .none
    ) {
        inDirectory = Pair(serviceKey: SecretFile(directory.serviceKey), pepper: SecretFile(directory.pepper))
        elsewhere = files.map { Pair(serviceKey: SecretFile($0.serviceKey), pepper: SecretFile($0.pepper)) }
        self.credentials = credentials.map {
            Pair(serviceKey: SecretFile($0 + "/rvault.service-key"), pepper: SecretFile($0 + "/rvault.pepper"), lent: true)
        }
        credentialFolder = credentials
        lockedFile = SecretFile(directory.lockedKeys)
        self.passphrase = passphrase
    }

    /// Whether the caller named files or a passphrase, so that reading in vain is an error.
    var isNamed: Bool { elsewhere != nil || passphrase != .none }

    /// The files that count as `files`.
    var files: Pair { elsewhere ?? inDirectory }

    // MARK: Reading

    /// The form a start would use now, without reading a key; nil if there is none.
    ///
    /// - Throws: `VaultError` with code `setup` if a form is there in part, and no whole one beside it.
    package func form() throws -> KeyForm? {
        if let credentials, credentials.isWhole { return .credentials }
        if files.isWhole { return .files }
        if lockedFile.exists { return .passphrase }
        for pair in [credentials, elsewhere, inDirectory].compactMap(\.self) where pair.isPart {
            let (there, missing) = pair.pepper.exists ? (pair.pepper, pair.serviceKey) : (pair.serviceKey, pair.pepper)
            throw VaultError(
                .setup, "\(there.path) is there and \(missing.path) is not", hint: "both are needed: put the other one back")
        }
        return nil
    }

    /// The keys.
    ///
    /// - Throws: `VaultError` with code `setup` if there are none, if two forms differ, for files that others can read, or
    ///   a passphrase that is missing or wrong.
    package func read() throws -> ServiceSecrets {
        guard let form = try form() else { throw missing }
        let secrets: ServiceSecrets
        switch form {
        case .credentials:
            try checkCredentialFolder()
            secrets = try (credentials ?? files).read()
        case .files: secrets = try files.read()
        case .passphrase: secrets = try open(try LockedKeyFile.read(lockedFile))
        }
        for pair in [credentials, elsewhere, inDirectory].compactMap(\.self) where try !pair.agrees(with: secrets) {
            throw Self.differ(pair.serviceKey.path)
        }
        if form != .passphrase, lockedFile.exists {
            let locked = try LockedKeyFile.read(lockedFile)
            guard try secrets.check(vault: locked.vault.bytes) == locked.secrets.check else { throw Self.differ(lockedFile.path) }
        }
        return secrets
    }

    /// What a start says of where its keys came from. Never a key.
    package func description(of form: KeyForm) -> String {
        switch form {
        case .files: "the files \(files.serviceKey.path) and \(files.pepper.path)"
        case .credentials: "systemd's credentials rvault.service-key and rvault.pepper"
        case .passphrase: "\(lockedFile.path), opened by its passphrase"
        }
    }

    /// Whether a turning of one form into another was cut off: what is left of it holds keys.
    package var hasLeftovers: Bool {
        [inDirectory, files].contains { $0.serviceKey.hasLeftovers || $0.pepper.hasLeftovers } || lockedFile.hasLeftovers
    }

    /// Where to ask, for the one time.
    func takePassphraseInput() -> PassphraseInput {
        let isTaken = isPassphraseTaken.withLock { taken in
            defer { taken = true }
            return taken
        }
        guard isTaken, case .descriptor = passphrase else { return passphrase }
        return .none
    }

    /// Asks for the passphrase once; a running daemon reads its keys again without anybody there.
    func open(_ locked: LockedKeyFile) throws -> ServiceSecrets {
        if let opened = opened.withLock({ $0 }), opened.keys.salt == locked.secrets.salt {
            return try locked.open(with: opened.keys)
        }
        let words = try takePassphraseInput().existing()
        let keys = try PassphraseKeys(passphrase: words, salt: locked.secrets.salt)
        let secrets = try locked.open(with: keys)
        let opened = Opened(keys)
        self.opened.withLock { $0 = opened }
        return secrets
    }

    /// Its files may carry an access list, so whoever could exchange them is kept out here.
    private func checkCredentialFolder() throws {
        guard let credentialFolder else { return }
        var status = stat()
        guard stat(credentialFolder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o022 == 0,
            status.st_uid == 0 || status.st_uid == geteuid()
        else {
            throw VaultError(
                .setup, "the directory of the credentials, \(credentialFolder), must be one that only root or the daemon's user writes to")
        }
    }

    private var missing: VaultError {
        VaultError(
            .setup, "there is no service key: neither \(files.serviceKey.path) nor a credential nor \(lockedFile.path)",
            hint: "put service.key and pepper back, name them with --service-key and --pepper, or let k custodians restore them")
    }

    private static func differ(_ path: String) -> VaultError {
        VaultError(
            .setup, "the keys are there in two forms that differ: \(path) does not hold what is used first",
            hint: "keep both, find out which is this vault's, and move the other away")
    }
}
