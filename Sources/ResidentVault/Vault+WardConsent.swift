internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

extension Vault {
    /// Agrees to a request in a ward's name: the delegate's own key signs, and the statement names the delegation.
    ///
    /// A guardian's consent counts where a child under 14 cannot agree (PIPL art. 31), and stands as theirs in the
    /// statement; a helper whom the resident chose cannot give a guardian's consent.
    /// - Parameters:
    ///   - fields: some of the fields asked for, all within the delegation; all if nil.
    ///   - until: no later than the request, the purpose and the delegation allow; the earliest of them if nil.
    /// - Throws: as for a resident's own approval; `forbidden` for fields beyond the delegation, which is logged.
    package func approve(
        _ id: RequestID, as delegation: GrantID, fields chosen: [FieldName]?, until wanted: Instant?, caller: ResidentCaller
    ) throws -> GrantID {
        try writer.perform { transaction in
            var ward = try transaction.ward(delegation, of: caller)
            try transaction.requireAsLogged(ward.resident)
            let row = try transaction.pending(id, of: ward.resident)
            let terms = try transaction.terms(
                of: row, fields: chosen, until: wanted, ceiling: ward.statement.until)
            guard terms.fields.isSubset(of: ward.scope) else { try transaction.refuse(ward, terms.fields) }
            if terms.purpose.basis == .consentGuardian, !ward.isGuardians {
                throw VaultError(
                    .forbidden, "only a guardian can agree to this", hint: "ask the residents' committee")
            }
            let opened = try transaction.heal(&ward, with: caller)
            // A key that is missing here would be missing in the app's bundle, and nobody would know why.
            for cell in try transaction.snapshot.cells(of: ward.resident.reference)
            where terms.fields.contains(cell.field) && opened.keys.epoch(of: cell.field.text) != cell.epoch {
                throw VaultError(.integrity, "your keys do not reach \(cell.field) of this person")
            }
            return try transaction.give(
                terms, for: row, of: &ward.resident, giver: .delegate(delegation: delegation), signing: try caller.keys.signing(),
                keys: opened.keys, basis: ward.statement.basis == .consentGuardian ? .consentGuardian : nil, role: .delegate)
        }
    }

    /// Says no to a request in a ward's name.
    package func deny(_ id: RequestID, as delegation: GrantID, caller: ResidentCaller) throws {
        try writer.perform(isEnding: true) { transaction in
            let ward = try transaction.ward(delegation, of: caller)
            let row = try transaction.pending(id, of: ward.resident)
            guard !ward.scope.isDisjoint(with: row.fields) else { try transaction.refuse(ward, row.fields) }
            try transaction.refuse(row, of: ward.resident, role: .delegate)
        }
    }

    /// Ends a ward's grant that touches the delegation's fields. These move to new keys at once; the others become stale
    /// until someone with their keys comes.
    package func revoke(_ id: GrantID, as delegation: GrantID, caller: ResidentCaller) throws {
        try end(id, as: delegation, to: .withdrawn, action: .withdrawn, caller: caller)
    }

    /// Suspends a ward's grant.
    package func pause(_ id: GrantID, as delegation: GrantID, caller: ResidentCaller) throws {
        try end(id, as: delegation, to: .paused, action: .paused, caller: caller)
    }

    private func end(
        _ id: GrantID, as delegation: GrantID, to state: GrantState, action: LogAction, caller: ResidentCaller
    ) throws {
        try writer.perform(isEnding: true) { transaction in
            var ward = try transaction.ward(delegation, of: caller)
            let isAsLogged = try transaction.isAsLogged(ward.resident)
            if isAsLogged { try transaction.sweep(&ward.resident, request: nil) }
            let (grant, statement) = try transaction.grant(id, of: ward.resident)
            // Whom the ward trusts besides is not a delegate's matter.
            guard statement.recipient.app != nil else {
                throw VaultError(.forbidden, "who else acts for this person is not yours to decide")
            }
            guard !ward.scope.isDisjoint(with: statement.fields.keys) else {
                try transaction.refuse(ward, Set(statement.fields.keys))
            }
            guard grant.state.isLive || (grant.state == .paused && state == .withdrawn) else {
                throw VaultError(.conflict, "this grant has ended already")
            }
            guard statement.basis.needsConsent else {
                throw VaultError(
                    .forbidden, "this access rests on \(statement.basis.rawValue), not on consent",
                    hint: "to end it, end the contract or ask its party: \(statement.party ?? "")")
            }
            try transaction.end(&ward.resident, grant, as: state)
            let moved = try transaction.rekeyScope(&ward, with: caller)
            var entry = try transaction.grantEntry(action, grant, &ward.resident, request: .random())
            entry.role = .delegate
            if !moved { entry.reason = "not_rekeyed" }
            if !isAsLogged { entry.reason = Transaction.stateDiffers }
            try transaction.append(entry)
        }
    }

