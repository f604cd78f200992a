internal import VaultAudit
internal import VaultModel
internal import VaultStore

/// One resident's grants as the database has them.
struct GivenGrants {
    let resident: ResidentRow
    let grants: [GrantRow]
}

/// Holds who signed a grant, and under which delegation, against the log and the resident's other grants.
struct DelegationCheck {
    private let ledger: LogLedger
    private let given: GivenGrants
    private let snapshot: Snapshot

    init(_ ledger: LogLedger, _ given: GivenGrants, in snapshot: Snapshot) {
        self.ledger = ledger
        self.given = given
        self.snapshot = snapshot
    }

    /// What is wrong with a grant, each to stand after its name.
    func faults(of statement: GrantStatement, _ logged: LogLedger.Grant) throws -> [String] {
        var faults: [String] = []
        if case .person(let id) = statement.recipient {
            if statement.purpose != .delegation { faults.append("is to a person for an app's purpose") }
            if id == given.resident.reference.id { faults.append("is to the resident themself") }
            // An erased person's delegations end with them.
            if logged.state.isLive, try snapshot.resident(id: id) == nil { faults.append("is to a person who is not enrolled") }
        }
        switch statement.giver {
        case .issuing(let change):
            if !ledger.issuers.contains(statement.signer) { faults.append(Self.unknownSigner) }
            if statement.basis.needsConsent, statement.recipient.person == nil {
                faults.append("rests on a consent that the vault cannot give")
            }
            if statement.recipient.person != nil, !isAgreed(statement, by: change) {
                faults.append("lets someone act without the custodians' word for it")
            }
            if statement.recipient.person == nil, try !isEnrolments(logged), !isIssued(statement, by: change) {
                faults.append("was given after the enrolment without the custodians' word for it")
            }
        case .resident:
            if try !isKey(statement.signer, of: given.resident) { faults.append(Self.unknownSigner) }
        case .delegate(let delegation):
            faults += try self.faults(of: statement, logged, under: delegation)
        }
        return faults
    }

    /// Whether k custodians signed a request for exactly such a delegation: the issuing key alone lets nobody act.
    private func isAgreed(_ statement: GrantStatement, by change: [UInt8]) -> Bool {
        guard case .delegate(let fields, let basis, let until)? = ledger.ceremonies.approved[change] else { return false }
        return statement.fieldNames == fields.sorted() && statement.basis == basis && statement.until == until
    }

    /// Whether it was given in the same breath as its resident was enrolled.
    private func isEnrolments(_ logged: LogLedger.Grant) throws -> Bool {
        ledger.isEnrolments(logged, ofTag: try given.resident.ownTag())
    }

    /// Whether k custodians signed a request for exactly this purpose, app and fields, and for no longer.
    private func isIssued(_ statement: GrantStatement, by change: [UInt8]) -> Bool {
        guard case .issue(let purpose, let version, let app, let fields, let until)? = ledger.ceremonies.approved[change]
        else { return false }
        return statement.purpose == purpose && statement.version == version && statement.recipient.app == app
            && statement.fieldNames == fields.sorted() && statement.until <= until
    }

    private static let unknownSigner = "is signed by a key that no entry names for them"

    private func isKey(_ key: [UInt8], of resident: ResidentRow) throws -> Bool {
        ledger.isSigner(key, ofTag: try resident.ownTag())
    }

    private func faults(
        of statement: GrantStatement, _ logged: LogLedger.Grant, under delegation: GrantID
    ) throws -> [String] {
        guard let row = given.grants.first(where: { $0.id == delegation }), let log = ledger.grant(delegation),
            let bounds = try? GrantStatement(decoding: row.statement), let person = bounds.recipient.person
        else { return ["names a delegation that this resident did not give"] }
        var faults: [String] = []
        if statement.recipient.person != nil { faults.append("passes a delegation on") }
        if !Set(statement.fields.keys).isSubset(of: bounds.fields.keys) { faults.append("goes beyond its delegation's fields") }
        if statement.until > bounds.until { faults.append("outlasts its delegation's date") }
        if statement.from < bounds.from || statement.from >= bounds.until || logged.seq < log.seq
            || (!log.state.isLive && log.state != .paused && log.changed < logged.seq)
        {
            faults.append("was given outside its delegation's time")
        }
        if logged.state.isLive, [.withdrawn, .terminated, .invalidated].contains(log.state) {
            faults.append("lives on although its delegation was taken back")
        }
        // The keys of someone who is erased can no longer be told from others'.
        if let delegate = try snapshot.resident(id: person), try !isKey(statement.signer, of: delegate) {
            faults.append("is signed by a key that no entry names for its delegate")
        }
        return faults
    }
}
