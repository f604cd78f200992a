internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// The secrets beside the database, when they change.
extension Vault {
    /// Writes a new pepper beside the service key in force, not yet in force itself.
    func stage(pepper: borrowing Pepper) throws {
        guard let current = try keySource.read(.current) else { throw Self.wrongServiceKey }
        // A service key that waits there for its custodians stays; one that was not made here does not.
        var beside = try current.serviceKey.duplicate()
        if try KeyShelf(reading: keySource).next(logKey: try waitingLogKey()) != nil, let waiting = try keySource.read(.next) {
            beside = try waiting.serviceKey.duplicate()
        }
        try keySource.replace(
            with: ServiceSecrets(serviceKey: beside, pepper: try pepper.duplicate()), at: .next, vault: id)
    }

    /// The log key of the service key that was made and is not in force yet. A row of somebody else's names none.
    func waitingLogKey() throws -> [UInt8]? {
        do { return try store.reader().read { try $0.nextKey()?.logKey } } catch StoreError.rowSeal { return nil }
    }

    /// Brings in line with the keys and custodians in force what rests on them: the files, of which no longer needed ones
    /// are destroyed; the custodians' shares, if they are of other keys or for others; the log's public key. Done as often as
    /// it takes: the next start and every minute make up for what failed.
    func settleKeys() throws {
        try rotations.exclusively {
            isSettled.set(false)
            let shelf = try KeyShelf(reading: keySource)
            try shelf.settle(keys.now, next: try waitingLogKey(), vault: id)
            try splitKeys(of: keys.now, shelf)
            try writeLogKey()
            isSettled.set(true)
        }
    }

    /// Makes up for a settling that failed.
    func settleWhatWaits() throws { if !isSettled.isSet { try settleKeys() } }

    /// Whether files and shares are those of the keys and custodians in force.
    package var keysAreSettled: Bool { isSettled.isSet }

    /// Splits the keys in force anew for the custodians, unless the shares fit: new files, and the rows that tell right
    /// shares. The shares they hold go on fitting backups from before.
    private func splitKeys(of inForce: KeySet, _ shelf: KeyShelf) throws {
        let custodianship = config.config.custodianship
        guard !custodianship.isEmpty else { return }
        let marks = try KeyCustody.marks(of: inForce, vault: id)
        let (isFitting, others) = try store.reader().read { snapshot in
            (
                try marks.allSatisfy { name, mark in
                    KeyCustody.fits(try snapshot.keyShares(of: name), mark: mark, custodianship)
                },
                try snapshot.keyShareNames().filter { marks[$0] == nil }
            )
        }
        guard isFitting else {
            var custody = try KeyCustody(
                try shelf.secrets(of: inForce), of: inForce, vault: id, custodianship: custodianship)
            if inForce.needsOld { try custody.split(try shelf.oldSecrets(of: inForce), at: .old, of: inForce) }
            try custody.write(to: directory)
            let made = custody
            return try writer.perform { try made.put(in: $0.changes) }
        }
        guard !others.isEmpty else { return }
        try writer.perform { transaction in
            for name in others { try transaction.changes.replaceKeyShares(of: name, by: []) }
        }
    }
}
