internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What an operator asks for, before it is a request.
package struct CeremonyAsk: Sendable {
    package enum People: Sendable {
        case logins([LoginName])
        case idNumber(String)
        case pairs([(ward: LoginName, delegate: LoginName)])
        case everyone
    }

    package enum Kind: Sendable {
        /// With H(auth key) of the letter's code.
        case recover(letter: [UInt8])
        case issue(PurposeName, until: Instant?)
        case delegate(fields: [FieldName], basis: LegalBasis, until: Instant)
        case rekey
        case entrust
    }

    package let kind: Kind
    package let reason: String
    package let people: People

    package init(kind: Kind, reason: String, people: People) {
        self.kind = kind
        self.reason = reason
        self.people = people
    }
}

/// A ceremony as others see it.
package struct CeremonyStatus: Sendable {
    package let request: CeremonyRequest
    package let bytes: [UInt8]
    package let index: UInt64
    /// Who is asked: the custodians in force.
    package let custodians: [CustodianName]
    /// Custodians who answered for everyone on the list for whom they hold a share.
    package let answered: [CustodianName]
    package let done: Int
    package let failed: Int
    package let isClosed: Bool
}

extension Vault {
    /// So many residents one ceremony names at most: their list and their shares are held in memory. For more, another
    /// takes those that are left.
    static let ceremonyLimit = 20_000

    /// Asks custodians to act together: the request is logged whole before anyone sees it.
    ///
    /// - Throws: `VaultError` with `conflict` in a vault without custodians or when it concerns nobody, `notFound` for an
    ///   unknown person, `badValue` for what no ceremony does.
    package func openCeremony(_ ask: CeremonyAsk, uid: UInt32, reader: VaultReader) throws -> CeremonyStatus {
        let config = config
        let custodianship = config.config.custodianship
        guard !custodianship.isEmpty else {
            throw VaultError(.conflict, "this vault has no custodians", hint: "add some first: rvault custodian add")
        }
        guard CeremonyRequest.isReason(ask.reason) else {
            throw VaultError(.badValue, "a reason is a word such as lost-passphrase, never about a person: it stands in the log")
        }
        let now = writer.now
        let result = try Self.result(of: ask.kind, config: config.config, now: now)
        let items = try reader.store.read { snapshot in try listed(ask, result, snapshot) }
            .sorted { $0.resident.id.bytes.lexicographicallyPrecedes($1.resident.id.bytes) }
        guard !items.isEmpty else {
            throw VaultError(.conflict, "there is nobody whom this would concern")
        }
        let key = try BoxKeyPair(seed: try Seed.random())
        let request = CeremonyRequest(
            vault: id, id: .random(), result: result, reason: ask.reason, count: items.count,
            residents: Hash.blake2b256(CeremonyItem.digestInput(items, vault: id)), box: key.publicKey.bytes,
            threshold: custodianship.threshold, config: config.digest, created: now,
            until: now.advanced(bySeconds: CeremonyRequest.longestSeconds))
        let bytes = try request.encoded()
        let index = try writer.perform { transaction -> UInt64 in
            var entry = transaction.entry(.ceremony, request: RequestID(request.id.bytes))
            entry.role = .operator
            entry.uid = uid
            entry.decision = Self.asked
            entry.reason = request.reason
            entry.rule = result.kind
            entry.count = items.count
            entry.change = request.json
            // One person alone may see in their history that they are talked about.
            if items.count == 1, let row = try transaction.snapshot.resident(id: items[0].resident.id) {
                entry.subjects = [LogEntry.Subject(tag: try row.ownTag(), outcome: LogAction.ceremony.rawValue)]
            }
            return try transaction.append(entry)
        }
        let ceremony = Ceremony(request, bytes: bytes, items: items, index: index, key: key)
        try ceremonies.add(ceremony, now: now)
        return status(ceremony)
    }

    /// `decision` of a request's entry, and of the one that holds the custodians' signatures.
    static let asked = "asked"
    static let approved = "approved"

