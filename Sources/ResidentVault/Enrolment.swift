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

/// What is the same for everyone who is enrolled under one config with one set of keys: worked out once a part of an
/// import, and not for each person and field.
struct EnrolmentPlan: Sendable {
    let vault: VaultID
    /// If config or keys have moved when the rows are to be written, they are made again.
    let config: ConfigInForce
    let keys: KeySet
    let time: Instant
    /// In byte order.
    let fields: [FieldName]
    private let sources: Set<AppName>
    fileprivate let grants: [Grant]

    /// A purpose that needs no consent and whose app is registered: everybody's grant to it.
    fileprivate struct Grant {
        let purpose: Purpose
        let forms: [FieldName: DisclosureForm]
        let box: BoxPublicKey
        let mark: [UInt8]
        let until: Instant
        /// Whose keys its bundle holds, by name.
        let readable: Set<String>
    }

    init(vault: VaultID, config: ConfigInForce, keys: KeySet, time: Instant) throws {
        self.vault = vault
        self.config = config
        self.keys = keys
        self.time = time
        let policies = config.config.policies
        fields = policies.fields.keys.sorted()
        sources = Set(policies.parties.values.flatMap(\.apps))
        grants = try policies.purposes.values.sorted { $0.name < $1.name }.compactMap { purpose in
            guard !purpose.basis.needsConsent, purpose.basis != .emergency, let app = config.config.liveApp(purpose.app) else {
                return nil
            }
            let forms = GrantStatement.forms(purpose.fields.keys, of: purpose)
            return Grant(
                purpose: purpose, forms: forms, box: try BoxPublicKey(app.box), mark: BoxMark.of(app.box),
                until: purpose.limits.longestUntil(from: time),
                readable: purpose.actions.contains(.read) ? Set(forms.keys.map(\.text)) : [])
        }
    }

    func fits(_ transaction: Transaction) -> Bool { transaction.config === config && transaction.keys === keys }

    func check(_ person: EnrolmentRequest) throws(VaultError) {
        guard let field = FieldName(Vault.identifyingField), person.fields[field] != nil else {
            throw VaultError(.badValue, "a new person needs \(Vault.identifyingField)")
        }
        for (field, value) in person.fields {
            guard let definition = config.config.policies.fields[field] else {
                throw VaultError(.unknownField, "the policy knows no field \(field)")
            }
            guard definition.accepts(value) else {
                throw VaultError(.badValue, "the value of \(field) is not of type \(definition.type.word)")
            }
            guard let source = person.sources[field], sources.contains(source) else {
                throw VaultError(.badValue, "the source of \(field) is not an app of the policies")
            }
        }
    }
}

/// Everything of an enrolment that needs no database: keys, cells, envelope, statements and bundles, and the rows' seals and
/// state. It is made outside the writer, on as many cores as there are, so that the writer only inserts. The box seed ends
/// with this function; what stays of it is in the letter and in the envelope.
struct PreparedEnrolment: Sendable {
    let login: LoginName
    /// The blind index of who this is, in each generation.
    let identity: [[UInt8]]
    /// The newest of them, if it is among the rows: a policy need not make this field one to look up.
    let indexedIdentity: [UInt8]?
    let rows: NewResidentRows
    let grants: [PreparedGrant]
    private let id: ResidentID
    private let box: [UInt8]
    private let tagKey: [UInt8]
    private let time: Instant

    /// A grant that law or contract gives, as its app's entry names it.
    struct PreparedGrant: Sendable {
        let statement: GrantStatement
        let digest: [UInt8]
        let tag: [UInt8]
    }

    /// An activation code lives ninety days.
    static let letterSeconds: Int64 = 90 * 86_400
    private static let firstEpoch: UInt32 = 1

