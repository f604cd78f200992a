internal import VaultAudit
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Ends of grants that come of a change of the rules: no grant outlives what carries it. A change takes force at once, and
/// its grants end in chunks, each a transaction of its own; what was cut off is taken up at the next start.
extension Vault {
    /// How many grants were looked at, or ended, in one go.
    private static let (lookedAt, endedAtOnce) = (256, 16)

    /// Ends every grant that the config in force does not carry any more.
    ///
    /// - Returns: how many grants ended, and how many could not be ended because their rows are damaged. They open
    ///   nothing to anyone: the decision needs what is gone.
    func endUncarried(request: RequestID = .random(), uid: UInt32) throws -> (ended: Int, failed: Int) {
        let reader = try store.reader()
        var (ended, failed) = (0, 0)
        for (recipient, purpose) in try reader.read({ try $0.openGrantKinds() }) {
            guard let app = AppName(recipient) else { continue }
            // The oldest version that there can be: if that one goes on, all do.
            guard config.config.ending(of: app, PurposeName(purpose), version: 1) != nil else { continue }
            var after: GrantID?
            while true {
                let page = after
                let (ids, last) = try reader.read { snapshot in
                    let ids = try snapshot.openGrantIDs(recipient: recipient, purpose: purpose, after: page, limit: Self.lookedAt)
                    let config = config.config
                    return (try ids.filter { try snapshot.isUncarried($0, by: config) }, ids.last)
                }
                for start in stride(from: 0, to: ids.count, by: Self.endedAtOnce) {
                    let part = ids[start..<min(start + Self.endedAtOnce, ids.count)]
                    let (count, faults) = try writer.perform(isEnding: true) { try $0.terminate(part, request: request, uid: uid) }
                    (ended, failed) = (ended + count, failed + faults)
                }
                guard let last else { break }
                after = last
            }
        }
        return (ended, failed)
    }

    /// Takes up ends that were cut off. The daemon calls it after its start.
    ///
    /// - Returns: how many grants could not be ended.
    package func finishRemovals() throws -> Int { try endUncarried(uid: 0).failed }
}

extension VaultConfig {
    /// Why a grant of an app cannot go on under this config, as its last entry says it; nil if it can.
    func ending(of app: AppName, _ purpose: PurposeName?, version: Int) -> String? {
        guard liveApp(app) != nil else {
            return apps[app].flatMap { succeeded[$0.party] } == nil ? "app_removed" : "handover"
        }
        guard let purpose, let rule = policies.purposes[purpose] else { return "purpose_dropped" }
        guard rule.app == app else { return "recipient_changed" }
        return version < rule.oldestVersion ? "version_withdrawn" : nil
    }
}

extension Snapshot {
    /// A grant whose rows are damaged counts as one to be ended, so that the attempt tells.
    fileprivate func isUncarried(_ id: GrantID, by config: VaultConfig) throws -> Bool {
        do {
            guard let grant = try grant(id: id) else { return true }
            let statement = try GrantStatement(decoding: grant.statement)
            guard let app = AppName(grant.recipient) else { return false }
            return config.ending(of: app, statement.purpose, version: statement.version) != nil
        } catch let failure as StoreError where failure.endsBatch { throw failure } catch { return true }
    }
}

extension Transaction {
    /// Ends some grants that nothing carries any more; each by itself, so that a damaged one does not keep the others.
    fileprivate func terminate(_ ids: some Sequence<GrantID>, request: RequestID, uid: UInt32) throws -> (Int, Int) {
        var (count, faults) = (0, 0)
        for id in ids {
            do {
                try changes.attempt { count += try terminate(id, request: request, uid: uid) ? 1 : 0 }
            } catch let failure as StoreError where failure.endsBatch {
                throw failure
            } catch { faults += 1 }
        }
        return (count, faults)
    }

    /// Ends one grant. What it appended is forgotten with its rows if it throws.
    ///
    /// - Returns: false if it goes on after all, because the rules changed again.
    private func terminate(_ id: GrantID, request: RequestID, uid: UInt32) throws -> Bool {
        let mark = mark()
        do {
            guard let grant = try snapshot.grant(id: id), let app = AppName(grant.recipient) else {
                throw VaultError(.notFound, "there is no such grant")
            }
            guard grant.state.isLive || grant.state == .paused else { return false }
            let statement = try GrantStatement(decoding: grant.statement)
            guard let reason = config.config.ending(of: app, statement.purpose, version: statement.version) else { return false }
            var resident = try resident(grant.resident)
            let isAsLogged = try isAsLogged(resident)
            try end(&resident, grant, as: .terminated)
            var entry = try grantEntry(.terminated, grant, &resident, request: request)
            entry.role = .operator
            entry.uid = uid
            entry.reason = isAsLogged ? reason : Self.stateDiffers
            try append(entry)
            return true
        } catch {
            rewind(to: mark)
            throw error
        }
    }
}