    /// All ceremonies under way.
    package func openCeremonies() -> [CeremonyStatus] {
        let now = writer.now
        return ceremonies.all.filter { $0.request.until > now }.map(status)
    }

    /// One page of what a custodian is asked, with their shares and the proof that the request stands in the log.
    package func ceremonyPage(
        _ id: CeremonyID, for custodian: CustodianName, from start: Int, limit: Int, reader: VaultReader
    ) throws -> (bytes: [UInt8], proof: [UInt8], lines: [(item: CeremonyItem, share: CustodianShare?)], next: Int?) {
        let ceremony = try ceremonies.find(id, now: writer.now)
        guard let record = config.config.custodianship.custodians[custodian] else {
            throw VaultError(.notFound, "there is no such custodian")
        }
        let box = BoxMark.of(record.box)
        let end = min(ceremony.items.count, max(0, start) + limit)
        let part = start < end ? Array(ceremony.items[max(0, start)..<end]) : []
        let lines = try reader.store.read { snapshot in
            try part.map { item -> (CeremonyItem, CustodianShare?) in
                guard let resident = try snapshot.resident(id: item.resident.id)?.reference else { return (item, nil) }
                // One that is sealed to a key they had before opens for them no more.
                let row = try snapshot.shares(of: resident).first { $0.custodian == custodian.text && $0.box == box }
                return (item, row.map(CustodianShare.init))
            }
        }
        return (
            ceremony.bytes, try inclusionProof(ceremony.index, reader: reader), lines, end < ceremony.items.count ? end : nil
        )
    }

    /// Takes a custodian's answer, or a part of one. Each share is opened, compared with its digest, and forgotten again.
    ///
    /// - Throws: `VaultError` with `forbidden` for a signature that is not this custodian's over this request, `badValue`
    ///   naming the custodian of a wrong share.
    package func answer(
        _ id: CeremonyID, by custodian: CustodianName, signature: [UInt8], shares: [CustodianShare], reader: VaultReader
    ) throws -> CeremonyStatus {
        let ceremony = try ceremonies.find(id, now: writer.now)
        guard Ceremony.isValid(signature, of: ceremony.bytes, by: config.config.custodianship.custodians[custodian]) else {
            throw VaultError(.forbidden, "this is no signature of the custodian \(custodian) over this request")
        }
        var taken: [ResidentID: Ceremony.SealedAnswer] = [:]
        try reader.store.read { snapshot in
            for share in shares {
                let wrong = VaultError(.badValue, "the share of the custodian \(custodian) is not the right one")
                guard ceremony.item(share.resident) != nil else {
                    throw VaultError(.badValue, "an answer names a resident who is not on the list")
                }
                guard let resident = try snapshot.resident(id: share.resident)?.reference else { continue }
                // Split anew since the request was written: their line has passed, the others count.
                guard let row = try snapshot.shares(of: resident).first(where: { $0.x == share.x }),
                    row.custodySet == share.set
                else { continue }
                guard row.custodian == custodian.text else { throw wrong }
                try check(share, against: row, ceremony, or: wrong)
                taken[share.resident] = Ceremony.SealedAnswer(set: share.set, x: share.x, blob: share.blob)
            }
        }
        ceremony.progress.withLock { progress in
            var answer = progress.answers[custodian] ?? Ceremony.Answer(signature: signature)
            answer.shares.merge(taken) { _, new in new }
            progress.answers[custodian] = answer
        }
        return status(ceremony)
    }

    private func check(
        _ share: CustodianShare, against row: ShareRow, _ ceremony: Ceremony, or wrong: VaultError
    ) throws {
        guard
            let opened = try? SealedShare.open(
                share.blob, x: share.x, vault: id.bytes, resident: share.resident.bytes, set: share.set, with: ceremony.key),
            let digest = try? ShareDigest.make(resident: share.resident.bytes, set: share.set, x: share.x, y: opened),
            Sodium.equal(digest, row.digest)
        else { throw wrong }
    }

