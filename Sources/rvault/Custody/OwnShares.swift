internal import VaultAPI
internal import VaultCrypto
internal import VaultModel

/// A custodian's own shares: each is opened, held against its digest, and sealed anew, one at a time, so that no more than
/// one lies open in memory.
struct OwnShares: ~Copyable {
    private let keys: CustodianKeys
    private let name: CustodianName

    init(_ keys: consuming CustodianKeys, of name: CustodianName) {
        self.keys = keys
        self.name = name
    }

    /// The custodian's credential on the socket, in locked memory.
    borrowing func credential() throws -> SecretBytes { try keys.credential(name.text).text() }

    borrowing func sign(type: String, _ bytes: [UInt8]) -> [UInt8] { keys.signing.sign(type: type, object: bytes) }

    /// The public half of the key that shares are sealed to.
    var box: [UInt8] { keys.box.publicKey.bytes }

    /// Opens a share and seals it to another key.
    ///
    /// - Parameter owner: whose share it is, for the message: a login name or a file's name.
    /// - Throws: `Failure(.refused)` for a share of another custodian, of something else, or that is not the right one.
    borrowing func reseal(
        _ item: ShareItem, vault: VaultID, to key: BoxPublicKey, owner: String
    ) throws(Failure) -> ShareItem {
        let share = try open(item, vault: vault, owner: owner)
        do throws(CryptoError) {
            let sealed = try SealedShare.seal(
                share, x: UInt8(clamping: item.x), vault: vault.bytes, resident: item.resident.bytes, set: item.set, to: key)
            return ShareItem(resident: item.resident, set: item.set, x: item.x, digest: item.digest, share: sealed)
        } catch { throw Failure(.refused, Sentence(CeremonyFaults.badKey), hint: Sentence(CeremonyHints.doNotSign)) }
    }

    /// Opens a share and holds it against its digest.
    borrowing func check(_ item: ShareItem, vault: VaultID, owner: String) throws(Failure) {
        _ = try open(item, vault: vault, owner: owner)
    }

    private borrowing func open(_ item: ShareItem, vault: VaultID, owner: String) throws(Failure) -> SecretBytes {
        let place = UInt8(clamping: item.x)
        do throws(CryptoError) {
            let share = try SealedShare.open(
                item.share, x: place, vault: vault.bytes, resident: item.resident.bytes, set: item.set, with: keys.box)
            let digest = try ShareDigest.make(resident: item.resident.bytes, set: item.set, x: place, y: share)
            guard Sodium.equal(digest, item.digest) else { throw .authenticationFailed }
            return share
        } catch .memoryLockUnavailable {
            throw Failure(CryptoError.memoryLockUnavailable)
        } catch {
            throw Failure(.refused, Sentence(CeremonyFaults.wrongShare, owner), hint: Sentence(CeremonyHints.tellOperator))
        }
    }
}
