internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// Someone who acts for the resident.
package struct OwnDelegate: Sendable {
    package let grant: GrantID
    /// The delegate's login number; nil for someone who is no longer enrolled. Their name is in their own record, which
    /// nobody else's key opens.
    package let login: LoginName?
    package let fields: [OwnConsentField]
    package let basis: LegalBasis
    package let from: Instant
    package let until: Instant
    package let state: GrantState
    package let ended: Instant?
    /// Whether the resident gave it themself, and can end it.
    package let isOwn: Bool
}

extension Vault {
    /// A year, if the resident names no day.
    private static let usualSeconds: Int64 = 365 * 86_400

    /// Lets another person act for the resident, within some fields and to a date. The resident's own key signs it.
    ///
    /// - Parameters:
    ///   - login: the other person's login number; they must have activated theirs.
    ///   - categories: all fields of these, besides `fields`.
    ///   - until: at most five years from now; a year if nil.
    /// - Throws: `VaultError` with `notFound` for a number that nobody uses, `badValue` for no fields, a category the
    ///   policies do not know or a date out of bounds, `conflict` if this person acts for them already, `forbidden` for a
    ///   child, `tooManyTries`.
    package func addDelegate(
        _ login: LoginName, fields: [FieldName], categories: [String], until: Instant?, caller: ResidentCaller
    ) throws -> GrantID {
        let throttled = [TryThrottle.Key.person("delegate:\(caller.resident.number)")]
        try throttle.check(throttled)
        let grant = try writer.perform { transaction -> GrantID? in
            var ward = try transaction.current(caller)
            guard let delegate = try transaction.snapshot.resident(login: login), delegate.sign != nil else { return nil }
            var scope = Set(fields)
            for category in categories {
                let all = transaction.config.config.policies.fields.keys.filter { $0.category == category }
                guard !all.isEmpty else { throw VaultError(.unknownField, "the policies know no category \(category)") }
                scope.formUnion(all)
            }
            let latest = transaction.now.advanced(bySeconds: DelegationTerms.longestSeconds)
            let until = until ?? transaction.now.advanced(bySeconds: Self.usualSeconds)
            guard until > transaction.now, until <= latest else {
                throw VaultError(.badValue, "the end must lie after now and not after \(latest.localMinute)")
            }
            try transaction.requireAsLogged(ward)
            try transaction.sweep(&ward, request: nil)
            guard try transaction.openDelegation(from: ward.reference, to: delegate.reference) == nil else {
                throw VaultError(
                    .conflict, "this person acts for you already", hint: "end that first: rvault delegate remove NUMBER")
            }
            let keys = try transaction.healed(&ward, box: caller.keys.box)
            try transaction.checkAge(ward, keys: keys, basis: .consent)
            let policies = transaction.config.config.policies
            let isSensitive = scope.contains { policies.fields[$0]?.sensitivity == .sensitive }
            return try transaction.delegate(
                &ward, to: delegate, fields: scope, until: until, basis: isSensitive ? .consentSeparate : .consent,
                giver: .resident, how: "terminal", signing: try caller.keys.signing(), keys: keys, role: .resident,
                request: .random()
            ).id
        }
        guard let grant else {
            throttle.failed(throttled)
            throw VaultError(
                .notFound, "nobody who has set their passphrase has this login number",
                hint: "it has nine digits and stands on the other person's letter")
        }
        throttle.succeeded(throttled)
        return grant
    }

    /// Takes a delegation back that the resident gave, and with it what was given under it.
    ///
    /// - Throws: `VaultError` with `notFound`, `conflict` if it has ended, `forbidden` for a guardian's.
    package func withdrawDelegate(_ id: GrantID, caller: ResidentCaller) throws {
        let recipient = try store.reader().read { try $0.grant(id: id)?.recipient }
        guard let recipient, GrantRecipient(recipient)?.person != nil else {
            throw VaultError(.notFound, "nobody acts for you under this number", hint: "rvault delegate list")
        }
        try revoke(id, caller: caller)
    }

    /// Who acts for a resident, live ones first, then the newest.
    package func ownDelegates(_ caller: ResidentCaller, reader: VaultReader) throws -> [OwnDelegate] {
        let now = writer.now
        let config = config.config
        let delegates = try reader.store.read { snapshot in
            try snapshot.grants(of: try Self.row(caller, snapshot).reference).compactMap { row -> OwnDelegate? in
                let statement = try GrantStatement(decoding: row.statement)
                guard let person = statement.recipient.person else { return nil }
                let ranOut = row.state.isLive && statement.until <= now
                return OwnDelegate(
                    grant: row.id, login: try snapshot.resident(id: person)?.login, fields: config.shown(statement.fields),
                    basis: statement.basis, from: statement.from, until: statement.until,
                    state: ranOut ? .expired : row.state, ended: row.ended, isOwn: statement.giver == .resident)
            }
        }
        return delegates.sorted { left, right in
            if left.state.isLive != right.state.isLive { return left.state.isLive }
            return left.from > right.from
        }
    }
}