    /// Ends a ceremony that is not wanted any more; what was done stays done.
    package func dropCeremony(_ id: CeremonyID, uid: UInt32) throws {
        let ceremony = try ceremonies.find(id, now: writer.now)
        // Not while someone carries it on: nothing may be done after its closing entry.
        let isFree = ceremony.progress.withLock { progress in
            defer { progress.isBusy = true }
            return !progress.isBusy
        }
        guard isFree else { throw VaultError(.busy, "this ceremony is being carried out at this moment", retryAfter: 1) }
        defer { ceremony.progress.withLock { $0.isBusy = false } }
        try close(ceremony, uid: uid, decision: "dropped")
    }

    /// The closing entry, with the signatures that it all rested on.
    func close(_ ceremony: Ceremony, uid: UInt32, decision: String) throws {
        let (done, failed, reasons) = ceremony.progress.withLock { ($0.done, $0.failed, $0.reasons) }
        try writer.perform(isEnding: true) { transaction in
            var entry = transaction.entry(.ceremonyClosed, request: ceremony.requestID)
            entry.role = .operator
            entry.uid = uid
            entry.decision = decision
            entry.reason = ceremony.request.reason
            entry.rule = ceremony.request.result.kind
            entry.count = done
            entry.change = Self.approvalMembers(ceremony, under: transaction.config.config.custodianship, [
                "done": .integer(Int64(done)), "failed": .integer(Int64(failed)),
                "reasons": .object(reasons.mapValues(JSON.integer)),
            ])
            try transaction.append(entry)
        }
        ceremony.progress.withLock { $0.isClosed = true }
        ceremonies.remove(ceremony.request.id)
    }

    /// Which request, by its digest, and who signed it.
    static func approvalMembers(
        _ ceremony: Ceremony, under custodianship: Custodianship, _ more: [String: JSON] = [:]
    ) -> JSON {
        let signatures = ceremony.approvals(under: custodianship)
        let members: [String: JSON] = [
            "ceremony": .string(ceremony.request.id.base64),
            "request": .string(Base64URL.encode(Hash.blake2b256(ceremony.bytes))),
            "approvals": .object(
                Dictionary(uniqueKeysWithValues: signatures.map { ($0.key.text, .string(Base64URL.encode($0.value))) })),
        ]
        return .object(members.merging(more) { old, _ in old })
    }

    func status(_ ceremony: Ceremony) -> CeremonyStatus {
        let custodianship = config.config.custodianship
        let valid = Set(ceremony.approvals(under: custodianship).keys)
        return ceremony.progress.withLock { progress in
            CeremonyStatus(
                request: ceremony.request, bytes: ceremony.bytes, index: ceremony.index,
                custodians: custodianship.ordered.map(\.name),
                answered: progress.answers.keys.filter(valid.contains).sorted(), done: progress.done,
                failed: progress.failed, isClosed: progress.isClosed)
        }
    }
}

// MARK: - What is asked, exactly

extension Vault {
    private static func result(
        of kind: CeremonyAsk.Kind, config: VaultConfig, now: Instant
    ) throws -> CeremonyRequest.Result {
        switch kind {
        case .recover(let letter):
            guard letter.count == 32 else { throw VaultError(.badValue, "a letter is named by a digest of 32 bytes") }
            return .recover(letter: letter)
        case .issue(let name, let wanted):
            guard let purpose = config.policies.purposes[name] else {
                throw VaultError(.unknownPurpose, "the policies know no purpose \(name)")
            }
            guard !purpose.basis.needsConsent, purpose.basis != .emergency else {
                throw VaultError(
                    .badValue, "the purpose \(name) rests on \(purpose.basis.rawValue), which custodians cannot give",
                    hint: "residents are asked for their consent by the app itself")
            }
            guard config.liveApp(purpose.app) != nil else {
                throw VaultError(.conflict, "the app \(purpose.app) of this purpose is not registered")
            }
            let latest = purpose.limits.longestUntil(from: now)
            let until = wanted ?? latest
            guard until > now, until <= latest else {
                throw VaultError(.badValue, "the end must lie after now and not after \(latest.localMinute)")
            }
            return .issue(
                purpose: name, version: purpose.version, app: purpose.app, fields: purpose.fields.keys.sorted(), until: until)
        case .delegate(let fields, let basis, let until):
            for field in fields where config.policies.fields[field] == nil {
                throw VaultError(.unknownField, "the policies know no field \(field)")
            }
            guard !fields.isEmpty, basis == .consentGuardian || basis == .law, until > now else {
                throw VaultError(.badValue, "a delegation needs fields, an end after now, and consent.guardian or law as its basis")
            }
            return .delegate(fields: fields.sorted(), basis: basis, until: until)
        case .rekey: return .rekey
        case .entrust:
            return .entrust(
                custodians: config.custodianship.ordered.map(\.name), threshold: config.custodianship.threshold)
        }
    }

