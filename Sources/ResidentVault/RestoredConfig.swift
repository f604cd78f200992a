internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultPolicy
internal import VaultStore

/// The rules in force at the log's end: the backup's, with every change since made again.
struct RestoredConfig {
    let config: VaultConfig
    /// How many changes there were.
    let changes: Int

    /// - Throws: `VaultError.integrity` unless the changes lead to the config that the log's newest entry names.
    init(_ ledger: LogLedger, backup: VaultConfig) throws {
        var config = backup
        var count = 0
        for change in ledger.changes {
            guard let number = change["number"]?.integer, number > config.number else { continue }
            guard change["replaces"]?.string == Base64URL.encode(Hash.blake2b256(try config.encoded())) else {
                throw VaultError(.integrity, "the log's change number \(number) does not replace the config of the backup")
            }
            config = try Self.applied(change, to: config)
            count += 1
        }
        guard Hash.blake2b256(try config.encoded()) == ledger.config else {
            throw VaultError(
                .integrity, "the changes in the log do not lead to the config that its newest entry names",
                hint: "use the version of rvault that wrote this log")
        }
        self.config = config
        changes = count
    }

    private static func applied(_ change: JSON, to config: VaultConfig) throws -> VaultConfig {
        let unknown = VaultError(.integrity, "this version does not know a change that the log holds")
        switch change["op"]?.string {
        case "app_add":
            guard let name = change["app"]?.string, let json = change["record"], let record = AppRecord(name: name, json: json)
            else { throw unknown }
            return config.adding(record)
        case "app_remove":
            guard let name = change["app"]?.string.flatMap(AppName.init) else { throw unknown }
            return config.removing(name)
        case "auditor_add":
            guard let name = change["auditor"]?.string, let json = change["record"],
                let record = AuditorRecord(name: name, json: json)
            else { throw unknown }
            return config.adding(record)
        case "auditor_remove":
            guard let name = change["auditor"]?.string.flatMap(AuditorName.init) else { throw unknown }
            return config.removing(name)
        default: throw unknown
        }
    }
}
