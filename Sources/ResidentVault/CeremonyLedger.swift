internal import VaultAudit
internal import VaultCrypto
internal import VaultModel

/// Holds what was done in the custodians' name against what they signed, from the entries alone: every such entry belongs
/// to a request that stands in the log before it, that k of the custodians then in force signed, and that names its kind.
struct CeremonyLedger {
    private struct Asked {
        let bytes: [UInt8]
        let result: CeremonyRequest.Result
        let count: Int
        let threshold: Int
        var isApproved = false
        var isClosed = false
        /// How many residents were worked on.
        var done = 0
    }

    private var asked: [RequestID: Asked] = [:]
    /// What custodians agreed to, by H(request).
    private(set) var approved: [[UInt8]: CeremonyRequest.Result] = [:]
    /// Entries that no honest vault made, with what is wrong with each.
    private(set) var faults: [(seq: UInt64, message: String)] = []

    mutating func take(_ seq: UInt64, _ entry: LogEntry, under custodianship: Custodianship) {
        guard let id = entry.request else { return faults.append((seq, "a ceremony stands without its id")) }
        if entry.action == .ceremony, entry.decision == Vault.asked {
            guard let change = entry.change, let bytes = try? CanonicalJSON.encode(change),
                let request = CeremonyRequest(parsing: bytes), request.id.bytes == id.bytes
            else { return faults.append((seq, "a ceremony's request is not in its form")) }
            // A restoring of the keys may be told of twice, if the start that logs it is killed.
            guard request.vault == entry.vault, asked[id] == nil || request.result == .keys else {
                return faults.append((seq, "a ceremony's request stands a second time, or is of another vault"))
            }
            asked[id] = Asked(bytes: bytes, result: request.result, count: request.count, threshold: request.threshold)
            return
        }
        guard let request = asked[id] else { return faults.append((seq, "a ceremony goes on that was never asked for")) }
        // The closing entry is held against the word that the work began by: custodians may have changed since. One that
        // was dropped needs nobody's.
        if entry.action == .ceremony {
            if Self.isApproved(entry.change, request, under: custodianship) {
                asked[id]?.isApproved = true
                approved[Hash.blake2b256(request.bytes)] = request.result
            } else {
                faults.append((seq, "a ceremony goes on without the signatures of enough custodians"))
            }
        } else if request.done > 0, !request.isApproved {
            faults.append((seq, "a ceremony ends that went on without the signatures of enough custodians"))
        }
        if entry.action == .ceremonyClosed { asked[id]?.isClosed = true }
    }

    private static func isApproved(_ change: JSON?, _ request: Asked, under custodianship: Custodianship) -> Bool {
        let bytes = request.bytes
        guard change?["request"]?.string == Base64URL.encode(Hash.blake2b256(bytes)),
            let approvals = change?["approvals"]?.object
        else { return false }
        let valid = approvals.filter { name, signature in
            guard let name = CustodianName(name), let signature = signature.string.flatMap(Base64URL.decode) else { return false }
            return Ceremony.isValid(signature, of: bytes, by: custodianship.custodians[name])
        }
        return !custodianship.isEmpty && valid.count >= max(custodianship.threshold, request.threshold)
    }

    /// What each kind of request does to a resident. A grant that is superseded, and fields that are moved first, belong to
    /// the work.
    private static let work: [String: (action: LogAction, others: Set<LogAction>)] = [
        "recover": (.recovered, [.expired]), "issue": (.given, [.terminated, .expired, .rekeyed]),
        "delegate": (.given, [.terminated, .expired, .rekeyed, .invalidated]), "rekey": (.rekeyed, [.expired]),
        "entrust": (.custody, [.expired]),
    ]

    /// An entry by which custodians did something.
    mutating func checkWork(_ seq: UInt64, _ entry: LogEntry) {
        // A handover of shares is the successor's alone; a restored key is told of when the log can be written again.
        if entry.action == .custody, entry.rule == "handover" { return }
        guard let id = entry.request, let request = asked[id], request.isApproved, !request.isClosed,
            let work = Self.work[request.result.kind]
        else { return faults.append((seq, "it is done in the custodians' name, and they signed no such request")) }
        guard entry.action == work.action || work.others.contains(entry.action) else {
            return faults.append((seq, "custodians signed for \(request.result.kind), and this is \(entry.action.rawValue)"))
        }
        guard entry.action == work.action else { return }
        asked[id]?.done += entry.subjects.count
        if request.done + entry.subjects.count > request.count {
            faults.append((seq, "it goes beyond the \(request.count) residents that custodians signed for"))
        }
    }
}
