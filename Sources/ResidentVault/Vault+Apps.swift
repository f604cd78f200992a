internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Registers an app by its public keys. Its party comes from the policies; the change is logged whole.
    ///
    /// - Throws: `VaultError` with `badValue` for a name that no purpose knows or keys of a wrong length, `conflict` for
    ///   a name that is or was in use.
    package func addApp(
        _ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool, uid: UInt32
    ) throws -> AppRecord {
        guard box.count == 32, auth.count == 32 else {
            throw VaultError(.badValue, "an app's public part holds two keys of 32 bytes")
        }
        return try writer.perform { transaction in
            let config = transaction.config.config
            guard let party = config.policies.party(of: name), !config.policies.purposes(of: name).isEmpty else {
                throw VaultError(
                    .badValue, "no purpose of the policies names this app",
                    hint: "apps of this vault: " + config.policies.parties.values.flatMap(\.apps).map(\.text).sorted().joined(separator: ", "))
            }
            if let held = config.apps[name] {
                throw VaultError(
                    .conflict, held.live ? "this app is registered already" : "this name belonged to an app that was removed",
                    hint: held.live ? "remove it first, or use its token" : "a name is never given twice; name a new app in the policies")
            }
            let record = AppRecord(
                name: name, party: party.name, box: box, auth: auth, live: true, operatorHeld: operatorHeld,
                added: transaction.now)
            try transaction.apply(
                config.adding(record),
                change: ["op": "app_add", "app": .string(name.text), "record": record.json], request: .random(), uid: uid)
            return record
        }
    }

    /// Switches an app off: its token dies at once, then its grants end in chunks.
    ///
    /// - Returns: how many grants ended.
    package func removeApp(_ name: AppName, uid: UInt32) throws -> Int {
        let request = RequestID.random()
        try writer.perform(isEnding: true) { transaction in
            let config = transaction.config.config
            guard config.apps[name] != nil else { throw VaultError(.notFound, "no such app is registered") }
            // A removal that was cut off is taken up again.
            guard config.liveApp(name) != nil else { return }
            try transaction.apply(
                config.removing(name), change: ["op": "app_remove", "app": .string(name.text)], request: request, uid: uid)
        }
        var ended = 0
        var after: GrantID?
        while true {
            let page = after
            let (count, last) = try writer.perform(isEnding: true) { transaction -> (Int, GrantID?) in
                let grants = try transaction.snapshot.grants(recipient: name.text, after: page, limit: 16)
                var count = 0
                for grant in grants where grant.state.isLive || grant.state == .paused {
                    var resident = try transaction.resident(grant.resident)
                    try transaction.end(&resident, grant, as: .terminated)
                    var entry = try transaction.grantEntry(.terminated, grant, &resident, request: request)
                    entry.role = .operator
                    entry.uid = uid
                    entry.reason = "app_removed"
                    try transaction.append(entry)
                    count += 1
                }
                return (count, grants.last?.id)
            }
            ended += count
            guard let last else { return ended }
            after = last
        }
    }

    /// Takes up removals that were cut off: no grant outlives its app. The daemon calls it at its start.
    package func finishRemovals() throws {
        for app in apps() where !app.live { _ = try removeApp(app.name, uid: 0) }
    }

    /// A sign of life in the log, hourly: it shows how time went, and keeps `SteadyTime` from taking quiet for a jump.
    package func beat() {
        writer.submit({ transaction in try transaction.append(transaction.entry(.heartbeat, request: nil)) }, finish: { _ in })
    }

    /// All apps ever registered, by name.
    package func apps() -> [AppRecord] { config.config.apps.values.sorted { $0.name < $1.name } }
}
