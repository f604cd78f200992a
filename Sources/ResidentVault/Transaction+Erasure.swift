internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Why something is destroyed.
package enum ErasureGround: String, Sendable, CaseIterable {
    /// The resident asked for it.
    case asked
    case movedOut = "moved_out"
    case died
    /// It should not have been collected, or not be held any more.
    case unlawful
    /// The days are over that its category is kept.
    case retention
}

/// Who has something erased, and why.
struct Erasing: Sendable {
    let role: LogRole?
    let uid: UInt32?
    let ground: ErasureGround
    let request: RequestID?
}

/// What an erasure did.
struct Erased: Sendable {
    let resident: ResidentReference
    let index: UInt64
    let fields: [FieldName]
}

/// Erasure (design, promise 8 and section 6). It goes on over rows that are damaged or that the log does not vouch for, as
/// every ending does, and says so in its entry's reason.
extension Transaction {
    /// Destroys everything of a resident: ends all their grants in the log, then the resident, then takes the rows out.
    func erase(_ resident: ResidentRow, by erasing: Erasing) throws -> Erased {
        let isAsLogged = try isAsLogged(resident)
        try endDelegations(heldBy: resident.reference, erasing)
        let open = try snapshot.grantNames(of: resident.reference).filter(\.isOpen)
        for (recipient, grants) in Dictionary(grouping: open, by: \.recipient).sorted(by: { $0.key < $1.key }) {
            var entry = entry(.erased, by: erasing, isAsLogged: isAsLogged)
            entry.app = AppName(recipient)
            entry.party = entry.app.flatMap { config.config.apps[$0]?.party }
            let tag = try resident.tag(recipient)
            entry.subjects = grants.map {
                LogEntry.Subject(tag: tag, grant: $0.id, outcome: LogAction.erased.rawValue)
            }
            try append(entry)
        }
        var subject = LogEntry.Subject(tag: try resident.ownTag(), outcome: LogAction.erased.rawValue)
        // The tag of the revision that will never come: past every one that the log knows, should the row be an old one.
        var revision = resident.revision + 1
        while try snapshot.stateTagExists(try resident.stateTag(revision: revision)) { revision += 1 }
        subject.stateTag = try resident.stateTag(revision: revision)
        try changes.eraseRows(of: resident.reference)
        forgot(resident.reference)
        var entry = entry(.erased, by: erasing, isAsLogged: isAsLogged)
        entry.subjects = [subject]
        let index = try appendCertified(&entry)
        return Erased(resident: resident.reference, index: index, fields: [])
    }

    /// Destroys some fields of a resident: cells, index rows and proposals, and the keys that nothing is under any more.
    ///
    /// - Parameters:
    ///   - fields: at least one, each present.
    ///   - caller: the resident, if they are here: live bundles that name the fields are sealed anew without them.
    func eraseFields(
        _ fields: Set<FieldName>, of row: ResidentRow, by erasing: Erasing, caller: ResidentCaller?
    ) throws -> Erased {
        var resident = row
        let isAsLogged = try isAsLogged(resident)
        if isAsLogged { try sweep(&resident, request: erasing.request) }
        for field in fields { try changes.eraseField(field, of: resident.reference) }
        resident.stale.subtract(fields)
        try pruneIfPossible(resident.reference)
        if let caller { try narrowBundles(of: resident, without: fields, box: caller.keys.box) }
        var entry = entry(.fieldsErased, by: erasing, isAsLogged: isAsLogged)
        entry.fields = fields.sorted()
        entry.subjects = [try seal(&resident, app: "", grant: nil, outcome: LogAction.fieldsErased.rawValue)]
        let index = try appendCertified(&entry)
        return Erased(resident: resident.reference, index: index, fields: entry.fields)
    }

    /// The members that every entry of an erasure has.
    private func entry(_ action: LogAction, by erasing: Erasing, isAsLogged: Bool) -> LogEntry {
        var entry = entry(action, request: erasing.request)
        entry.role = erasing.role
        entry.uid = erasing.uid
        entry.rule = erasing.ground.rawValue
        entry.reason = isAsLogged ? erasing.ground.rawValue : Self.stateDiffers
        return entry
    }

    /// Appends the entry that a certificate is about. It holds the certificate's digest, so that the log's key alone vouches
    /// for the certificate.
    private func appendCertified(_ entry: inout LogEntry) throws -> UInt64 {
        // A backup lives as long as the rules said when it was made, whatever they say by now.
        let ofNow = now.advanced(bySeconds: Int64(config.config.policies.backupDays) * 86_400)
        entry.until = max(ofNow, try snapshot.moment(.backupsEnd) ?? ofNow)
        let certificate = try ErasureCertificate(
            entry, index: frontier.size, issuingKey: keys.service.issuing.publicKey.bytes)
        entry.subjects[0].statement = certificate.digest
        try wantScrub()
        return try append(entry)
    }

    /// Asks for the files to be scrubbed of what this transaction takes out. Its number is new, so that a pass which began
    /// before does not count for it. The row is read unchecked, so its number may be anything.
    func wantScrub() throws {
        let before = try snapshot.scrubWanted()?.number ?? -1
        try changes.put(ScrubRow(number: max(Int64(clamping: frontier.size), before &+ 1)))
    }

    /// What a person may do for others ends with their own record.
    private func endDelegations(heldBy delegate: ResidentReference, _ erasing: Erasing) throws {
        var after: GrantID?
        while true {
            let ids = try snapshot.openGrantIDs(recipient: GrantRecipient.person(delegate.id).text, after: after, limit: 100)
            for id in ids { try endDelegation(id, erasing) }
            guard let last = ids.last else { return }
            after = last
        }
    }

    /// Ends one; a damaged row of somebody else's does not keep a resident's own from being erased.
    private func endDelegation(_ id: GrantID, _ erasing: Erasing) throws {
        let mark = mark()
        do {
            try changes.attempt {
                guard let grant = try snapshot.grant(id: id) else { return }
                var other = try resident(grant.resident)
                let isAsLogged = try isAsLogged(other)
                try end(&other, grant, as: .terminated)
                var entry = try grantEntry(.terminated, grant, &other, request: erasing.request)
                entry.role = erasing.role
                entry.uid = erasing.uid
                entry.reason = isAsLogged ? "delegate_erased" : Self.stateDiffers
                try append(entry)
            }
        } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch { rewind(to: mark) }
    }

    /// Drops write keys and supplements that no cell is under, as far as the rows can be read.
    private func pruneIfPossible(_ resident: ResidentReference) throws {
        do {
            try changes.attempt { try prune(resident) }
        } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch { try changes.pruneWriteKeys(of: resident) }
    }

    /// Seals the live bundles that name some fields anew, from the keys of what is left.
    private func narrowBundles(of resident: ResidentRow, without fields: Set<FieldName>, box: borrowing BoxKeyPair) throws {
        do {
            try changes.attempt {
                let keys = try FieldKeys.all(of: resident.reference, vault: vault.id, box: box, in: snapshot)
                for grant in try snapshot.grants(of: resident.reference) where grant.state.isLive && grant.until > now {
                    let statement = try GrantStatement(decoding: grant.statement)
                    guard !fields.isDisjoint(with: statement.fields.keys), try boxKey(of: statement.recipient) != nil
                    else { continue }
                    try putBundle(grant, statement: statement, resident: resident, keys: keys)
                }
            }
        } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch {
            // The keys in these bundles open nothing that is left; a damaged row must not keep the values alive.
        }
    }
}
