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
        try Self.checkKeys(box: box, auth: auth)
        return try writer.perform { transaction in
            let (record, change) = try transaction.registration(name, box: box, auth: auth, operatorHeld: operatorHeld, added: transaction.now)
            _ = try change.requireApproval([], under: transaction.config.config.custodianship, party: record.party)
            try transaction.apply(
                transaction.config.config.adding(record), change: change, request: .random(), uid: uid)
            return record
        }
    }

    /// Writes the change that would register an app, for custodians to sign. Nothing is changed, and nothing is kept.
    package func proposeApp(_ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool) throws -> ConfigChange {
        try Self.checkKeys(box: box, auth: auth)
        return try writer.perform { transaction in
            try transaction.registration(name, box: box, auth: auth, operatorHeld: operatorHeld, added: transaction.now).change
        }
    }

    /// Makes a change that custodians have signed.
    ///
    /// - Parameter bytes: the change as `proposeApp` wrote it.
    /// - Throws: `VaultError` with `conflict` if another change came first, `forbidden` if signatures are missing.
    package func make(_ bytes: [UInt8], approvals: [ConfigChange.Approval], uid: UInt32) throws -> AppRecord {
        try writer.perform { transaction in
            let change = try ConfigChange(reading: bytes, for: transaction.config)
            guard change["op"] == "app_add", let name = change["app"]?.string, let member = change["record"],
                let given = AppRecord(name: name, json: member)
            else { throw VaultError(.badValue, "this version makes no such change") }
            try Self.checkKeys(box: given.box, auth: given.auth)
            let (record, expected) = try transaction.registration(
                given.name, box: given.box, auth: given.auth, operatorHeld: given.operatorHeld, added: given.added)
            // What is made is what was signed, and nothing beside it.
            guard expected.bytes == bytes else { throw VaultError(.badValue, "the change says more than this version knows") }
            let signatures = try change.requireApproval(
                approvals, under: transaction.config.config.custodianship, party: record.party)
            try transaction.apply(
                transaction.config.config.adding(record), change: change, approvals: signatures, request: .random(), uid: uid)
            return record
        }
    }

    /// - Throws: `VaultError.badValue` for keys of a wrong length, or a box key of low order, which takes no sealed box.
    private static func checkKeys(box: [UInt8], auth: [UInt8]) throws(VaultError) {
        guard box.count == 32, auth.count == 32 else {
            throw VaultError(.badValue, "an app's public part holds two keys of 32 bytes")
        }
        guard (try? SealedBox.seal(try SecretBytes(zeroed: 1), to: try BoxPublicKey(box))) != nil else {
            throw VaultError(.badValue, "the app's box key is not a key that anything can be sealed to")
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
            let change = try ConfigChange(["op": "app_remove", "app": .string(name.text)], to: transaction.config)
            try transaction.apply(config.removing(name), change: change, request: request, uid: uid)
        }
        var (ended, failed) = (0, 0)
        var after: GrantID?
        while true {
            let page = after
            let (count, faults, last) = try writer.perform(isEnding: true) { transaction -> (Int, Int, GrantID?) in
                let ids = try transaction.snapshot.openGrantIDs(recipient: name.text, after: page, limit: 16)
                var (count, faults) = (0, 0)
                for id in ids {
                    do {
                        try transaction.changes.attempt { try transaction.terminate(id, request: request, uid: uid) }
                        count += 1
                    } catch let failure as StoreError where failure.endsBatch {
                        throw failure
                    } catch { faults += 1 }
                }
                return (count, faults, ids.last)
            }
            (ended, failed) = (ended + count, failed + faults)
            guard let last else { return (ended, failed) }
            after = last
        }
    }

    /// Takes up removals that were cut off: no grant outlives its app. The daemon calls it after its start.
    ///
    /// - Returns: how many grants could not be ended.
    package func finishRemovals() throws -> Int {
        var failed = 0
        for app in apps() where !app.live { failed += try removeApp(app.name, uid: 0).failed }
        return failed
    }

    /// A sign of life in the log, hourly: it shows how time went, and keeps `SteadyTime` from taking quiet for a jump.
    package func beat() throws { try writer.perform { try $0.beat() } }

    /// All apps ever registered, by name.
    package func apps() -> [AppRecord] { config.config.apps.values.sorted { $0.name < $1.name } }
}

extension Transaction {
    /// The record and the change of an app's registration, if the policies know the app and its name is free.
    fileprivate func registration(
        _ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool, added: Instant
    ) throws -> (record: AppRecord, change: ConfigChange) {
        let config = config.config
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
            name: name, party: party.name, box: box, auth: auth, live: true, operatorHeld: operatorHeld, added: added)
        let operation: [String: JSON] = ["op": "app_add", "app": .string(name.text), "record": record.json]
        return (record, try ConfigChange(operation, to: self.config))
    }

    /// Ends one grant of an app that is gone. What it appended is forgotten with its rows if it throws.
    fileprivate func terminate(_ id: GrantID, request: RequestID, uid: UInt32) throws {
        let mark = mark()
        do {
            guard let grant = try snapshot.grant(id: id) else { throw VaultError(.notFound, "there is no such grant") }
            var resident = try resident(grant.resident)
            let isAsLogged = try isAsLogged(resident)
            try end(&resident, grant, as: .terminated)
            var entry = try grantEntry(.terminated, grant, &resident, request: request)
            entry.role = .operator
            entry.uid = uid
            entry.reason = isAsLogged ? "app_removed" : Self.stateDiffers
            try append(entry)
        } catch {
            rewind(to: mark)
            throw error
        }
    }
}
