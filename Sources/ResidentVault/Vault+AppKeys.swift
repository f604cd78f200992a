internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// An app's new token (design, section 4, "App token"): while both count, the app shows both and its bundles move; with the
/// old one lost, each grant gets its bundle at the resident's next login.
extension Vault {
    /// The longest that two tokens may count.
    static let longestOverlap: Int64 = 90 * 86_400

    /// Writes the change that gives a registered app new keys. Nothing is changed, and nothing is kept.
    ///
    /// - Parameter overlap: for how many seconds from now the old token goes on counting; 0 for not at all.
    /// - Throws: `VaultError` with `notFound` for an app that is not registered, `badValue` for too long an overlap.
    package func proposeAppKey(
        _ name: AppName, box: [UInt8], auth: [UInt8], operatorHeld: Bool, overlap: Int64
    ) throws -> ConfigChange {
        guard (0...Self.longestOverlap).contains(overlap) else {
            throw VaultError(.badValue, "two tokens count for \(Self.longestOverlap / 86_400) days at most")
        }
        return try writer.perform { transaction in
            guard let held = transaction.config.config.liveApp(name) else {
                throw VaultError(.notFound, "no such app is registered", hint: "register it: rvault app add")
            }
            let previous = overlap == 0
                ? nil
                : AppRecord.Previous(
                    box: held.box, auth: held.auth, until: transaction.now.advanced(bySeconds: overlap))
            return try transaction.proposed(
                .appKey(
                    AppRecord(
                        name: name, party: held.party, box: box, auth: auth, live: true, operatorHeld: operatorHeld,
                        added: held.added, previous: previous)))
        }
    }

    /// Moves a page of an app's bundles from its old key to its new one, with both tokens at hand. What was moved is
    /// skipped, so a run that was cut off is begun again.
    ///
    /// - Returns: how many moved, how many could not be opened, and where the next page begins.
    /// - Throws: `VaultError.badValue` unless the two are one app's old and new token.
    package func moveKeys(
        from old: AppCaller, to new: AppCaller, after: GrantID?, limit: Int = 32
    ) throws -> (moved: Int, failed: Int, next: GrantID?) {
        guard old.name == new.name, old.record.box != new.record.box else {
            throw VaultError(.badValue, "the two tokens must be the old and the new one of one app")
        }
        return try writer.perform { transaction in
            try transaction.requireLive(old.record)
            try transaction.requireLive(new.record)
            guard transaction.config.config.liveApp(new.name)?.box == new.record.box else {
                throw VaultError(.badValue, "the second token must be the new one")
            }
            let ids = try transaction.snapshot.openGrantIDs(recipient: new.name.text, after: after, limit: limit)
            var (moved, failed) = (0, 0)
            for id in ids {
                do {
                    if try transaction.changes.attempt({ try transaction.move(id, from: old, to: new) }) { moved += 1 }
                } catch let failure as StoreError where failure.endsBatch {
                    throw failure
                } catch CryptoError.memoryLockUnavailable {
                    throw CryptoError.memoryLockUnavailable
                } catch { failed += 1 }
            }
            if moved + failed > 0 {
                var entry = transaction.entry(.rotated, request: .random())
                entry.role = .app
                entry.app = new.name
                entry.party = new.record.party
                entry.uid = new.uid
                entry.rule = "app_key"
                entry.decision = "moved"
                entry.count = moved
                try transaction.append(entry)
            }
            return (moved, failed, ids.count < limit ? nil : ids.last)
        }
    }

    /// How many of an app's bundles are not for its present key.
    package func bundlesToMove(_ app: AppRecord, reader: VaultReader) throws -> Int64 {
        try reader.store.read { try $0.bundles(recipient: app.name.text, notFor: BoxMark.of(app.box)) }
    }
}

extension Transaction {
    /// Opens a grant's bundle and supplements with whichever key each is for, and wraps all of it under the new one.
    ///
    /// - Returns: false if nothing of it is for the old key.
    fileprivate func move(_ id: GrantID, from old: AppCaller, to new: AppCaller) throws -> Bool {
        guard let grant = try snapshot.grant(id: id), grant.state.isLive, let bundle = try snapshot.bundle(grant: id) else {
            return false
        }
        let supplements = try snapshot.supplements(grant: id)
        let oldBox = try BoxPublicKey(old.record.box)
        let newBox = try BoxPublicKey(new.record.box)
        let mark = BoxMark.of(oldBox)
        guard bundle.box == mark || supplements.contains(where: { $0.box == mark }) else { return false }
        let statement = try GrantStatement(decoding: grant.statement)
        func opened(_ row: BundleRow, by caller: AppCaller, _ box: BoxPublicKey) throws -> FieldKeySet {
            let header = bundleHeader(grant, recipient: box, serial: row.serial)
            return switch row.form {
            case .wrapped: try Bundle.openWrapped(row.blob, header: header, key: try caller.secret.wrapKey())
            case .sealed: try Bundle.openSealed(row.blob, header: header, with: try caller.secret.boxPair())
            }
        }
        var keys = bundle.box == mark ? try opened(bundle, by: old, oldBox) : try opened(bundle, by: new, newBox)
        var serial = bundle.serial
        for supplement in supplements {
            let isOld = supplement.box == mark
            let header = bundleHeader(grant, recipient: isOld ? oldBox : newBox, serial: supplement.epoch)
            try keys.merge(
                try Bundle.openSealed(
                    supplement.blob, header: header, with: try (isOld ? old : new).secret.boxPair()))
            serial = max(serial, supplement.epoch)
        }
        try OpenedBundle.check(keys, within: statement.granted)
        let header = bundleHeader(grant, recipient: newBox, serial: serial)
        try changes.deleteKeys(grant: id)
        try changes.put(
            BundleRow(
                grant: id, form: .wrapped, serial: serial, box: BoxMark.of(newBox),
                blob: try Bundle.wrap(keys, header: header, key: try new.secret.wrapKey())))
        movedKeys(of: grant.resident)
        return true
    }

    /// Seals bundles anew that are for a key which their app no longer has: its old token was lost, or its time is over. The
    /// resident is here with the keys. Bundles are no part of a state, so nothing of it is logged.
    func reissue(of resident: ResidentRow, box: borrowing BoxKeyPair) throws {
        var waiting: [GrantRow] = []
        for grant in try snapshot.grants(of: resident.reference) where grant.state.isLive && grant.until > now {
            guard let name = GrantRecipient(grant.recipient)?.app, let app = config.config.liveApp(name) else { continue }
            if let previous = app.previous, now < previous.until { continue }
            let mark = BoxMark.of(app.box)
            let isOld = try snapshot.unchecked().bundle(grant: grant.id).map { $0.box != mark } ?? false
            if try isOld || snapshot.unchecked().supplements(grant: grant.id).contains(where: { $0.box != mark }) {
                waiting.append(grant)
            }
        }
        guard !waiting.isEmpty else { return }
        do {
            try changes.attempt {
                let keys = try FieldKeys.all(of: resident.reference, vault: vault.id, box: box, in: snapshot)
                for grant in waiting {
                    try putBundle(
                        grant, statement: try GrantStatement(decoding: grant.statement), resident: resident, keys: keys)
                }
                movedKeys(of: resident.reference)
            }
        } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch {
            // Damaged rows must not prevent a login.
        }
    }
}