    private func listed(
        _ ask: CeremonyAsk, _ result: CeremonyRequest.Result, _ snapshot: Snapshot
    ) throws -> [CeremonyItem] {
        func person(_ login: LoginName) throws -> CeremonyItem.Person {
            guard let row = try snapshot.resident(login: login) else {
                throw VaultError(.notFound, "there is no resident with the login name \(login)")
            }
            return CeremonyItem.Person(row)
        }
        var items: [CeremonyItem]
        switch ask.people {
        case .logins(let logins): items = try logins.map { CeremonyItem(resident: try person($0)) }
        case .idNumber(let number):
            guard let field = FieldName(Self.identifyingField),
                let text = config.config.policies.fields[field]?.lookupValues(of: .string(number)).first,
                let row = try snapshot.residents(field: field, index: keys.now.indexes(field, text)).first
            else { throw VaultError(.notFound, "nobody is enrolled under this number") }
            items = [CeremonyItem(resident: CeremonyItem.Person(row))]
        case .pairs(let pairs):
            items = try pairs.map { CeremonyItem(resident: try person($0.ward), delegate: try person($0.delegate)) }
        case .everyone:
            items = []
            var last: Int64 = 0
            while items.count < Self.ceremonyLimit {
                let page = try snapshot.residents(after: last, limit: 500)
                guard let end = page.last else { break }
                for row in page where items.count < Self.ceremonyLimit {
                    if try concerns(result, row, snapshot) { items.append(CeremonyItem(resident: CeremonyItem.Person(row))) }
                }
                last = end.reference.number
            }
        }
        guard Set(items.map(\.resident.id)).count == items.count else {
            throw VaultError(.badValue, "a resident stands twice on the list")
        }
        switch result {
        case .recover where items.count != 1: throw VaultError(.badValue, "one resident's way in is made anew at a time")
        case .delegate where items.contains(where: { $0.delegate == nil || $0.delegate?.id == $0.resident.id }):
            throw VaultError(.badValue, "a delegation needs pairs of two people")
        case .delegate: break
        default:
            guard items.allSatisfy({ $0.delegate == nil }) else { throw VaultError(.badValue, "only delegations take pairs") }
        }
        return items
    }

    /// Whether there is anything to do for a resident.
    private func concerns(_ result: CeremonyRequest.Result, _ resident: ResidentRow, _ snapshot: Snapshot) throws -> Bool {
        switch result {
        case .issue(let purpose, let version, let app, _, _):
            return try !snapshot.grants(of: resident.reference, recipient: app.text, purpose: purpose.text).contains {
                try $0.state.isLive && $0.until > writer.now && GrantStatement(decoding: $0.statement).version == version
            }
        case .entrust: return try !Custody.covers(snapshot.shares(of: resident.reference), config.config.custodianship)
        case .rekey: return true
        case .recover, .delegate, .keys: return false
        }
    }
}

extension CeremonyItem.Person {
    init(_ row: ResidentRow) { self.init(id: row.reference.id, login: row.login) }
}
