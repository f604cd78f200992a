internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy

extension ConfigOperation {
    /// The config that comes of it, with the next number. The writer makes changes by it and the verification replays
    /// them by it, so that they cannot differ.
    ///
    /// - Throws: `VaultError` with `badValue`, `conflict` or `notFound` saying why this config does not allow it.
    package func applied(to config: VaultConfig) throws(VaultError) -> VaultConfig {
        var next = config
        next.number += 1
        switch self {
        case .appAdd(let record): try add(record, to: &next)
        case .appRemove(let name):
            guard config.liveApp(name) != nil else { throw VaultError(.notFound, "no such app is registered") }
            next.apps[name]?.live = false
        case .appKey(let record): try replaceKey(record, in: &next)
        case .auditorAdd(let record):
            guard config.auditors[record.name] == nil else {
                throw VaultError(.conflict, "there is an auditor of this name", hint: "remove them first, or use another name")
            }
            next.auditors[record.name] = record
        case .auditorRemove(let name):
            guard config.auditors[name] != nil else { throw VaultError(.notFound, "there is no such auditor") }
            next.auditors[name] = nil
        case .custodians(let custodianship):
            guard !custodianship.isEmpty else {
                throw VaultError(.badValue, "a vault that has custodians keeps at least two", hint: "replace them instead")
            }
            guard custodianship != config.custodianship else {
                throw VaultError(.conflict, "these are the custodians already")
            }
            next.custodianship = custodianship
        case .policies(let diff): try apply(diff, to: &next)
        case .handover(let from, let to, let diff): try handOver(from: from, to: to, diff, in: &next)
        case .serviceKey(let keys):
            guard keys.log != config.logKey, keys.issuing != config.issuingKey else {
                throw VaultError(.conflict, "these are the vault's keys already")
            }
            next.logKey = keys.log
            next.issuingKey = keys.issuing
        }
        try Self.checkWhole(next)
        return next
    }

    private func add(_ record: AppRecord, to config: inout VaultConfig) throws(VaultError) {
        try Self.checkKeys(box: record.box, auth: record.auth)
        guard let party = config.policies.party(of: record.name), config.succeeded[party.name] == nil, !config.policies.purposes(of: record.name).isEmpty else {
            throw VaultError(
                .badValue, "no purpose of the policies names this app",
                hint: "apps of this vault: "
                    + config.policies.parties.values.flatMap(\.apps).map(\.text).sorted().joined(separator: ", "))
        }
        if let held = config.apps[record.name] {
            throw VaultError(
                .conflict, held.live ? "this app is registered already" : "this name belonged to an app that was removed",
                hint: held.live
                    ? "remove it first, or use its token" : "a name is never given twice; name a new app in the policies")
        }
        guard record.party == party.name, record.live, record.previous == nil else {
            throw VaultError(.badValue, "the change names the app's party or state otherwise than the policies")
        }
        config.apps[record.name] = record
    }

    private func replaceKey(_ record: AppRecord, in config: inout VaultConfig) throws(VaultError) {
        try Self.checkKeys(box: record.box, auth: record.auth)
        guard let held = config.liveApp(record.name) else {
            throw VaultError(.notFound, "no such app is registered", hint: "register it: rvault app add")
        }
        guard record.live, record.party == held.party, record.added == held.added else {
            throw VaultError(.badValue, "a new key changes nothing else of an app")
        }
        guard record.box != held.box, record.auth != held.auth else {
            throw VaultError(.conflict, "these are the app's keys already")
        }
        if let previous = record.previous, previous.box != held.box || previous.auth != held.auth {
            throw VaultError(.badValue, "the keys that go on counting for a while are not the app's present ones")
        }
        config.apps[record.name] = record
    }

    private func apply(_ diff: PolicyDiff, to config: inout VaultConfig) throws(VaultError) {
        guard !diff.isEmpty else { throw VaultError(.conflict, "these are the policies in force already") }
        let old = config.policies
        let new: PolicySet
        do throws(PolicyError) { new = try diff.applied(to: old) } catch {
            throw VaultError(
                .badValue, "the policies would not be sound: \(error.description)", hint: "write the change anew with --propose")
        }
        for party in new.parties.values {
            for app in party.apps {
                guard let before = old.party(of: app)?.name ?? config.apps[app]?.party, before != party.name else { continue }
                throw VaultError(
                    .badValue, "the app \(app) is of the party \(before): an app's name is never given to another party",
                    hint: "give the party \(party.name) an app of another name")
            }
        }
        for (name, purpose) in new.purposes where old.purposes[name] == nil {
            guard let last = config.retired[name], purpose.version <= last || purpose.oldestVersion <= last else { continue }
            throw VaultError(
                .badValue, "the purpose \(name) was dropped at version \(last): it comes back with a version and an oldest_version above it")
        }
        for (name, purpose) in old.purposes where new.purposes[name] == nil { config.retired[name] = purpose.version }
        for name in new.purposes.keys { config.retired[name] = nil }
        config.policies = new
    }

    private func handOver(
        from: String, to: String, _ diff: PolicyDiff, in config: inout VaultConfig
    ) throws(VaultError) {
        guard from != to, let leaving = config.policies.parties[from], config.succeeded[from] == nil else {
            throw VaultError(.notFound, "there is no party \(from) that could hand over to another")
        }
        guard config.succeeded[to] == nil else {
            throw VaultError(.conflict, "the party \(to) has handed over itself", hint: "name the new party anew in the policies")
        }
        try apply(diff, to: &config)
        guard let successor = config.policies.parties[to] else {
            throw VaultError(.badValue, "the party \(to) is not in the policies", hint: "load policies that name it")
        }
        if let left = config.policies.purposes.values.filter({ $0.party == from }).map(\.name).min() {
            throw VaultError(
                .badValue, "the purpose \(left) is still the party \(from)'s",
                hint: "give it to an app of \(successor.name), or drop it")
        }
        for (name, app) in config.apps where app.party == from { config.apps[name]?.live = false }
        config.succeeded[from] = VaultConfig.Succession(successor: to, title: leaving.title)
    }

    /// What holds for every config, whatever the change was.
    private static func checkWhole(_ config: VaultConfig) throws(VaultError) {
        for custodian in config.custodianship.ordered where config.policies.parties[custodian.name.text] == nil {
            throw VaultError(
                .badValue, "the custodian \(custodian.name) is no party of the policies",
                hint: "custodians stand for parties: " + config.policies.parties.keys.sorted().joined(separator: ", "))
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
}