    init(_ request: EnrolmentRequest, code: borrowing ActivationCode, plan: EnrolmentPlan) throws {
        try plan.check(request)
        let (vault, keys, time) = (plan.vault, plan.keys, plan.time)
        login = request.login
        self.time = time
        let id = ResidentID.random()
        self.id = id
        // The writer gives the number.
        let reference = ResidentReference(number: 0, id: id)
        tagKey = Sodium.randomBytes(32)
        let boxSeed = try Seed.random()
        let pair = try BoxKeyPair(seed: boxSeed)
        box = pair.publicKey.bytes
        let epoch = Self.firstEpoch
        let write = try WriteKey.random()
        var fieldKeys = try FieldKeySet(capacity: request.fields.count)
        var cells: [CellRow] = []
        var indexes: [IndexRow] = []
        cells.reserveCapacity(request.fields.count)
        for field in plan.fields {
            guard let value = request.fields[field] else { continue }
            let key = try write.fieldKey(field.text, epoch: epoch)
            try key.withBytes { try fieldKeys.merge(field.text, epoch: epoch, key: $0) }
            let source = request.sources[field]?.text ?? ""
            let context = CellContext(
                vault: vault.bytes, resident: id.bytes, field: field.text, epoch: epoch, revision: 1, source: source,
                time: UInt64(bitPattern: time.milliseconds))
            cells.append(
                CellRow(
                    resident: reference, field: field, epoch: epoch, revision: 1, source: source, time: time,
                    blob: Cell.seal(value.encoded, key: key, context: context)))
            for text in plan.config.config.policies.fields[field]?.lookupValues(of: value) ?? [] {
                let index = IndexRow(resident: reference, field: field, value: keys.index(field, text), generation: keys.generation)
                // Two items of a list can be one in the form that is looked up, and are one row then.
                if !indexes.contains(index) { indexes.append(index) }
            }
        }
        let identity = Self.identity(of: request, keys: keys)
        self.identity = identity
        indexedIdentity = indexes.first { $0.field.text == Vault.identifyingField && $0.value == identity.last }?.value
        // To the resident, each custodian and each app.
        let round = try SealingRound()
        let (pairwise, granted, grantRows, bundles) = try Self.grants(
            resident: reference, tagKey: tagKey, fieldKeys: fieldKeys, plan: plan, round: round)
        grants = granted
        let letter = try Envelope.seal(
            boxSeed, key: try EnvelopeKey.activation(code.secret), kind: .activation, vault: vault.bytes, resident: id.bytes)
        let custody = try Custody(
            boxSeed, resident: id, vault: vault, custodianship: plan.config.config.custodianship, sharing: round)
        let envelope = EnvelopeRow(
            resident: reference, kind: EnvelopeKind.activation.rawValue, salt: nil, auth: letter.authDigest,
            commitment: letter.commitment, until: time.advanced(bySeconds: Self.letterSeconds), used: nil, blob: letter.sealed)
        let writeKey = WriteKeyRow(
            resident: reference, epoch: epoch,
            blob: try SealedWriteKey.seal(
                write, vault: vault.bytes, resident: id.bytes, epoch: epoch, to: pair.publicKey, sharing: round))
        rows = NewResidentRows(
            cells: cells, indexes: indexes, envelopes: [envelope] + (custody.map { [$0.envelopeRow(of: reference)] } ?? []),
            shares: custody?.shareRows(of: reference) ?? [], pairwise: pairwise, grants: grantRows, bundles: bundles,
            writeKeys: [writeKey], sealer: keys)
    }

    private static func identity(of request: EnrolmentRequest, keys: KeySet) -> [[UInt8]] {
        guard let field = FieldName(Vault.identifyingField), let number = request.fields[field]?.string else { return [] }
        return keys.indexes(field, number)
    }

    /// Purposes that need no consent get their grants here, signed by the issuing key.
    private static func grants(
        resident: ResidentReference, tagKey: [UInt8], fieldKeys: borrowing FieldKeySet, plan: EnrolmentPlan, round: SealingRound
    ) throws -> ([PairwiseRow], [PreparedGrant], [GrantRow], [BundleRow]) {
        let issuing = plan.keys.service
        let key = try TagKey(copying: tagKey)
        var pairwise: [PairwiseRow] = []
        var grants: [PreparedGrant] = []
        var rows: [GrantRow] = []
        var bundles: [BundleRow] = []
        for grant in plan.grants {
            let app = grant.purpose.app.text
            let known = pairwise.first { $0.recipient == app }?.id
            let statement = try GrantStatement(
                purpose: grant.purpose, resident: known ?? .random(), fields: grant.forms, from: plan.time, until: grant.until,
                config: plan.config, giver: .issuing(change: plan.config.digest), signer: issuing.issuing.publicKey.bytes,
                how: "enrolment")
            if known == nil { pairwise.append(PairwiseRow(resident: resident, recipient: app, id: statement.resident)) }
            let encoded = try statement.encoded()
            let digest = Hash.blake2b256(encoded)
            let mine = try fieldKeys.subset { grant.readable.contains($0.field) }
            let header = BundleHeader(
                vault: plan.vault.bytes, grant: statement.grant.bytes, recipient: grant.box, statement: digest,
                resident: resident.id.bytes, serial: firstEpoch)
            rows.append(
                GrantRow(
                    id: statement.grant, resident: resident, recipient: app, purpose: statement.purpose.text, state: .given,
                    until: statement.until, ended: nil, statement: encoded,
                    signature: issuing.issuing.sign(type: "grant", object: encoded)))
            bundles.append(
                BundleRow(
                    grant: statement.grant, form: .sealed, serial: firstEpoch, box: grant.mark,
                    blob: try Bundle.seal(mine, header: header, sharing: round)))
            grants.append(PreparedGrant(statement: statement, digest: digest, tag: SubjectTag.make(app: app, key: key)))
        }
        return (pairwise, grants, rows, bundles)
    }

    /// The resident's own row, at the first revision, under the number that the writer gives.
    func row(number: Int64) -> ResidentRow {
        ResidentRow(
            reference: ResidentReference(number: number, id: id), login: login, box: box, sign: nil, tagKey: tagKey, revision: 1,
            epoch: Self.firstEpoch, stale: [], restricted: false, enrolled: time)
    }
}
