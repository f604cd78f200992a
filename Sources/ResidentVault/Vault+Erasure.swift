internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultPolicy
internal import VaultStore

/// What is to be erased.
package enum ErasureScope: Sendable, Equatable {
    case everything
    /// All of them or none.
    case fields([FieldName])
    /// Every field of a category that may go.
    case category(String)
}

/// What was erased, and what was not.
package struct ErasureOutcome: Sendable {
    /// Nil when it was everything.
    package let fields: [FieldName]?
    /// What was left because a contract or a law needs it, with who to ask.
    package let kept: [(field: FieldName, parties: [String])]
    package let index: UInt64
    /// The certificate's file; nil while the log cannot make proofs.
    package let certificate: [UInt8]?
    package let backupsEnd: String
    /// Whether nothing of it is left in the vault's files. If not, the daemon goes on until nothing is.
    package let isScrubbed: Bool
}

extension Vault {
    /// Erases at the resident's own word.
    ///
    /// What a live contract or a duty under law needs stays (个人信息保护法 art. 47): the other side's duty does not end with a
    /// click. Everything else goes.
    /// - Throws: `VaultError` with `forbidden` for what is needed, and who to ask in the hint; `notFound` for a field of
    ///   which there is nothing.
    package func erase(
        _ scope: ErasureScope, caller: ResidentCaller, uid: UInt32, reader: VaultReader
    ) throws -> ErasureOutcome {
        let erasing = Erasing(role: .resident, uid: uid, ground: .asked, request: .random())
        return try erase(scope, by: erasing, reader: reader, caller: caller) { transaction in
            try transaction.current(caller)
        }
    }

    /// Erases at the operator's word, for people who have moved away or died, who asked in writing, or whose data should not
    /// be here. Contract and law do not stand against it: whoever does it answers for it, and the log says why.
    ///
    /// - Throws: `VaultError` with `notFound` for a login name that nobody has.
    package func erase(
        _ scope: ErasureScope, login: LoginName, ground: ErasureGround, uid: UInt32, reader: VaultReader
    ) throws -> ErasureOutcome {
        let erasing = Erasing(role: .operator, uid: uid, ground: ground, request: .random())
        return try erase(scope, by: erasing, reader: reader, caller: nil) { transaction in
            // A damaged row must not keep its resident from being erased.
            guard let row = try transaction.snapshot.unchecked().resident(login: login) else {
                throw VaultError(.notFound, "nobody has this login name", hint: "check it against the letter")
            }
            return row
        }
    }

    private func erase(
        _ scope: ErasureScope, by erasing: Erasing, reader: VaultReader, caller: ResidentCaller?,
        finding: @escaping @Sendable (Transaction) throws -> ResidentRow
    ) throws -> ErasureOutcome {
        let (erased, kept) = try writer.perform(isEnding: true) { transaction -> (Erased, [FieldName: Set<String>]) in
            let resident = try finding(transaction)
            let needed = erasing.role == .resident ? try transaction.needed(of: resident.reference) : [:]
            if scope == .everything {
                guard needed.isEmpty else { throw Self.stillNeeded(Set(needed.values.joined())) }
                return (try transaction.erase(resident, by: erasing), [:])
            }
            let fields = try transaction.fields(scope, of: resident.reference)
            let kept = needed.filter { fields.contains($0.key) }
            let free = fields.subtracting(kept.keys)
            if case .fields = scope, !kept.isEmpty { throw Self.stillNeeded(Set(kept.values.joined())) }
            guard !free.isEmpty else { throw Self.stillNeeded(Set(kept.values.joined())) }
            return (try transaction.eraseFields(free, of: resident, by: erasing, caller: caller), kept)
        }
        if scope == .everything { sessions.closeAll(of: erased.resident) }
        let isScrubbed = scrub()
        let (certificate, file) = try certificate(erased.index, reader: reader)
        return ErasureOutcome(
            fields: certificate.fields, kept: kept.sorted { $0.key < $1.key }.map { ($0.key, $0.value.sorted()) },
            index: erased.index, certificate: file, backupsEnd: certificate.backupsEnd, isScrubbed: isScrubbed)
    }

