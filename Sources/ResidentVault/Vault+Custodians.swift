internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

extension Vault {
    /// All custodians, by name.
    package func custodians() -> [CustodianRecord] { config.config.custodianship.ordered }

    /// Recognises a custodian by the credential that their key file makes.
    ///
    /// - Throws: `VaultError.unauthorized`, the same for every reason; the try is counted by uid and minute.
    package func authenticate(custodian token: [UInt8], uid: UInt32) throws(VaultError) -> CustodianName {
        do {
            let credential = try Credential(parsing: try SecretBytes(copying: token), kind: .custodian)
            let digest = try credential.secret.authDigest()
            if let name = CustodianName(credential.name), let record = config.config.custodianship.custodians[name],
                Sodium.equal(record.auth, digest)
            {
                return name
            }
        } catch CryptoError.memoryLockUnavailable {
            throw VaultError(.busy, "no locked memory is free", retryAfter: 1)
        } catch {}
        countUnknownCaller(uid: uid)
        throw VaultError(.unauthorized, "this credential is not valid")
    }

    /// One custodian's shares, a page at a time: for them to seal to their successor. A name that is no custodian's any
    /// more is taken too, because a successor comes into the rules before the shares do.
    ///
    /// - Parameter number: the resident's number to go on after.
    /// - Returns: the shares, and where the next page begins; nil on the last.
    package func shares(
        of custodian: CustodianName, after number: Int64, limit: Int, reader: VaultReader
    ) throws -> (shares: [CustodianShare], next: Int64?) {
        try reader.store.read { snapshot in
            let rows = try snapshot.shares(custodian: custodian.text, after: number, limit: limit)
            return (rows.map(CustodianShare.init), rows.count == limit ? rows.last?.resident.number : nil)
        }
    }

    /// Takes shares that one custodian sealed to their successor. No seed is opened, and nothing of it can be: the daemon
    /// sees sealed shares alone. So the one who leaves says that these are theirs, sealed to that key, and the successor that
    /// each opened and is the right one: neither can destroy shares alone.
    ///
    /// - Parameters:
    ///   - release: the predecessor's word.
    ///   - signed: the canonical bytes that the successor signed, which name exactly these shares.
    /// - Returns: how many changed hands, and how many were of splits that were replaced in the meantime.
    /// - Throws: `VaultError` with `forbidden` unless the successor is a custodian in force and both signed it.
    package func takeShares(
        _ shares: [CustodianShare], from old: CustodianName, to new: CustodianName, release: ShareRelease, signed: [UInt8],
        signature: [UInt8], uid: UInt32
    ) throws -> (taken: Int, outdated: Int) {
        var (taken, outdated) = (0, 0)
        for start in stride(from: 0, to: shares.count, by: Self.sharesPerTransaction) {
            let part = Array(shares[start..<min(start + Self.sharesPerTransaction, shares.count)])
            let count = try writer.perform { transaction -> Int in
                guard let record = transaction.config.config.custodianship.custodians[new],
                    let key = try? SigningPublicKey(record.sign),
                    (try? key.verify(signature, type: "share-handover", object: signed)) != nil
                else {
                    throw VaultError(
                        .forbidden, "these shares need the signature of the successor, a custodian in force",
                        hint: "let them look first: rvault custodian accept FILE")
                }
                return try transaction.hand(part, from: old, to: record, release: release, uid: uid)
            }
            taken += count
            outdated += part.count - count
        }
        return (taken, outdated)
    }

    private static let sharesPerTransaction = 100
}

/// The word of a custodian who leaves: which sealed shares go to which key.
package struct ShareRelease: Sendable {
    /// The successor's key that the shares are sealed to.
    package let box: [UInt8]
    /// The canonical bytes that were signed, which name that key and exactly these shares.
    package let bytes: [UInt8]
    package let signature: [UInt8]

    package static let type = "share-release"

    package init(box: [UInt8], bytes: [UInt8], signature: [UInt8]) {
        self.box = box
        self.bytes = bytes
        self.signature = signature
    }

    fileprivate func isSigned(by key: [UInt8]) -> Bool {
        guard let key = try? SigningPublicKey(key) else { return false }
        return (try? key.verify(signature, type: Self.type, object: bytes)) != nil
    }
}

extension Transaction {
    /// Puts successors' shares in place of their predecessor's: same split, same place, same digest.
    fileprivate func hand(
        _ shares: [CustodianShare], from old: CustodianName, to successor: CustodianRecord, release: ShareRelease, uid: UInt32
    ) throws -> Int {
        let new = successor.name
        let former = try snapshot.formerCustodians()
        // What they held before they may have kept: with a second share of a split they would be one party more than agreed.
        guard !former.contains(where: { $0.custodian == new.text }) else {
            throw VaultError(
                .conflict, "the custodian \(new) had other keys here before, and may still have shares by them",
                hint: "split anew: rvault custodian request entrust")
        }
        var released: Set<[UInt8]> = []
        var count = 0
        for share in shares {
            guard let resident = try snapshot.resident(id: share.resident)?.reference,
                let row = try snapshot.shares(of: resident).first(where: { $0.x == share.x }), row.custodian == old.text,
                row.custodySet == share.set, row.digest == share.digest
            else { continue }
            if !released.contains(row.box) {
                try requireRelease(release, from: old, holding: row.box, to: successor, former)
                released.insert(row.box)
            }
            // Two shares of one split in one hand would be one party more than agreed.
            guard try !snapshot.shares(of: resident).contains(where: { $0.custodian == new.text }) else {
                throw VaultError(
                    .conflict, "the custodian \(new) holds a share of the same key already",
                    hint: "hand over to a party that holds none, or split anew: rvault custodian request entrust")
            }
            try changes.put(
                ShareRow(
                    resident: resident, x: row.x, custodian: new.text, custodySet: row.custodySet, threshold: row.threshold,
                    digest: row.digest, box: BoxMark.of(successor.box), blob: share.blob))
            // No state shows who holds a share, and a new seal worked out ahead would be the old row's.
            movedKeys(of: resident)
            count += 1
        }
        guard count > 0 else { return 0 }
        var entry = entry(.custody, request: .random())
        entry.role = .custodian
        entry.uid = uid
        entry.initiator = new.text
        entry.rule = "handover"
        entry.count = count
        try append(entry)
        return count
    }

    /// - Parameter box: the mark of the key that the shares were sealed to.
    private func requireRelease(
        _ release: ShareRelease, from old: CustodianName, holding box: [UInt8], to successor: CustodianRecord,
        _ former: [FormerCustodianRow]
    ) throws(VaultError) {
        let inForce = config.config.custodianship.custodians[old].flatMap { BoxMark.of($0.box) == box ? $0.sign : nil }
        let sign = inForce ?? former.first { $0.custodian == old.text && $0.box == box }?.sign
        guard release.box == successor.box, let sign, release.isSigned(by: sign) else {
            throw VaultError(
                .forbidden, "these shares need the signature of \(old), who held them, for this very key",
                hint: "let them seal the shares: rvault custodian reseal; if they cannot, split anew: rvault custodian request entrust")
        }
    }
}
