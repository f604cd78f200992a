internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// One of a resident's own fields, opened for them.
package struct OwnField: Sendable {
    package let field: FieldName
    package let title: LocalizedText
    package let value: JSON
    /// The app it came from, or `~…`.
    package let source: String
    /// The party that answers for that app.
    package let sourceTitle: LocalizedText?
    package let time: Instant
}

/// A value that an app proposes.
package struct OwnProposal: Sendable {
    package let field: FieldName
    package let title: LocalizedText
    package let value: JSON
    package let app: String
    package let time: Instant
}

/// Who may read or asks to, and for what, in the words of the policies.
package struct OwnRecipient: Sendable {
    package let app: AppName
    package let party: String
    package let partyTitle: LocalizedText
    package let operatorHeld: Bool
    package let purpose: PurposeName
    package let title: LocalizedText
    package let notice: LocalizedText

    /// Words for a purpose that the policies have dropped: its name, so that an old grant still shows.
    init(app: AppName, party: String, purpose: PurposeName, config: VaultConfig) {
        let bare = LocalizedText(chinese: purpose.text, english: purpose.text)
        self.app = app
        self.party = party
        partyTitle = config.policies.parties[party]?.title ?? LocalizedText(chinese: party, english: party)
        operatorHeld = config.apps[app]?.operatorHeld ?? false
        self.purpose = purpose
        title = config.policies.purposes[purpose]?.title ?? bare
        notice = config.policies.purposes[purpose]?.notice ?? bare
    }
}

/// One field of a grant or request.
package struct OwnConsentField: Sendable {
    package let field: FieldName
    package let title: LocalizedText
    package let form: DisclosureForm
    package let isSensitive: Bool
}

/// A resident's grant, with the words it stands on.
package struct OwnGrant: Sendable {
    package let state: GrantState
    package let ended: Instant?
    package let recipient: OwnRecipient
    package let fields: [OwnConsentField]
    package let statement: GrantStatement
    package let statementBytes: [UInt8]
    package let statementDigest: [UInt8]
    package let signature: [UInt8]
}

/// A request as its resident sees it.
package struct OwnRequest: Sendable {
    package let id: RequestID
    package let recipient: OwnRecipient
    package let necessity: LocalizedText
    package let impact: LocalizedText
    package let fields: [OwnConsentField]
    package let form: DisclosureForm
    package let basis: LegalBasis
    package let until: Instant
    package let created: Instant
    package let expires: Instant
    package let state: RequestState
}

extension Vault {
    /// The resident's login name.
    package func loginName(_ caller: ResidentCaller, reader: VaultReader) throws -> LoginName {
        try reader.store.read { snapshot in try Self.row(caller, snapshot).login }
    }

    /// Opens all fields and proposals for their resident; the viewing is logged first.
    package func ownFields(_ caller: ResidentCaller, uid: UInt32) throws -> ([OwnField], [OwnProposal]) {
        try writer.perform { transaction in
            let row = try transaction.current(caller)
            let snapshot = transaction.snapshot
            let vault = transaction.vault.id
            let keys = try FieldKeys.all(of: row.reference, vault: vault, box: caller.keys.box, in: snapshot)
            var fields: [OwnField] = []
            for cell in try snapshot.cells(of: row.reference) {
                guard let value = try FieldKeys.open(cell, vault: vault, keys: keys) else {
                    throw VaultError(.integrity, "the field \(cell.field) cannot be opened with your key")
                }
                fields.append(try transaction.shown(cell, value))
            }
            let proposals = try snapshot.proposals(of: row.reference).map { proposal in
                let value = try SealedProposal.open(
                    proposal.blob, vault: vault.bytes, resident: row.reference.id.bytes, field: proposal.field.text,
                    with: caller.keys.box)
                return OwnProposal(
                    field: proposal.field, title: transaction.config.config.policies.title(of: proposal.field), value: try JSONParser.parse(value), app: proposal.app, time: proposal.time)
            }
            var entry = transaction.entry(.viewed, request: .random())
            entry.role = .resident
            entry.uid = uid
            entry.fields = fields.map(\.field)
            entry.decision = "released"
            entry.subjects = [LogEntry.Subject(tag: try row.ownTag(), outcome: LogAction.viewed.rawValue)]
            try transaction.append(entry)
            return (fields, proposals)
        }
    }

