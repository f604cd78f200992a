internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel
package import VaultPolicy

/// The rules and public keys in force, as one canonical object. Its digest stands in every log entry, and each change
/// names the digest it replaces, so nobody can swap the rules without it showing (promise 5).
package struct VaultConfig: Equatable, Sendable {
    package let vault: VaultID
    /// Grows with every change and never goes back, so that an approval works once.
    package internal(set) var number: Int64
    package internal(set) var policies: PolicySet
    /// Purposes that were dropped, each with the highest version it had: one of that name begins above it, so that a
    /// receipt's purpose and version mean one thing, and no old grant reaches what came later.
    package internal(set) var retired: [PurposeName: Int] = [:]
    /// Parties that handed over to another, by name.
    package internal(set) var succeeded: [String: Succession] = [:]
    package internal(set) var apps: [AppName: AppRecord]
    /// Who may read the log. It stands here so that nobody reads it unannounced.
    package internal(set) var auditors: [AuditorName: AuditorRecord]
    package internal(set) var custodianship: Custodianship
    /// The log's and the issuing key's public halves.
    package internal(set) var logKey: [UInt8]
    package internal(set) var issuingKey: [UInt8]

    /// What is left of a party that handed over: who came after, and its own title, which the policies may have dropped.
    package struct Succession: Equatable, Sendable {
        package let successor: String
        package let title: LocalizedText
    }

    /// The first config of a vault.
    package init(
        vault: VaultID, policies: PolicySet, custodianship: Custodianship = .none, logKey: [UInt8], issuingKey: [UInt8]
    ) {
        self.custodianship = custodianship
        self.vault = vault
        number = 1
        self.policies = policies
        apps = [:]
        auditors = [:]
        self.logKey = logKey
        self.issuingKey = issuingKey
    }

    /// How many custodians there are; a vault without any says so wherever it shows itself.
    package var custodians: Int { custodianship.custodians.count }
    package var threshold: Int { custodianship.threshold }

    package var json: JSON {
        var members: [String: JSON] = [
            "type": "config", "vault": .string(vault.base64), "number": .integer(number), "policies": policies.json,
            "apps": .object(Dictionary(uniqueKeysWithValues: apps.map { ($0.key.text, $0.value.json) })),
            "auditors": .object(Dictionary(uniqueKeysWithValues: auditors.map { ($0.key.text, $0.value.json) })),
            "custodians": custodianship.json, "k": .integer(Int64(custodianship.threshold)),
            "keys": [
                "log": .string(Base64URL.encode(logKey)), "issuing": .string(Base64URL.encode(issuingKey)),
            ],
        ]
        if !retired.isEmpty {
            members["retired"] = .object(
                Dictionary(uniqueKeysWithValues: retired.map { ($0.key.text, .integer(Int64($0.value))) }))
        }
        if !succeeded.isEmpty {
            members["succeeded"] = .object(
                succeeded.mapValues { ["to": .string($0.successor), "title": $0.title.json] })
        }
        return .object(members)
    }

    /// Reads stored bytes.
    ///
    /// - Throws: `VaultError` with code `integrity` for anything that is not a config of ours in canonical form.
    package init(body: [UInt8]) throws(VaultError) {
        guard let json = try? CanonicalJSON.decode(body), json["type"] == "config",
            let vault = json["vault"]?.string.flatMap(VaultID.init(base64:)), let number = json["number"]?.integer,
            let policyJSON = json["policies"], let policies = try? PolicySet(json: policyJSON),
            let apps = json["apps"]?.object, let auditors = json["auditors"]?.object, let custodians = json["custodians"], let threshold = json["k"]?.integer,
            let logKey = json["keys"]?["log"]?.string.flatMap(Base64URL.decode),
            let issuingKey = json["keys"]?["issuing"]?.string.flatMap(Base64URL.decode)
        else { throw VaultError(.integrity, "the stored config is not one this version wrote") }
        self.vault = vault
        self.number = number
        self.policies = policies
        self.logKey = logKey
        self.issuingKey = issuingKey
        self.apps = [:]
        self.auditors = [:]
        custodianship = try Custodianship(json: custodians, threshold: threshold)
        for (name, member) in auditors {
            guard let record = AuditorRecord(name: name, json: member) else {
                throw VaultError(.integrity, "the stored config holds an auditor that is not in its form")
            }
            self.auditors[record.name] = record
        }
        for (name, member) in apps {
            guard let record = AppRecord(name: name, json: member) else {
                throw VaultError(.integrity, "the stored config holds an app that is not in its form")
            }
            self.apps[record.name] = record
        }
        for (name, version) in json["retired"]?.object ?? [:] {
            guard let name = PurposeName(name), let version = version.integer else {
                throw VaultError(.integrity, "the stored config holds a dropped purpose that is not in its form")
            }
            retired[name] = Int(version)
        }
        for (name, member) in json["succeeded"]?.object ?? [:] {
            guard let successor = member["to"]?.string, let chinese = member["title"]?["zh"]?.string,
                let english = member["title"]?["en"]?.string
            else { throw VaultError(.integrity, "the stored config holds a handover that is not in its form") }
            succeeded[name] = Succession(successor: successor, title: LocalizedText(chinese: chinese, english: english))
        }
        guard try body == encoded() else { throw VaultError(.integrity, "the stored config holds parts unknown here") }
    }

    /// The stored bytes.
    package func encoded() throws(VaultError) -> [UInt8] {
        do { return try CanonicalJSON.encode(json) } catch {
            throw VaultError(.badValue, "the policies cannot be written in canonical form")
        }
    }

    package func liveApp(_ name: AppName) -> AppRecord? { apps[name].flatMap { $0.live ? $0 : nil } }
}

/// A config with what every request needs of it worked out once. Immutable, so readers share it without a lock.
package final class ConfigInForce: Sendable {
    package let config: VaultConfig
    package let body: [UInt8]
    package let digest: [UInt8]
    package let evaluator: PolicyEvaluator
    private let notices = Mutex<[PurposeName: [UInt8]]>([:])

    package init(_ config: VaultConfig) throws(VaultError) {
        self.config = config
        body = try config.encoded()
        digest = Hash.blake2b256(body)
        evaluator = PolicyEvaluator(policies: config.policies)
    }

    /// H(notice) of a purpose of this config. Every statement names it, and a notice is a page of text in two languages.
    func noticeDigest(of purpose: Purpose) throws(JSONError) -> [UInt8] {
        // Only the newest version of a purpose is of this config.
        let isOurs = config.policies.purposes[purpose.name]?.version == purpose.version
        if isOurs, let known = notices.withLock({ $0[purpose.name] }) { return known }
        let digest = Hash.blake2b256(try CanonicalJSON.encode(purpose.notice(of: config.vault)))
        if isOurs { notices.withLock { $0[purpose.name] = digest } }
        return digest
    }
}
