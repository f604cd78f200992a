internal import VaultCrypto
internal import VaultModel
import VaultStore

/// The secrets beside the database, when they change.
extension Vault {
    /// Writes a new pepper beside the service key in force, not yet in force itself.
    func stage(pepper: borrowing Pepper) throws {
        guard let current = try keySource.read(.current) else { throw Self.wrongServiceKey }
        // A service key that waits there for its custodians stays.
        let beside = try keySource.read(.next)?.serviceKey.duplicate() ?? current.serviceKey.duplicate()
        try keySource.replace(
            with: ServiceSecrets(serviceKey: beside, pepper: try pepper.duplicate()), at: .next, vault: id)
    }

    /// Puts the files in order after a switch; what is no longer needed is destroyed.
    func settleKeys() throws { try KeyShelf(reading: keySource).settle(keys.now, vault: id) }

    /// Splits the keys in force anew for the custodians: new files, and the rows that tell right shares. The shares they hold
    /// go on fitting backups from before.
    func resplitKeys() throws {
        let custodianship = config.config.custodianship
        guard !custodianship.isEmpty else { return }
        let secrets = try KeyShelf(reading: keySource).secrets(of: keys.now)
        let custody = try KeyCustody(secrets.serviceKey, secrets.pepper, vault: id, custodianship: custodianship)
        try custody.write(to: directory)
        try writer.perform { transaction in try custody.put(in: transaction.changes) }
    }

    /// Whether the shares of the keys are sealed to just the custodians in force.
    private func keySharesFit() throws -> Bool {
        let custodianship = config.config.custodianship
        guard !custodianship.isEmpty else { return true }
        return try store.reader().read { snapshot in
            try [KeyCustody.serviceKey, KeyCustody.pepper].allSatisfy { name in
                let rows = try snapshot.keyShares(of: name)
                return rows.count == custodianship.custodians.count
                    && rows.allSatisfy { row in
                        Int(row.threshold) == custodianship.threshold
                            && custodianship.ordered.contains { $0.name.text == row.custodian && BoxMark.of($0.box) == row.box }
                    }
            }
        }
    }

    /// Finishes a switch of keys that was cut off before its files were in order.
    func finishSwitch() throws {
        let shelf = try KeyShelf(reading: keySource)
        if try !shelf.isSettled(keys.now) || !keySharesFit() { try resplitKeys() }
        try shelf.settle(keys.now, vault: id)
    }
}