    private static func stillNeeded(_ parties: Set<String>) -> VaultError {
        VaultError(
            .forbidden, "a contract or a duty under law still needs this",
            hint: "to end that, ask: \(parties.sorted().joined(separator: ", ")); everything else can be erased now")
    }

    /// The certificate of an erasure that stands in the log, made again from its entry.
    ///
    /// - Throws: `VaultError` with `notFound` for an entry that certifies nothing, `conflict` for one whose certificate was
    ///   under an issuing key that has been replaced since.
    package func certificateFile(_ index: UInt64, reader: VaultReader) throws -> [UInt8] {
        let (_, file) = try certificate(index, reader: reader)
        guard let file else { throw VaultError(.integrity, "the log cannot make a proof now", hint: "look with: rvault audit verify") }
        return file
    }

    private func certificate(_ index: UInt64, reader: VaultReader) throws -> (ErasureCertificate, file: [UInt8]?) {
        let bytes = try reader.store.read { snapshot in index < (try snapshot.logCount()) ? try snapshot.logEntry(index) : nil }
        guard let entry = try bytes.map({ try LogEntry(decoding: $0) }), let digest = entry.subjects.first?.statement,
            let certificate = try? ErasureCertificate(entry, index: index, issuingKey: keys.service.issuing.publicKey.bytes)
        else { throw VaultError(.notFound, "entry \(index) certifies no erasure") }
        guard certificate.digest == digest else {
            throw VaultError(.conflict, "this certificate was signed with an issuing key that has been replaced")
        }
        // What was destroyed is destroyed, whether or not the log can prove it at this moment.
        let proof = try? ProofFile(parsing: inclusionProof(index, reader: reader))
        return (
            certificate,
            proof.map {
                CertificateFile(
                    certificate: certificate.bytes,
                    signature: keys.service.issuing.sign(type: ErasureCertificate.type, object: certificate.bytes), proof: $0
                ).encoded
            }
        )
    }
}

extension Transaction {
    /// The fields that a live contract or a duty under law still needs, with the parties to ask.
    fileprivate func needed(of resident: ResidentReference) throws -> [FieldName: Set<String>] {
        var needed: [FieldName: Set<String>] = [:]
        for grant in try snapshot.unchecked().grants(of: resident) where grant.state.isLive && grant.until > now {
            let statement = try GrantStatement(decoding: grant.statement)
            guard statement.basis.outlastsErasure, let party = statement.party else { continue }
            for field in statement.fields.keys { needed[field, default: []].insert(party) }
        }
        return needed
    }

    /// The fields of a resident that a scope names.
    fileprivate func fields(_ scope: ErasureScope, of resident: ResidentReference) throws -> Set<FieldName> {
        let present = try snapshot.fieldsPresent(of: resident)
        switch scope {
        case .everything: return present
        case .fields(let fields):
            guard !fields.isEmpty else { throw VaultError(.badValue, "name at least one field") }
            for field in fields where !present.contains(field) {
                throw VaultError(.notFound, "there is nothing under \(field)", hint: "see what there is: rvault me show")
            }
            return Set(fields)
        case .category(let category):
            let fields = present.filter { $0.category == category }
            guard !fields.isEmpty else {
                throw VaultError(.notFound, "there is nothing in this category", hint: "see what there is: rvault me show")
            }
            return fields
        }
    }
}

extension LegalBasis {
    /// Whether what it covers may not be erased at the resident's word while it lasts.
    var outlastsErasure: Bool {
        switch self {
        case .contract, .statutory, .law: true
        case .consent, .consentSeparate, .consentWritten, .consentGuardian, .emergency, .publicData: false
        }
    }
}
