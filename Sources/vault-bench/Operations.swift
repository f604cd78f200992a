import Foundation
import VaultAPI
import VaultAudit
import VaultCrypto
import VaultModel
import VaultPolicy

/// Six operations that everything rests on, each with the same input every time, so that its instructions can be counted.
enum CountedOperation: String, CaseIterable {
    case openField = "open-field"
    case sealField = "seal-field"
    case decideRead = "decide-read"
    case appendEntry = "append-entry"
    case verifyInclusion = "verify-inclusion"
    case parseRead = "parse-read"

    private static let id = [UInt8](repeating: 7, count: 16)

    /// Runs it so many times.
    func run(_ times: Int) throws {
        switch self {
        case .openField: try Self.openField(times)
        case .sealField: try Self.sealField(times)
        case .decideRead: try Self.decideRead(times)
        case .appendEntry: try Self.appendEntry(times)
        case .verifyInclusion: try Self.verifyInclusion(times)
        case .parseRead: try Self.parseRead(times)
        }
    }

    private static func key() throws -> FieldKey { try FieldKey(copying: [UInt8](repeating: 3, count: 32)) }

    private static let context = CellContext(
        vault: id, resident: id, field: "contact.phone", epoch: 1, revision: 1, source: "committee", time: 1_760_000_000_000)

    private static let value = Array(#""13800138000""#.utf8)

    private static func openField(_ times: Int) throws {
        let key = try key()
        let sealed = Cell.sealWithNonce(value, key: key, context: context, nonce: [UInt8](repeating: 1, count: 24))
        for _ in 0..<times {
            guard try Cell.open(sealed, key: key, context: context) == value else { throw BenchFailure("not opened") }
        }
    }

    private static func sealField(_ times: Int) throws {
        let key = try key()
        for _ in 0..<times { _ = Cell.seal(value, key: key, context: context) }
    }

    private static func decideRead(_ times: Int) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "vault-bench-policies-\(getpid())").path
        try Community.writePolicies(to: directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let evaluator = PolicyEvaluator(policies: try PolicyDocument.load(directory: directory))
        let fields = Community.fieldsRead.compactMap { FieldName($0) }
        guard let app = AppName(Community.consent.app), let purpose = PurposeName(Community.consent.purpose) else { return }
        let now = Instant(milliseconds: 1_760_000_000_000)
        let question = AccessQuestion(
            app: app, purpose: purpose, fields: fields, form: nil, action: .read, initiator: false, caseReference: false, rows: 1)
        let grant = GrantFacts(
            state: .given, recipient: app, purpose: purpose, version: 1,
            forms: Dictionary(uniqueKeysWithValues: fields.map { ($0, DisclosureForm.raw) }), actions: [.read], basis: .consent,
            from: now, until: now.advanced(bySeconds: 86_400), readsPerDay: 100, rowsPerRequest: 1)
        for _ in 0..<times {
            let decision = evaluator.decide(
                question, grant: grant, resident: ResidentFacts(restricted: false, age: nil), usedToday: 1, now: now)
            guard case .release = decision.outcome else { throw BenchFailure("not released: \(decision)") }
        }
    }

    private static func appendEntry(_ times: Int) throws {
        let key = try SigningKeyPair(seed: try Seed(copying: [UInt8](repeating: 5, count: 32)))
        guard let vault = VaultID(id), let grant = GrantID(id) else { return }
        var frontier = Frontier()
        let fields = Community.fieldsRead.compactMap { FieldName($0) }.sorted()
        for _ in 0..<times {
            var entry = LogEntry(
                vault: vault, time: Instant(milliseconds: 1_760_000_000_000), action: .read,
                config: [UInt8](repeating: 9, count: 32), request: RequestID(id), random: id)
            entry.role = .app
            entry.app = AppName(Community.consent.app)
            entry.party = "clinic"
            entry.uid = 1000
            entry.purpose = PurposeName(Community.consent.purpose)
            entry.version = 1
            entry.basis = .consent
            entry.form = .raw
            entry.actions = [.read]
            entry.fields = fields
            entry.released = fields
            entry.decision = "released"
            entry.subjects = [LogEntry.Subject(tag: id, grant: grant, outcome: "released")]
            frontier.append(leaf: MerkleHash.leaf(try entry.encoded()))
            _ = try Checkpoint(origin: "resident-vault.local/log", frontier: frontier).signedNote(with: key)
        }
    }

    private static func verifyInclusion(_ times: Int) throws {
        let leaves = (0..<1024).map { MerkleHash.leaf(Array("entry \($0)".utf8)) }
        func hash(_ tree: PerfectSubtree) -> [UInt8] {
            guard tree.level > 0 else { return leaves[Int(tree.index)] }
            return MerkleHash.node(
                hash(PerfectSubtree(level: tree.level - 1, index: tree.index * 2)),
                hash(PerfectSubtree(level: tree.level - 1, index: tree.index * 2 + 1)))
        }
        let root = MerkleTree.root(of: 0..<1000, hash: hash)
        guard let proof = InclusionProof.make(index: 500, size: 1000, hash: hash) else { return }
        for _ in 0..<times { try proof.verify(leaf: leaves[500], root: root) }
    }

    private static func parseRead(_ times: Int) throws {
        let body = Array(
            HTTPText.read([Identifier<Named.Pairwise>(id)?.base32 ?? ""], purpose: Community.consent.purpose).utf8)
        for _ in 0..<times {
            guard try WireDecoding.decode(body, as: VaultAPI.ReadRequest.self).fields.count == 5 else { throw BenchFailure("not parsed") }
        }
    }
}
