package import VaultModel

/// The law of the vault: who the parties are, which fields exist, and what each purpose may do with them.
///
/// A value of this type has passed every check of `PolicyReader`, whether it came from `Policies/` or from the config
/// row, so the evaluator never meets a purpose that names an unknown field, app or party.
package struct PolicySet: Sendable, Equatable {
    /// By the party's name.
    package let parties: [String: Party]
    /// Every field of every category.
    package let fields: [FieldName: FieldDefinition]
    /// The newest version of every purpose.
    package let purposes: [PurposeName: Purpose]
    /// How long the log's entries stay in the database before they may be moved to the archive, in days.
    package let logRetentionDays: Int
    /// How long a backup may be kept, in days: `restore` refuses an older one, and a certificate of erasure names the day
    /// on which the last one that still holds something of the person ends (design, promise 8).
    package let backupDays: Int

    /// Three years: records of how personal data was handled are kept at least that long (个人信息保护法 art. 56). Archived
    /// entries are kept on; this is when they may leave the database.
    package static let leastLogRetentionDays = 1096

    /// Five weeks: a monthly rotation and some days to notice.
    package static let usualBackupDays = 35
    /// A year, with its leap day: erased must mean erased within a time that a person can wait for.
    package static let mostBackupDays = 366

    /// What the canonical JSON of a whole set may take, in bytes. The set stands whole in the log entry of the change
    /// that made it, beside the keys and signatures of that change, and an entry holds 65,535 bytes.
    package static let byteLimit = 45_000

    /// Takes what the reader has checked.
    init(
        parties: [String: Party], fields: [FieldName: FieldDefinition], purposes: [PurposeName: Purpose],
        logRetentionDays: Int = leastLogRetentionDays, backupDays: Int = usualBackupDays
    ) {
        self.logRetentionDays = logRetentionDays
        self.backupDays = backupDays
        self.parties = parties
        self.fields = fields
        self.purposes = purposes
    }

    /// Reads what `json` wrote, with every check that a policy file meets.
    ///
    /// - Throws: `PolicyError` with all findings; their file is the place in the JSON and their line 0.
    package init(json: JSON) throws(PolicyError) {
        self = try PolicyReader.read(json)
    }

    /// The whole set in the shape of the files, compact. Canonical: ASCII keys, integers, texts in form C.
    package var json: JSON {
        [
            "parties": .object(parties.mapValues(\.json)),
            "fields": .object(Dictionary(uniqueKeysWithValues: fields.map { ($0.key.text, $0.value.json) })),
            "purposes": .object(Dictionary(uniqueKeysWithValues: purposes.map { ($0.key.text, $0.value.json) })),
            "log_retention_days": .integer(Int64(logRetentionDays)), "backup_days": .integer(Int64(backupDays)),
        ]
    }

    /// The one party an app acts for; nil for an app that no party names.
    package func party(of app: AppName) -> Party? {
        parties.values.first { $0.apps.contains(app) }
    }

    /// What an app may do, by the purposes' names.
    package func purposes(of app: AppName) -> [Purpose] {
        purposes.values.filter { $0.app == app }.sorted { $0.name < $1.name }
    }
}
