internal import VaultAudit
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Registers an app by its public keys, where nobody else has to sign it. Its party comes from the policies; the change
    /// is logged whole.
    ///
    /// - Throws: `VaultError` with `badValue` for a name that no purpose knows or keys of a wrong length, `conflict` for
    ///   a name that is or was in use, `forbidden` in a vault with custodians.
    package func addApp(
        _ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool, uid: UInt32
    ) throws -> AppRecord {
        try writer.perform { transaction in
            let record = transaction.registration(name, box: box, auth: auth, operatorHeld: operatorHeld)
            try transaction.make(.appAdd(record), uid: uid)
            return record
        }
    }

    /// Writes the change that would register an app, for custodians to sign. Nothing is changed, and nothing is kept.
    package func proposeApp(_ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool) throws -> ConfigChange {
        try writer.perform { transaction in
            try transaction.proposed(
                .appAdd(transaction.registration(name, box: box, auth: auth, operatorHeld: operatorHeld)))
        }
    }

    /// Switches an app off: its token dies at once, then its grants end in chunks.
    ///
    /// - Returns: how many grants ended, and how many could not be ended because their rows are damaged. They open
    ///   nothing to anyone: the app is gone.
    package func removeApp(_ name: AppName, uid: UInt32) throws -> (ended: Int, failed: Int) {
        let request = RequestID.random()
        try writer.perform(isEnding: true) { transaction in
            let config = transaction.config.config
            guard config.apps[name] != nil else { throw VaultError(.notFound, "no such app is registered") }
            // A removal that was cut off is taken up again.
            guard config.liveApp(name) != nil else { return }
            // Narrowing needs nobody's word.
            try transaction.make(.appRemove(name), request: request, uid: uid)
        }
        return try endUncarried(request: request, uid: uid)
    }

    /// A sign of life in the log, hourly: it shows how time went, and keeps `SteadyTime` from taking quiet for a jump.
    package func beat() throws { try writer.perform { try $0.beat() } }

    /// All apps ever registered, by name.
    package func apps() -> [AppRecord] { config.config.apps.values.sorted { $0.name < $1.name } }
}

extension Transaction {
    /// An app's record as a registration now would make it.
    fileprivate func registration(_ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool) -> AppRecord {
        // Without a party in the policies the change cannot be made, and its refusal says so.
        AppRecord(
            name: name, party: config.config.policies.party(of: name)?.name ?? "", box: box, auth: auth, live: true,
            operatorHeld: operatorHeld, added: now)
    }
}
