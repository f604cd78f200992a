internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

extension Vault {
    /// So long one call works, so that whoever waits for it sees how far it is.
    private static let stepTime = Duration.milliseconds(1500)

    /// Carries a ceremony on: what custodians signed is done, one resident at a time, each in a transaction of their own.
    /// Call it until it is closed. What was done before a crash stays done; the rest is asked about again.
    ///
    /// - Parameter code: on a recovery the new letter's code, which must be the one that the request names.
    /// - Throws: `VaultError.forbidden` before k custodians have signed, `badValue` for another code, `conflict` if what was
    ///   signed does not fit the rules any more.
    package func carryOut(
        _ id: CeremonyID, code: [UInt8]?, uid: UInt32, reader: VaultReader
    ) throws -> CeremonyStatus {
        let ceremony = try ceremonies.find(id, now: writer.now)
        let isFree = ceremony.progress.withLock { progress in
            defer { progress.isBusy = true }
            return !progress.isBusy
        }
        guard isFree else { throw VaultError(.busy, "this ceremony is being carried out already", retryAfter: 1) }
        defer { ceremony.progress.withLock { $0.isBusy = false } }
        let letter = try self.letter(ceremony, code: code)
        try approve(ceremony, uid: uid)
        let begun = ContinuousClock.now
        while begun.duration(to: .now) < Self.stepTime {
            let place = ceremony.progress.withLock { $0.next < ceremony.items.count ? $0.next : nil }
            guard let place else {
                try close(ceremony, uid: uid, decision: "done")
                break
            }
            let isDone = try attempt(ceremony.items[place], of: ceremony, letter: letter, reader: reader)
            ceremony.forget(ceremony.items[place].resident.id)
            ceremony.progress.withLock { progress in
                progress.next = place + 1
                if isDone { progress.done += 1 } else { progress.failed += 1 }
            }
        }
        return status(ceremony)
    }

    /// Logs the signatures once, before anything is opened.
    private func approve(_ ceremony: Ceremony, uid: UInt32) throws {
        guard !ceremony.progress.withLock(\.isApproved) else { return }
        try writer.perform { transaction in
            let custodianship = transaction.config.config.custodianship
            try Self.requireApproval(of: ceremony, under: custodianship)
            var entry = transaction.entry(.ceremony, request: ceremony.requestID)
            entry.role = .operator
            entry.uid = uid
            entry.decision = Self.approved
            entry.reason = ceremony.request.reason
            entry.rule = ceremony.request.result.kind
            entry.change = Self.approvalMembers(ceremony, under: custodianship)
            try transaction.append(entry)
        }
        ceremony.progress.withLock { $0.isApproved = true }
    }

    /// As many custodians in force must have signed as they were told, and as are needed now.
    private static func requireApproval(of ceremony: Ceremony, under custodianship: Custodianship) throws(VaultError) {
        let needed = max(custodianship.threshold, ceremony.request.threshold, 2)
        let count = ceremony.approvals(under: custodianship).count
        guard count >= needed else {
            throw VaultError(
                .forbidden, "this needs \(needed) custodians' signatures, it has \(count) that are valid",
                hint: "let custodians answer it: rvault custodian answer")
        }
    }

    private func letter(_ ceremony: Ceremony, code: [UInt8]?) throws -> LetterKey? {
        guard case .recover(let expected) = ceremony.request.result else { return nil }
        guard let code, let typed = try? ActivationCode(typed: try SecretBytes(copying: code)) else {
            throw VaultError(.badValue, "a recovery takes the new letter's code", hint: "give the letter: --letter FILE")
        }
        let key = try EnvelopeKey.activation(typed.secret)
        guard Sodium.equal(try Envelope.authDigest(of: key), expected) else {
            throw VaultError(.badValue, "this is not the letter that custodians signed for")
        }
        return LetterKey(key)
    }

    /// One resident's turn. What is wrong with one stops nobody else; a disk or log that fails stops everything.
    private func attempt(
        _ item: CeremonyItem, of ceremony: Ceremony, letter: LetterKey?, reader: VaultReader
    ) throws -> Bool {
        do {
            let box = try opened(item.resident.id, for: ceremony, reader: reader)
            try carryOut(ceremony, item, box: box, letter: letter)
            return true
        } catch let error as VaultError where [.logUnavailable, .clock, .busy].contains(error.code) {
            throw error
        } catch let error as StoreError where error.endsBatch {
            throw error
        } catch {
            // A list of one is told what is wrong.
            if ceremony.items.count == 1 { throw error }
            let code = (error as? VaultError)?.code ?? .integrity
            ceremony.progress.withLock { $0.reasons[code.rawValue, default: 0] += 1 }
            return false
        }
    }

