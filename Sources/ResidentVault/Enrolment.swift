internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// One person to be enrolled, as an import hands them over.
package struct EnrolmentRequest: Sendable {
    package let fields: [FieldName: JSON]
    /// The app each value came from.
    package let sources: [FieldName: AppName]
    package let login: LoginName
    /// The letter's code, as text: whoever prints the letters makes it, so that the vault never hands one out.
    package let code: [UInt8]

    package init(fields: [FieldName: JSON], sources: [FieldName: AppName], login: LoginName, code: [UInt8]) {
        self.code = code
        self.fields = fields
        self.sources = sources
        self.login = login
    }
}

/// Everything of an enrolment that needs no database: keys, cells, envelope, statements and bundles. It is made outside
/// the writer, on as many cores as there are, so that the writer only inserts. The box seed ends with this function; what
/// stays of it is in the letter and in the envelope.
struct PreparedEnrolment: Sendable {
    /// Under the number of `config`; if the config has moved, it is made again.
    let config: ConfigInForce
    let id: ResidentID
    let login: LoginName
    let box: [UInt8]
    let tagKey: [UInt8]
    let time: Instant
    private let writeKey: [UInt8]
    private let cells: [(field: FieldName, source: String, blob: [UInt8])]
    private let indexes: [(field: FieldName, value: [UInt8])]
    private let generation: UInt32
    private let envelope: Envelope
    private let custody: Custody?
    private let pairwise: [AppName: PairwiseID]
    private let grants: [PreparedGrant]

    /// A grant that law or contract gives, ready to be stored.
    struct PreparedGrant: Sendable {
        let statement: GrantStatement
        let encoded: [UInt8]
        let signature: [UInt8]
        let bundle: [UInt8]
        /// The mark of the key it is sealed to.
        let box: [UInt8]
    }

    /// An activation code lives ninety days.
    static let letterSeconds: Int64 = 90 * 86_400
    private static let firstEpoch: UInt32 = 1

    init(
        _ request: EnrolmentRequest, code: borrowing ActivationCode, vault: VaultID, config: ConfigInForce, keys: KeySet,
        time: Instant
    ) throws {
        self.config = config
        self.time = time
        login = request.login
        let id = ResidentID.random()
        self.id = id
        tagKey = Sodium.randomBytes(32)
        let boxSeed = try Seed.random()
        let pair = try BoxKeyPair(seed: boxSeed)
        box = pair.publicKey.bytes
        let epoch = Self.firstEpoch
        let write = try WriteKey.random()
        writeKey = try SealedWriteKey.seal(write, vault: vault.bytes, resident: id.bytes, epoch: epoch, to: pair.publicKey)
        var fieldKeys = try FieldKeySet(capacity: request.fields.count)
        var cells: [(field: FieldName, source: String, blob: [UInt8])] = []
        var indexes: [(field: FieldName, value: [UInt8])] = []
        for (field, value) in request.fields {
            let key = try write.fieldKey(field.text, epoch: epoch)
            try key.withBytes { try fieldKeys.merge(field.text, epoch: epoch, key: $0) }
            let source = request.sources[field]?.text ?? ""
            let context = CellContext(
                vault: vault.bytes, resident: id.bytes, field: field.text, epoch: epoch, revision: 1, source: source,
                time: UInt64(bitPattern: time.milliseconds))
            cells.append((field, source, Cell.seal(value.encoded, key: key, context: context)))
            for text in config.config.policies.fields[field]?.lookupValues(of: value) ?? [] {
                indexes.append((field, keys.index(field, text)))
            }
        }
        self.cells = cells
        self.indexes = indexes
        generation = keys.generation
        let envelopeKey = try EnvelopeKey.activation(code.secret)
        custody = try Custody(
            boxSeed, resident: id, vault: vault, custodianship: config.config.custodianship)
        envelope = try Envelope.seal(boxSeed, key: envelopeKey, kind: .activation, vault: vault.bytes, resident: id.bytes)
        (pairwise, grants) = try Self.grants(
            resident: id, fieldKeys: fieldKeys, config: config, keys: keys, vault: vault, time: time)
    }

