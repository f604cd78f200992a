internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// What of older service keys goes on under the one in force: the roots of all blind indexes, and the first decoy key. Both
/// lie sealed in rows `index_root`, the decoy key in generation 0's place.
extension KeySet {
    /// Reads what the service key in force seals.
    ///
    /// - Throws: `VaultError.integrity` if a root is missing.
    static func carried(
        in snapshot: Snapshot, by service: ServiceKeys, vault: VaultID
    ) throws -> (roots: [IndexRoot], decoy: FirstDecoy?) {
        let stored = try snapshot.indexRoots().map { row in
            IndexRoot(
                generation: row.generation,
                key: try SealedRoot.open(row.blob, vault: vault.bytes, generation: row.generation, key: service.roots))
        }
        let roots = stored.filter { $0.generation != IndexRoot.decoy }
        guard roots.enumerated().allSatisfy({ $0.element.generation == UInt32($0.offset) + 1 }) else {
            throw VaultError(.integrity, "a root of the blind indexes is missing")
        }
        guard roots.isEmpty || stored.contains(where: { $0.generation == IndexRoot.decoy }) else {
            throw VaultError(.integrity, "the first decoy key is missing")
        }
        let decoy = try stored.first { $0.generation == IndexRoot.decoy }.map { root in
            FirstDecoy(try root.key.withBytes { bytes throws(CryptoError) in try DecoyKey(copying: bytes) })
        }
        return (roots, decoy)
    }

    /// The keys after another service key has taken this one's place, while rows move to it.
    func succeeded(by next: ServiceKeys) throws -> KeySet {
        var decoy = firstDecoy
        if decoy == nil, roots.isEmpty { decoy = FirstDecoy(try service.decoy.duplicate()) }
        return KeySet(
            service: next, alsoAccepting: service,
            roots: roots + [IndexRoot(generation: generation, key: try service.index.duplicate())], peppers: peppers,
            firstDecoy: decoy)
    }

    /// The rows that carry it on under the key in force.
    func rootRows(vault: VaultID) throws -> [IndexRootRow] {
        let decoy = try firstDecoy.map { held in
            IndexRoot(
                generation: IndexRoot.decoy,
                key: try held.key.withBytes { bytes throws(CryptoError) in try BlindIndexRoot(copying: bytes) })
        }
        return (roots + [decoy].compactMap(\.self)).map { root in
            IndexRootRow(
                generation: root.generation,
                blob: SealedRoot.seal(root.key, vault: vault.bytes, generation: root.generation, key: service.roots))
        }
    }
}
