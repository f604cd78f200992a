package import VaultModel

/// A part of a change of policies that rests on more than the operator's word: with it an app could get something that
/// no resident signs for (promise 5).
package struct PolicyWidening: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case party(String)
        case field(String)
        case purpose(PurposeName)
        case logRetention
        case backupLife
    }

    package let part: Part
    /// Lower case, no full stop; for operators.
    package let reason: String
}

extension PolicySet {
    /// Everything of a change that only custodians can make. Empty if the operator alone may make it: it narrows, or it
    /// asks residents anew.
    ///
    /// Conservative: what is not known to narrow widens.
    package func widenings(to new: PolicySet) -> [PolicyWidening] {
        var found: [PolicyWidening] = []
        for name in Set(parties.keys).union(new.parties.keys).sorted() where parties[name] != new.parties[name] {
            found.append(PolicyWidening(part: .party(name), reason: "a party or its apps change"))
        }
        for name in Set(fields.keys).union(new.fields.keys).sorted() where fields[name] != new.fields[name] {
            found.append(PolicyWidening(part: .field(name.text), reason: "a field's definition changes"))
        }
        for (name, after) in new.purposes.sorted(by: { $0.key < $1.key }) {
            let reason: String? =
                if let before = purposes[name] { before == after ? nil : before.widening(to: after) } else {
                    after.basis.needsConsent ? nil : "a new purpose without consent"
                }
            if let reason { found.append(PolicyWidening(part: .purpose(name), reason: reason)) }
        }
        if new.logRetentionDays < logRetentionDays {
            found.append(PolicyWidening(part: .logRetention, reason: "the log stays in the database for less time"))
        }
        if new.backupDays > backupDays {
            found.append(PolicyWidening(part: .backupLife, reason: "backups live longer, and what was erased with them"))
        }
        return found
    }
}

extension Purpose {
    /// Why a new version of a purpose needs custodians; nil if it only narrows, or if whatever it adds must be agreed to
    /// by each resident.
    fileprivate func widening(to new: Purpose) -> String? {
        guard new.basis.needsConsent else {
            guard basis == new.basis else { return "the basis becomes \(new.basis.rawValue), which asks no resident" }
            return grows(in: new).map { "without consent, \($0)" }
        }
        // What a resident agreed to stands in their grant and is never exceeded. What stands in the policy alone reaches
        // grants that were given before, unless those are withdrawn.
        guard new.oldestVersion <= version else { return nil }
        return reachesOldGrants(new)
    }

    /// The first thing in which a version goes beyond this one; nil if it is within it in everything.
    private func grows(in new: Purpose) -> String? {
        if new.app != app || new.party != party { return "the app changes" }
        if new.oldestVersion < oldestVersion { return "a withdrawn version comes back" }
        if let reason = reachesOldGrants(new) { return reason }
        if !Set(new.actions).isSubset(of: actions) { return "an action is added" }
        for (field, rule) in new.fields.sorted(by: { $0.key < $1.key }) {
            guard let held = fields[field] else { return "the field \(field) is added" }
            if rule.form > held.form { return "the field \(field) is shown in a more revealing form" }
        }
        if new.limits.maxDays > limits.maxDays || new.limits.readsPerDay > limits.readsPerDay
            || new.limits.rowsPerRequest > limits.rowsPerRequest || new.retentionDays > retentionDays
        {
            return "a limit is raised"
        }
        if new.citations != citations || new.title != title || new.notice != notice || new.necessity != necessity
            || new.impact != impact
        {
            return "what residents are told changes"
        }
        return nil
    }

    /// What a new version changes for grants that were given under an older one, beyond what their statements bound.
    private func reachesOldGrants(_ new: Purpose) -> String? {
        if new.oldestVersion < oldestVersion { return "a withdrawn version comes back" }
        // A grant names fields and forms, but not the question or the ranges: another question is another datum.
        for (field, rule) in new.fields.sorted(by: { $0.key < $1.key }) {
            guard let held = fields[field] else {
                // An older version may have had the field, and its grants name it still.
                if new.oldestVersion < version, rule.answer != nil || rule.bands != nil || rule.write {
                    return "the field \(field) comes back, and old permissions may name it"
                }
                continue
            }
            if rule.write, !held.write { return "the field \(field) becomes writable for old permissions" }
            if rule.answer != nil, rule.answer != held.answer { return "the question on \(field) changes for old permissions" }
            if rule.bands != nil, rule.bands != held.bands { return "the ranges of \(field) change for old permissions" }
        }
        if requiresInitiator, !new.requiresInitiator { return "who asks need no longer be stated" }
        if requiresCase, !new.requiresCase { return "the case need no longer be stated" }
        return nil
    }
}