    /// Purposes that need no consent get their grants here, if their app is registered; signed by the issuing key.
    private static func grants(
        resident: ResidentID, fieldKeys: borrowing FieldKeySet, config: ConfigInForce, keys: KeySet, vault: VaultID,
        time: Instant
    ) throws -> ([AppName: PairwiseID], [PreparedGrant]) {
        var pairwise: [AppName: PairwiseID] = [:]
        var grants: [PreparedGrant] = []
        for purpose in config.config.policies.purposes.values.sorted(by: { $0.name < $1.name }) {
            guard !purpose.basis.needsConsent, purpose.basis != .emergency, let app = config.config.liveApp(purpose.app) else {
                continue
            }
            let known = pairwise[purpose.app] ?? .random()
            pairwise[purpose.app] = known
            let statement = try GrantStatement(
                purpose: purpose, resident: known, fields: GrantStatement.forms(purpose.fields.keys, of: purpose),
                from: time, until: purpose.limits.longestUntil(from: time), config: config,
                giver: .issuing(change: config.digest), signer: keys.service.issuing.publicKey.bytes, how: "enrolment")
            let encoded = try statement.encoded()
            let mayRead = purpose.actions.contains(.read)
            let mine = try fieldKeys.subset { entry in
                mayRead && (FieldName(entry.field).map { statement.fields[$0] != nil } ?? false)
            }
            let header = BundleHeader(
                vault: vault.bytes, grant: statement.grant.bytes, recipient: try BoxPublicKey(app.box),
                statement: Hash.blake2b256(encoded), resident: resident.bytes, serial: firstEpoch)
            grants.append(
                PreparedGrant(
                    statement: statement, encoded: encoded,
                    signature: keys.service.issuing.sign(type: "grant", object: encoded),
                    bundle: try Bundle.seal(mine, header: header), box: BoxMark.of(app.box)))
        }
        return (pairwise, grants)
    }

    /// Inserts all rows and completes the first revision.
    ///
    /// - Returns: the subject of the `enrolled` entry, and the grants with this resident's tag in each app's entries.
    func insert(in transaction: Transaction) throws -> (LogEntry.Subject, [(grant: PreparedGrant, tag: [UInt8])]) {
        let changes = transaction.changes
        let reference = ResidentReference(number: try changes.nextResidentNumber(), id: id)
        var row = ResidentRow(
            reference: reference, login: login, box: box, sign: nil, tagKey: tagKey, revision: 0,
            epoch: Self.firstEpoch, stale: [], restricted: false, enrolled: time)
        try changes.put(row)
        try changes.put(WriteKeyRow(resident: reference, epoch: Self.firstEpoch, blob: writeKey))
        for cell in cells {
            try changes.put(
                CellRow(
                    resident: reference, field: cell.field, epoch: Self.firstEpoch, revision: 1, source: cell.source,
                    time: time, blob: cell.blob))
        }
        for index in indexes {
            try changes.put(
                IndexRow(resident: reference, field: index.field, value: index.value, generation: generation))
        }
        try changes.put(
            EnvelopeRow(
                resident: reference, kind: EnvelopeKind.activation.rawValue, salt: nil, auth: envelope.authDigest,
                commitment: envelope.commitment, until: time.advanced(bySeconds: Self.letterSeconds), used: nil,
                blob: envelope.sealed))
        try custody?.put(for: reference, in: changes)
        for (app, id) in pairwise { try changes.put(PairwiseRow(resident: reference, recipient: app.text, id: id)) }
        for grant in grants {
            let statement = grant.statement
            try changes.put(
                GrantRow(
                    id: statement.grant, resident: reference, recipient: statement.recipient.text,
                    purpose: statement.purpose.text, state: .given, until: statement.until, ended: nil,
                    statement: grant.encoded, signature: grant.signature))
            try changes.put(
                BundleRow(
                    grant: statement.grant, form: .sealed, serial: Self.firstEpoch, box: grant.box, blob: grant.bundle))
        }
        var subject = try transaction.seal(&row, app: "", grant: nil, outcome: LogAction.enrolled.rawValue)
        subject.keys = LogEntry.Subject.Keys(box: box, sign: nil)
        return (subject, try grants.map { ($0, try row.tag($0.statement.recipient.text)) })
    }
}
