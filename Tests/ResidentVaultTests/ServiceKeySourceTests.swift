import Foundation
import Testing
import VaultCrypto
import VaultModel

@testable import ResidentVault

/// Where the service key and the pepper come from, and that turning one form into another never leaves a vault without.
@Suite struct ServiceKeySourceTests {
    private static let words = "six words nobody else has here"

    /// A vault that is closed, and a directory beside it.
    private final class Place {
        let vault: TemporaryVault
        let beside: String
        var directory: VaultDirectory { VaultDirectory(vault.path) }

        init() throws {
            vault = try TemporaryVault(apps: [])
            beside = vault.path + "-beside"
            try FileManager.default.createDirectory(
                atPath: beside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try vault.vault.close()
        }

        deinit { try? FileManager.default.removeItem(atPath: beside) }

        func source(
            files: (String, String)? = nil, credentials: String? = nil, passphrase: String? = nil
        ) throws -> ServiceKeySource {
            ServiceKeySource(
                directory, files: files, credentials: credentials,
                passphrase: try passphrase.map { PassphraseInput.descriptor(try pipe($0)) } ?? .none)
        }

        func bytes(_ path: String) throws -> [UInt8] { try FileBytes.read(path) }
        func write(_ bytes: [UInt8], _ path: String, mode: UInt32 = 0o600) throws {
            unlink(path)
            try bytes.withUnsafeBytes { try VaultDirectory.writeNew($0, to: path, mode: mode) }
        }
        func names() throws -> Set<String> { Set(try FileManager.default.contentsOfDirectory(atPath: vault.path)) }
        func keyNames() throws -> [String] { try names().filter { $0.hasPrefix("service.key") || $0.hasPrefix("pepper") }.sorted() }
        func opens(_ source: ServiceKeySource) throws -> KeyForm {
            let vault = try Vault(openingAt: vault.path, source: source, clocks: vault.clock.clocks)
            defer { try? vault.close() }
            return vault.keyForm
        }
        func lock() throws { try Vault.lockKeys(at: vault.path, source: try source(passphrase: words)) }
    }

    /// The reading end of a pipe with one line in it.
    private static func pipe(_ line: String) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { throw Unexpected("no pipe") }
        let text = Array((line + "\n").utf8)
        guard write(ends[1], text, text.count) == text.count else { throw Unexpected("a pipe that takes nothing") }
        close(ends[1])
        return ends[0]
    }
    private static func detail(_ body: () throws -> Void) -> String {
        do { try body() } catch { return (error as? VaultError)?.detail ?? "\(error)" }
        return ""
    }

    @Test func `keys are locked, opened by their passphrase at the start, and unlocked again`() throws {
        let place = try Place()
        let keys = (try place.bytes(place.directory.serviceKey), try place.bytes(place.directory.pepper))
        #expect(try place.source().form() == .files)
        try place.lock()
        #expect(try place.names().isDisjoint(with: ["service.key", "pepper"]))
        #expect(try place.source().form() == .passphrase)
        #expect(try place.opens(try place.source(passphrase: Self.words)) == .passphrase)
        // Nothing in the directory holds the keys in the clear.
        for name in try place.names() where name != "reserve" {
            guard let data = FileManager.default.contents(atPath: place.vault.path + "/" + name) else { continue }
            #expect(data.range(of: Data(keys.0)) == nil && data.range(of: Data(keys.1)) == nil, "\(name)")
        }
        #expect(Self.detail { _ = try place.opens(try place.source()) }.contains("no terminal to ask"))
        #expect(Self.detail { _ = try place.opens(try place.source(passphrase: Self.words + "x")) }.contains("not the passphrase"))
        try Vault.unlockKeys(at: place.vault.path, source: try place.source(passphrase: Self.words))
        #expect(try place.bytes(place.directory.serviceKey) == keys.0)
        #expect(try place.bytes(place.directory.pepper) == keys.1)
        #expect(try !place.names().contains("service.key.locked"))
        #expect(try place.opens(try place.source()) == .files)
    }

