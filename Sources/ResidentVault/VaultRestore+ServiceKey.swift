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
        let (rows, total) = try BackupVerification.open(backup, sealer: KeySet(service: older)).read { snapshot in
            (try snapshot.indexRoots(), try snapshot.residentCount())
        }
        var roots = try rows.map { row in
            IndexRoot(
                generation: row.generation,
                key: try SealedRoot.open(row.blob, vault: vault.bytes, generation: row.generation, key: older.roots))
        }
        if roots.isEmpty {
            roots.append(
                IndexRoot(
                    generation: IndexRoot.decoy,
                    key: try older.decoy.withBytes { bytes throws(CryptoError) in try BlindIndexRoot(copying: bytes) }))
        }
        // The decoys' key stands among them and is no generation.
        roots.append(IndexRoot(generation: (roots.map(\.generation).max() ?? 0) + 1, key: try older.index.duplicate()))
        try store.commit { changes in
            for root in roots {
                try changes.put(
                    IndexRootRow(
                        generation: root.generation,
                        blob: SealedRoot.seal(root.key, vault: vault.bytes, generation: root.generation, key: later.roots)))
            }
            try changes.put(
                RotationRow(
                    kind: .serviceKey, target: Base64URL.encode(older.log.publicKey.bytes), stage: Vault.firstStage,
                    // The restored log is signed by the later key from its first checkpoint on.
                    total: total, rate: 0, started: now, since: 0))
            // Custodians' shares of the older key tell nothing of the later one; the first start splits that anew.
            for name in [KeyCustody.serviceKey, KeyCustody.pepper] { try changes.replaceKeyShares(of: name, by: []) }
        }
    }
}
