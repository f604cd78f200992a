internal import VaultCrypto
package import VaultModel

/// One entry of the log: who did what to whom, under which rules, and with what outcome. Never a value, a name or an ID
/// number of a resident (design, section 6).
///
/// The stored bytes are canonical JSON. Members that do not apply are left out, and so are empty lists: each entry has
/// one text. One request makes one entry, and an entry names one app.
package struct LogEntry: Equatable, Sendable {
    /// The largest entry that fits the length prefix of tile bundles (C2SP tlog-tiles).
    package static let byteLimit = 65_535
    /// As many residents as one request may name.
    package static let subjectLimit = 500

    /// One resident in an entry.
    package struct Subject: Equatable, Sendable {
        /// Public keys that come into force.
        package struct Keys: Equatable, Sendable {
            /// X25519, 32 bytes.
            package var box: [UInt8]
            /// Ed25519, 32 bytes; none before activation.
            package var sign: [UInt8]?

            package init(box: [UInt8], sign: [UInt8]? = nil) {
                self.box = box
                self.sign = sign
            }
        }

        /// The resident as this entry's app sees them in the log, 16 bytes (`SubjectTag`).
        package var tag: [UInt8]
        package var grant: GrantID?
        /// What came of it for this resident: for reads `released` or a stable code, else mostly the action's name.
        /// `LogVerifier` holds `released`, `written` and `proposed` against the grant.
        package var outcome: String
        /// The fields withheld from this resident, when some were.
        package var withheld: [FieldName] = []
        /// H(statement), 32 bytes, on `given`.
        package var statement: [UInt8]?
        /// This resident's own end, when it differs from the entry's.
        package var until: Instant?
        /// H over the resident's rows after the change, 32 bytes.
        package var state: [UInt8]?
        /// Names the revision the change made, 16 bytes (`StateTag`).
        package var stateTag: [UInt8]?
        /// On `enrolled`, `activated` and `passphrase`.
        package var keys: Keys?

        package init(tag: [UInt8], grant: GrantID? = nil, outcome: String) {
            self.tag = tag
            self.grant = grant
            self.outcome = outcome
        }
    }

    package var vault: VaultID
    package var time: Instant
    package var action: LogAction
    /// The digest of the config in force, 32 bytes; on `config` and `init` the new one.
    package var config: [UInt8]
    /// The request it belongs to; none for what the vault does by itself.
    package var request: RequestID?
    /// 16 random bytes, without which an entry could be guessed from its hash in other people's proofs.
    package var random: [UInt8]
    package var app: AppName?
    package var role: LogRole?
    /// The caller's uid as the socket tells it.
    package var uid: UInt32?
    package var party: String?
    /// Who at the app asked: an id from its registered staff list.
    package var initiator: String?
    /// A salted digest of the case reference.
    package var caseReference: String?
    package var purpose: PurposeName?
    /// The purpose's version.
    package var version: Int?
    package var basis: LegalBasis?
    /// On reads the most revealing form that any subject got, or none for as granted; on `given` the grant's.
    package var form: DisclosureForm?
    package var actions: [GrantAction] = []
    /// Requested, written, or on `given` granted.
    package var fields: [FieldName] = []
    /// The union over the subjects of what was released.
    package var released: [FieldName] = []
    /// The union over the subjects of what was not.
    package var withheld: [FieldName] = []
    package var decision: String?
    /// A stable code.
    package var reason: String?
    /// Where the decision comes from.
    package var rule: String?
    /// On `given`, how long.
    package var until: Instant?
    package var count: Int?
    /// On `config`, the whole change, with the digest it `replaces`.
    package var change: JSON?
    /// How many residents the vault has.
    package var residents: Int?
    package var subjects: [Subject] = []

    /// Starts an entry with what every entry has, and fresh random bytes.
    package init(vault: VaultID, time: Instant, action: LogAction, config: [UInt8], request: RequestID? = nil) {
        self.init(
            vault: vault, time: time, action: action, config: config, request: request,
            random: Sodium.randomBytes(Identifier<Named.Request>.byteCount))
    }

    /// The same with given random bytes, for reading back and for tests.
    package init(
        vault: VaultID, time: Instant, action: LogAction, config: [UInt8], request: RequestID?, random: [UInt8]
    ) {
        self.vault = vault
        self.time = time
        self.action = action
        self.config = config
        self.request = request
        self.random = random
    }
}