    /// All grants of a resident, live ones first, then the newest.
    package func ownGrants(_ caller: ResidentCaller, reader: VaultReader) throws -> [OwnGrant] {
        try grants(of: try reader.store.read { try Self.row(caller, $0).reference }, reader: reader)
    }

    func grants(of resident: ResidentReference, reader: VaultReader) throws -> [OwnGrant] {
        let now = writer.now
        let config = config.config
        let grants = try reader.store.read { snapshot in
            try snapshot.grants(of: resident).compactMap { row -> OwnGrant? in
                let statement = try GrantStatement(decoding: row.statement)
                // What people may do is a list of its own.
                guard case .app(let app) = statement.recipient else { return nil }
                let ranOut = row.state.isLive && statement.until <= now
                return OwnGrant(
                    state: ranOut ? .expired : row.state, ended: row.ended,
                    recipient: OwnRecipient(
                        app: app, party: statement.party ?? "", purpose: statement.purpose, config: config),
                    fields: config.shown(statement.fields), statement: statement, statementBytes: row.statement,
                    statementDigest: Hash.blake2b256(row.statement), signature: row.signature)
            }
        }
        return grants.sorted { left, right in
            if left.state.isLive != right.state.isLive { return left.state.isLive }
            return left.statement.from > right.statement.from
        }
    }

    /// The requests that wait for a resident's answer, and their answered ones, newest first.
    package func ownRequests(_ caller: ResidentCaller, reader: VaultReader) throws -> [OwnRequest] {
        try requests(of: try reader.store.read { try Self.row(caller, $0).reference }, reader: reader)
    }

    func requests(of resident: ResidentReference, reader: VaultReader) throws -> [OwnRequest] {
        let now = writer.now
        let config = config.config
        return try reader.store.read { snapshot in
            try snapshot.accessRequests(of: resident).compactMap { row in
                guard let purpose = config.policies.purposes[row.purpose] else { return nil }
                let forms = GrantStatement.forms(row.fields, of: purpose, ceiling: row.form)
                let latest = purpose.limits.longestUntil(from: now)
                // One whose purpose or app is not what it was can only be asked anew.
                let stands = row.expires > now && Int64(purpose.version) == row.version && config.liveApp(row.app) != nil
                let state = row.state == .requested && !stands ? .expired : row.state
                return OwnRequest(
                    id: row.id,
                    recipient: OwnRecipient(app: row.app, party: purpose.party, purpose: purpose.name, config: config),
                    necessity: purpose.necessity, impact: purpose.impact, fields: config.shown(forms),
                    form: forms.values.max() ?? .answer, basis: purpose.basis, until: min(row.until ?? latest, latest),
                    created: row.created, expires: row.expires, state: state)
            }
        }
    }

    /// The signed statement of a grant that the resident gave, to an app or to a person.
    package func ownReceipt(
        _ id: GrantID, caller: ResidentCaller, reader: VaultReader
    ) throws -> (statement: GrantStatement, bytes: [UInt8], digest: [UInt8], signature: [UInt8]) {
        try reader.store.read { snapshot in
            guard let row = try snapshot.grant(id: id), row.resident == (try Self.row(caller, snapshot).reference) else {
                throw VaultError(.notFound, "you have given no such grant")
            }
            return (
                try GrantStatement(decoding: row.statement), row.statement, Hash.blake2b256(row.statement), row.signature
            )
        }
    }

    static func row(_ caller: ResidentCaller, _ snapshot: Snapshot) throws -> ResidentRow {
        guard let row = try snapshot.resident(number: caller.resident.number), row.reference == caller.resident,
            row.box == caller.keys.box.publicKey.bytes
        else {
            throw VaultError(.unauthorized, "this session is older than the newest passphrase", hint: "log in again: rvault login")
        }
        return row
    }
}

extension VaultConfig {
    /// Fields with their titles, in byte order.
    func shown(_ forms: [FieldName: DisclosureForm]) -> [OwnConsentField] {
        forms.sorted { $0.key < $1.key }.map { field, form in
            let definition = policies.fields[field]
            return OwnConsentField(
                field: field, title: policies.title(of: field),
                form: form, isSensitive: definition?.sensitivity == .sensitive)
        }
    }
}

extension PolicySet {
    /// A field's title; its name for one that the policies have dropped.
    func title(of field: FieldName) -> LocalizedText {
        fields[field]?.title ?? LocalizedText(chinese: field.text, english: field.text)
    }
}