    /// Corrects fields of a ward: written forward under a new epoch, with the delegate as the source. An app's later write
    /// over them waits as a proposal, as over a resident's own.
    ///
    /// - Throws: `VaultError` with `forbidden` for a field beyond the delegation, `badValue` for a value that is not of its
    ///   field's type.
    package func correct(_ values: [FieldName: JSON], as delegation: GrantID, caller: ResidentCaller, uid: UInt32) throws {
        try writer.perform { transaction in
            var ward = try transaction.ward(delegation, of: caller)
            let fields = Set(values.keys)
            guard !fields.isEmpty else { throw VaultError(.badValue, "a correction names at least one field") }
            guard fields.isSubset(of: ward.scope) else { try transaction.refuse(ward, fields) }
            for (field, value) in values where transaction.config.config.policies.fields[field]?.accepts(value) != true {
                throw VaultError(.badValue, "the value of \(field) is not of its type")
            }
            try transaction.requireAsLogged(ward.resident)
            _ = try transaction.heal(&ward, with: caller)
            let source = ward.statement.recipient.text
            try transaction.startEpoch(
                &ward.resident, values.sorted { $0.key < $1.key }.map { NewValue(field: $0.key, value: $0.value.encoded) },
                source: source)
            var entry = transaction.entry(.written, of: ward, uid: uid)
            entry.actions = [.write]
            entry.fields = fields.sorted()
            entry.decision = "changed"
            entry.subjects = [
                try transaction.seal(&ward.resident, app: source, grant: delegation, outcome: LogAction.written.rawValue)
            ]
            try transaction.append(entry)
        }
    }

    /// Stops acting for someone. What was given under the delegation ends with it. A guardian's duty does not end with a
    /// click.
    package func resign(_ delegation: GrantID, caller: ResidentCaller) throws {
        try writer.perform(isEnding: true) { transaction in
            var ward = try transaction.ward(delegation, of: caller)
            guard !ward.isGuardians else {
                throw VaultError(
                    .forbidden, "a guardian's duty does not end here", hint: "ask the residents' committee")
            }
            let isAsLogged = try transaction.isAsLogged(ward.resident)
            if isAsLogged { try transaction.sweep(&ward.resident, request: nil) }
            // The keys are taken out before the bundle goes.
            let opened: OpenedBundle?
            do { opened = try transaction.changes.attempt { try transaction.open(ward, with: caller) } } catch let failure as StoreError
                where failure.endsBatch
            { throw failure } catch { opened = nil }
            try transaction.end(&ward.resident, ward.delegation, as: .terminated)
            let moved = try opened.map { try transaction.rekeyScope(&ward, keys: $0) } ?? false
            var entry = try transaction.grantEntry(.terminated, ward.delegation, &ward.resident, request: .random())
            entry.role = .delegate
            if !moved { entry.reason = "not_rekeyed" }
            if !isAsLogged { entry.reason = Transaction.stateDiffers }
            try transaction.append(entry)
        }
    }
}

extension Transaction {
    /// Moves what is stale within the scope, if it can be opened.
    ///
    /// - Returns: whether nothing is stale any more.
    fileprivate func rekeyScope(_ ward: inout Ward, with caller: ResidentCaller) throws -> Bool {
        do { return try rekeyScope(&ward, keys: try open(ward, with: caller)) } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch { return false }
    }

    fileprivate func rekeyScope(_ ward: inout Ward, keys: OpenedBundle) throws -> Bool {
        var moved = ward.resident
        let scope = ward.scope
        do {
            try changes.attempt { try rekey(&moved, keys: keys.keys, fields: moved.stale.intersection(scope)) }
            ward.resident = moved
            return moved.stale.isEmpty
        } catch let failure as StoreError where failure.endsBatch {
            throw failure
        } catch { return false }
    }
}
