internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// A backup from before a rotation of the service key: its rows are under the key of its day, the log is signed by a later
/// one, whose entries lead from the first to it. The restored vault takes rows under either and moves them to the later one,
/// just as it does after a rotation.
extension VaultRestore {
    /// The service key that a backup's rows are under, where another has taken its place since.
    final class OlderService: Sendable {
        let key: ServiceKey
        let keys: ServiceKeys

        init(_ key: consuming ServiceKey) throws(CryptoError) {
            keys = try ServiceKeys(key)
            self.key = key
        }
    }

    /// Writes what the move needs: the roots of all older indexes under the later key, and where the move stands.
    func beginMove(
        from older: ServiceKeys, to later: ServiceKeys, vault: VaultID, in store: VaultDatabase, at now: Instant
    ) throws {
        let (before, total) = try BackupVerification.open(backup, sealer: KeySet(service: older)).read { snapshot in
            let (roots, decoy) = try KeySet.carried(in: snapshot, by: older, vault: vault)
            return (KeySet(service: older, roots: roots, firstDecoy: decoy), try snapshot.countedResidents())
        }
        let rows = try before.succeeded(by: later).rootRows(vault: vault)
        try store.commit { changes in
            for row in rows { try changes.put(row) }
            try changes.put(
                RotationRow(
                    kind: .serviceKey, target: Base64URL.encode(older.log.publicKey.bytes), stage: Vault.firstStage,
                    // Ends of earlier rotations lie before; the first checkpoint is signed by the later key in any case.
                    total: total, rate: 0, started: now, since: changes.snapshot.logCount()))
            // Custodians' shares of the older key tell nothing of the later one; the first start splits that anew.
            for name in [KeyCustody.serviceKey, KeyCustody.pepper] { try changes.replaceKeyShares(of: name, by: []) }
        }
    }
}