    /// A resident's box seed from the shares that came, held while this one is worked on.
    private func opened(
        _ resident: ResidentID, for ceremony: Ceremony, reader: VaultReader
    ) throws -> OpenedSeed {
        try reader.store.read { snapshot in
            guard let row = try snapshot.resident(id: resident) else {
                throw VaultError(.notFound, "this resident is no longer enrolled")
            }
            guard let share = try snapshot.shares(of: row.reference).first else {
                throw VaultError(
                    .notFound, "no custodian holds a share for this resident",
                    hint: "their next login covers them; without it nobody can help them back in")
            }
            let shares = ceremony.shares(for: resident, set: share.custodySet)
            guard shares.count >= Int(share.threshold) else {
                throw VaultError(
                    .forbidden,
                    "this resident's key needs \(share.threshold) custodians' shares, \(shares.count) have come",
                    hint: "let more custodians answer: rvault custodian answer")
            }
            var set = try ShareSet(capacity: Int(share.threshold), length: SealedShare.byteCount)
            for answer in shares.prefix(Int(share.threshold)) {
                try set.add(
                    x: answer.x,
                    y: try SealedShare.open(
                        answer.blob, x: answer.x, vault: id.bytes, resident: resident.bytes, set: answer.set,
                        with: ceremony.key))
            }
            let seed = try Custody.recover(set, resident: row.reference, vault: id, in: snapshot)
            return try OpenedSeed(seed, of: row.reference)
        }
    }

    private func carryOut(
        _ ceremony: Ceremony, _ item: CeremonyItem, box: OpenedSeed, letter: LetterKey?
    ) throws {
        let request = ceremony.requestID
        let custodianship = config.config.custodianship
        let fresh = try freshParts(ceremony, item, box: box, letter: letter, custodianship: custodianship)
        try writer.perform { transaction in
            guard var row = try transaction.snapshot.resident(id: item.resident.id) else {
                throw VaultError(.notFound, "this resident is no longer enrolled")
            }
            guard row.box == box.pair.publicKey.bytes else {
                throw VaultError(.conflict, "this resident's key was replaced in the meantime", hint: "ask anew")
            }
            // Custodians may have changed since the work began.
            try Self.requireApproval(of: ceremony, under: transaction.config.config.custodianship)
            try transaction.requireAsLogged(row)
            switch (ceremony.request.result, fresh) {
            case (.recover, .seed(let seed)):
                try transaction.renew(&row, from: box.pair, to: seed, action: .recovered, request: request, role: .custodian)
            case (.issue(let purpose, let version, let app, let fields, let until), _):
                try transaction.issue(
                    &row, Issue(purpose: purpose, version: version, app: app, fields: fields, until: until), box: box.pair,
                    ceremony: ceremony)
            case (.delegate(let fields, let basis, let until), _):
                guard let delegate = item.delegate else { throw VaultError(.badValue, "a delegation needs two people") }
                try transaction.delegate(
                    &row, (fields, basis, until), to: delegate.id, box: box.pair, ceremony: ceremony)
            case (.rekey, _): try transaction.rekeyAll(&row, box: box.pair, request: request)
            case (.entrust(let names, let threshold), .custody(let custody)):
                let now = transaction.config.config.custodianship
                guard now.ordered.map(\.name) == names, now.threshold == threshold, custody.fits(now) else {
                    throw VaultError(.conflict, "the custodians are not those that the request names", hint: "ask anew")
                }
                try transaction.entrust(&row, custody, role: .custodian, request: request)
            default: throw VaultError(.conflict, "this version carries out no such request")
            }
        }
        if case .recover = ceremony.request.result { sessions.closeAll(of: box.resident) }
    }

    /// What is made before the writer's turn.
    private enum Fresh: Sendable {
        case nothing
        case seed(NewSeed)
        case custody(Custody)
    }

    private func freshParts(
        _ ceremony: Ceremony, _ item: CeremonyItem, box: OpenedSeed, letter: LetterKey?, custodianship: Custodianship
    ) throws -> Fresh {
        switch ceremony.request.result {
        case .recover:
            guard let letter else { return .nothing }
            return .seed(
                try NewSeed(
                    letter: letter.key, until: writer.now.advanced(bySeconds: PreparedEnrolment.letterSeconds),
                    resident: box.resident, vault: id, custodianship: custodianship))
        case .entrust:
            let custody = try Custody(box.seed, resident: item.resident.id, vault: id, custodianship: custodianship)
            return custody.map(Fresh.custody) ?? .nothing
        default: return .nothing
        }
    }
}

/// A resident's box seed while they are worked on. It is zeroed when the last reference goes, which is at the end of their
/// turn.
private final class OpenedSeed: Sendable {
    let seed: Seed
    let pair: BoxKeyPair
    let resident: ResidentReference

    init(_ seed: consuming Seed, of resident: ResidentReference) throws(CryptoError) {
        pair = try BoxKeyPair(seed: seed)
        self.seed = seed
        self.resident = resident
    }
}

/// A letter's key for the length of a call.
private final class LetterKey: Sendable {
    let key: EnvelopeKey
    init(_ key: consuming EnvelopeKey) { self.key = key }
}