    @Test(arguments: ["short", "1234567890123", "password12", "qwertyuiop"])
    func `a passphrase that anyone would try locks nothing, and the files stay`(words: String) throws {
        let place = try Place()
        #expect { try Vault.lockKeys(at: place.vault.path, source: try place.source(passphrase: words)) } throws: {
            ($0 as? VaultError)?.code == .badValue
        }
        #expect(try place.names().isSuperset(of: ["service.key", "pepper"]))
        #expect(try !place.names().contains("service.key.locked"))
    }

    /// Each state in which a lock or an unlock can be cut off, as the file names that are left.
    enum Cut: String, CaseIterable {
        case lockDraft, lockedBesideFiles, serviceKeyGone, serviceKeyInGrave, bothInGrave, pepperInGrave
        case unlockPepperBack, unlockBothBack, lockedInGrave
    }

    @Test(arguments: Cut.allCases)
    func `cut off at any step, a start works, and the same command run again completes it`(cut: Cut) throws {
        let place = try Place()
        let directory = place.directory
        let keys = (try place.bytes(directory.serviceKey), try place.bytes(directory.pepper))
        try place.lock()
        let locked = try place.bytes(directory.lockedKeys)
        // The files as they lie at that moment.
        var isLocking = true
        switch cut {
        case .lockDraft:
            unlink(directory.lockedKeys)
            try place.write(Array(locked.prefix(40)), directory.lockedKeys + ".draft")
            try place.write(keys.0, directory.serviceKey)
            try place.write(keys.1, directory.pepper)
        case .lockedBesideFiles:
            try place.write(keys.0, directory.serviceKey)
            try place.write(keys.1, directory.pepper)
        case .serviceKeyGone: try place.write(keys.1, directory.pepper)
        case .serviceKeyInGrave:
            try place.write([UInt8](repeating: 0, count: 16) + keys.0.suffix(16), directory.serviceKey + ".shred")
            try place.write(keys.1, directory.pepper)
        case .bothInGrave:
            try place.write(keys.0, directory.serviceKey + ".shred")
            try place.write(keys.1, directory.pepper + ".shred")
        case .pepperInGrave: try place.write(keys.1, directory.pepper + ".shred")
        case .unlockPepperBack:
            isLocking = false
            try place.write(keys.1, directory.pepper)
            try place.write(Array(keys.0.prefix(5)), directory.serviceKey + ".draft")
        case .unlockBothBack:
            isLocking = false
            try place.write(keys.0, directory.serviceKey)
            try place.write(keys.1, directory.pepper)
        case .lockedInGrave:
            isLocking = false
            try place.write(keys.0, directory.serviceKey)
            try place.write(keys.1, directory.pepper)
            rename(directory.lockedKeys, directory.lockedKeys + ".shred")
        }
        _ = try place.opens(try place.source(passphrase: Self.words))
        let hasSecretsLeft = try place.source().hasLeftovers
        #expect(hasSecretsLeft == (try place.names().contains { $0.hasSuffix(".draft") || $0.hasSuffix(".shred") }))
        if isLocking {
            try place.lock()
            #expect(try place.keyNames() == ["service.key.locked"])
        } else {
            try Vault.unlockKeys(at: place.vault.path, source: try place.source(passphrase: Self.words))
            #expect(try place.keyNames() == ["pepper", "service.key"])
            #expect(try place.bytes(directory.serviceKey) == keys.0 && place.bytes(directory.pepper) == keys.1)
        }
        _ = try place.opens(try place.source(passphrase: Self.words))
    }

    @Test func `two forms that differ refuse the start, whichever comes first`() throws {
        let place = try Place()
        let directory = place.directory
        let keys = (try place.bytes(directory.serviceKey), try place.bytes(directory.pepper))
        try place.lock()
        let locked = try place.bytes(directory.lockedKeys)
        try Vault.unlockKeys(at: place.vault.path, source: try place.source(passphrase: Self.words))
        // Locked keys beside files: a byte of either file.
        try place.write(locked, directory.lockedKeys)
        #expect(try place.opens(try place.source()) == .files)
        try place.write([keys.1[0] ^ 1] + keys.1.dropFirst(), directory.pepper)
        #expect(Self.detail { _ = try place.opens(try place.source()) }.contains("two forms that differ"))
        try place.write(keys.1, directory.pepper)
        unlink(directory.lockedKeys)
        // Files elsewhere beside files here.
        let elsewhere = (place.beside + "/s", place.beside + "/p")
        try place.write(keys.0, elsewhere.0)
        try place.write(keys.1, elsewhere.1)
        #expect(try place.opens(try place.source(files: elsewhere)) == .files)
        try place.write([UInt8](repeating: 9, count: 32), elsewhere.1)
        #expect(Self.detail { _ = try place.opens(try place.source(files: elsewhere)) }.contains("two forms that differ"))
        // Credentials beside files.
        try place.write(keys.0, place.beside + "/rvault.service-key", mode: 0o400)
        try place.write(keys.1, place.beside + "/rvault.pepper", mode: 0o440)
        #expect(try place.opens(try place.source(credentials: place.beside)) == .credentials)
        try place.write([UInt8](repeating: 9, count: 32), place.beside + "/rvault.pepper", mode: 0o400)
        #expect(Self.detail { _ = try place.opens(try place.source(credentials: place.beside)) }.contains("two forms that differ"))
    }

    @Test func `credentials alone start a vault, and are not the vault's to lock or exchange`() throws {
        let place = try Place()
        let directory = place.directory
        rename(directory.serviceKey, place.beside + "/rvault.service-key")
        rename(directory.pepper, place.beside + "/rvault.pepper")
        let source = try place.source(credentials: place.beside)
        #expect(try place.opens(source) == .credentials)
        #expect(Self.detail { try Vault.lockKeys(at: place.vault.path, source: source) }.contains("systemd's credentials"))
        #expect(Self.detail { try Vault.unlockKeys(at: place.vault.path, source: source) }.contains("systemd's credentials"))
        let next = try ServiceSecrets.random()
        #expect(Self.detail { try source.replace(with: next, vault: place.vault.vault.id) }.contains("systemd's credentials"))
        // Others may neither read a credential nor write where they lie.
        chmod(place.beside + "/rvault.pepper", 0o444)
        #expect(Self.detail { _ = try place.opens(source) }.contains("mode 0600"))
        chmod(place.beside + "/rvault.pepper", 0o400)
        chmod(place.beside, 0o777)
        #expect(Self.detail { _ = try place.opens(source) }.contains("only root or the daemon's user writes"))
        chmod(place.beside, 0o700)
        unlink(place.beside + "/rvault.pepper")
        #expect(Self.detail { _ = try place.opens(source) }.contains("is there and"))
    }

    @Test func `a key that is missing, wrong, short, open to others, linked or another vault's refuses the start`() throws {
        let place = try Place()
        let directory = place.directory
        let keys = (try place.bytes(directory.serviceKey), try place.bytes(directory.pepper))
        func detail() -> String { Self.detail { _ = try place.opens(try place.source()) } }
        unlink(directory.pepper)
        #expect(detail().contains("pepper is not"))
        try place.write(Array(keys.1.dropLast()), directory.pepper)
        #expect(detail().contains("must hold 32 bytes"))
        try place.write(keys.1, directory.pepper, mode: 0o640)
        #expect(detail().contains("mode 0600"))
        try place.write(keys.1, place.beside + "/p")
        unlink(directory.pepper)
        symlink(place.beside + "/p", directory.pepper)
        #expect(detail().contains("cannot open"))
        try place.write(keys.1, directory.pepper)
        try place.write([UInt8](repeating: 1, count: 32), directory.serviceKey)
        #expect(detail().contains("is not this vault's"))
        #expect(Self.detail { try place.lock() }.contains("is not this vault's"))
        #expect(try !place.names().contains("service.key.locked"))
        unlink(directory.serviceKey)
        unlink(directory.pepper)
        #expect(detail().contains("there is no service key"))
        // Another vault's locked file under the right name and the right passphrase.
        let other = try Place()
        try other.lock()
        try place.write(try other.bytes(other.directory.lockedKeys), directory.lockedKeys)
        #expect(Self.detail { _ = try place.opens(try place.source(passphrase: Self.words)) }.contains("is not this vault's"))
        #expect(Self.detail { try Vault.unlockKeys(at: place.vault.path, source: try place.source(passphrase: Self.words)) }
            .contains("is not this vault's"))
        #expect(try !place.names().contains("service.key"))
        try place.write(Array("{\"type\":\"locked-keys\"}\n".utf8), directory.lockedKeys)
        #expect(Self.detail { _ = try place.opens(try place.source(passphrase: Self.words)) }.contains("does not hold locked keys"))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to give a file away"))
    func `a key file of another user is refused`() throws {
        let place = try Place()
        chown(place.directory.pepper, 12_345, 12_345)
        #expect(Self.detail { _ = try place.opens(try place.source()) }.contains("must belong to the daemon's user"))
    }

    @Test func `while a vault is open its keys cannot be turned`() throws {
        let vault = try TemporaryVault(apps: [])
        let source = ServiceKeySource(VaultDirectory(vault.path), passphrase: .descriptor(try Self.pipe(Self.words)))
        #expect(Self.detail { try Vault.lockKeys(at: vault.path, source: source) }.contains("another rvaultd"))
        #expect(FileManager.default.fileExists(atPath: vault.path + "/pepper"))
    }

    @Test func `a vault can be made with its keys locked or elsewhere, and verified so`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "rvault-test-\(UUID().uuidString)").path
        let beside = path + "-keys"
        defer { for path in [path, beside] { try? FileManager.default.removeItem(atPath: path) } }
        let directory = VaultDirectory(path)
        func locked() throws -> ServiceKeySource { ServiceKeySource(directory, passphrase: .descriptor(try Self.pipe(Self.words))) }
        try Vault.create(at: path, policyDirectory: TemporaryVault.policies, source: try locked(), lockingKeys: true)
        #expect(!FileManager.default.fileExists(atPath: directory.serviceKey))
        try Vault(openingAt: path, source: try locked()).close()
        #expect(try VaultVerification.verify(directory: path, data: true).sealsChecked == false)
        #expect(try VaultVerification.verify(directory: path, source: try locked(), data: true).sealsChecked == true)
        #expect(Self.detail {
            let wrong = ServiceKeySource(directory, passphrase: .descriptor(try Self.pipe("another phrase altogether")))
            _ = try VaultVerification.verify(directory: path, source: wrong, data: true)
        }.contains("not the passphrase"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: beside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let files = ServiceKeySource(directory, files: (beside + "/s", beside + "/p"))
        try Vault.create(at: path, policyDirectory: TemporaryVault.policies, source: files)
        #expect(!FileManager.default.fileExists(atPath: directory.serviceKey))
        try Vault(openingAt: path, source: files).close()
        #expect(try VaultVerification.verify(directory: path, source: files, data: true).sealsChecked == true)
        // Keys that lie there already are never written over.
        try FileManager.default.removeItem(atPath: path)
        let key = try FileBytes.read(beside + "/s")
        #expect(Self.detail { try Vault.create(at: path, policyDirectory: TemporaryVault.policies, source: files) }
            .contains("there are keys already"))
        #expect(try FileBytes.read(beside + "/s") == key)
    }

    @Test(arguments: [KeyForm.files, .passphrase])
    func `a rotation keeps the next and the old keys in the form that is in use, and exchanges them`(form: KeyForm) throws {
        let place = try Place()
        if form == .passphrase { try place.lock() }
        let id = place.vault.vault.id
        let source = try place.source(passphrase: form == .passphrase ? Self.words : nil)
        let old = try source.read()
        let next = try ServiceSecrets.random()
        let isEarly = try Self.holds(source, .next, next)
        #expect(!isEarly)
        try source.replace(with: next, at: .next, vault: id)
        try source.replace(with: old, at: .old, vault: id)
        let areKept = try Self.holds(source, .next, next) && Self.holds(source, .old, old)
        #expect(areKept)
        #expect(try place.names().contains("pepper.next") == (form == .files))
        #expect(Self.detail { try Vault.lockKeys(at: place.vault.path, source: source) }.contains("rotation is under way"))
        try source.replace(with: next, vault: id)
        try source.remove(.next)
        try source.remove(.old)
        let again = try place.source(passphrase: form == .passphrase ? Self.words : nil)
        #expect(try again.form() == form)
        // Also read a second time: a daemon does, and nobody is there to be asked again.
        let isNext = try again.read().equals(next) && again.read().equals(next)
        #expect(isNext)
        let areGone = try !Self.holds(again, .next, next) && !Self.holds(again, .old, old)
        #expect(areGone)
        #expect(try place.names().filter { $0.hasSuffix(".next") || $0.hasSuffix(".old") } == [])
    }

    private static func holds(_ source: ServiceKeySource, _ keyPlace: KeyPlace, _ secrets: borrowing ServiceSecrets) throws -> Bool {
        guard let held = try source.read(keyPlace) else { return false }
        return held.equals(secrets)
    }
}
