internal import Synchronization
internal import VaultCrypto
internal import VaultModel

/// A ceremony under way: its request, the list of residents, its key, and what custodians answered.
///
/// The key exists here only, in locked memory: with the process it is gone, and so is whatever was sealed to it. Whoever
/// did not come to their turn before is asked about again in another ceremony.
final class Ceremony: Sendable {
    /// One custodian's part: a signature over the request, and their shares, still sealed to the ceremony's key.
    struct Answer: Sendable {
        let signature: [UInt8]
        var shares: [ResidentID: SealedAnswer] = [:]
    }

    struct SealedAnswer: Sendable {
        let set: [UInt8]
        let x: UInt8
        let blob: [UInt8]
    }

    struct Progress: Sendable {
        var answers: [CustodianName: Answer] = [:]
        /// The signatures stand in the log, so that work may begin.
        var isApproved = false
        /// The place in the list that comes next.
        var next = 0
        var done = 0
        var failed = 0
        /// Why, by the errors' codes: how often each.
        var reasons: [String: Int64] = [:]
        var isClosed = false
        /// Someone carries it on at this moment.
        var isBusy = false
    }

    let request: CeremonyRequest
    /// The canonical bytes that are signed.
    let bytes: [UInt8]
    /// In byte order of the residents' ids.
    let items: [CeremonyItem]
    /// The request's entry in the log.
    let index: UInt64
    let key: BoxKeyPair
    let progress = Mutex(Progress())

    init(_ request: CeremonyRequest, bytes: [UInt8], items: [CeremonyItem], index: UInt64, key: consuming BoxKeyPair) {
        self.request = request
        self.bytes = bytes
        self.items = items
        self.index = index
        self.key = key
    }

    /// The id of its entries' request, by which they are told to be its work.
    var requestID: RequestID? { RequestID(request.id.bytes) }

    /// Forgets a resident's shares: their turn is over.
    func forget(_ resident: ResidentID) {
        progress.withLock { progress in
            for name in progress.answers.keys { progress.answers[name]?.shares[resident] = nil }
        }
    }

    /// The item of a resident, by bisection.
    func item(_ resident: ResidentID) -> CeremonyItem? {
        var (low, high) = (0, items.count)
        while low < high {
            let middle = (low + high) / 2
            if items[middle].resident.id.bytes.lexicographicallyPrecedes(resident.bytes) { low = middle + 1 } else { high = middle }
        }
        return low < items.count && items[low].resident.id == resident ? items[low] : nil
    }

    /// The shares that came for one resident, of one split: one of each place, because one that changed hands meanwhile can
    /// have come from both.
    func shares(for resident: ResidentID, set: [UInt8]) -> [SealedAnswer] {
        let answers = progress.withLock { progress in progress.answers.values.compactMap { $0.shares[resident] } }
        let places = Dictionary(answers.filter { $0.set == set }.map { ($0.x, $0) }) { first, _ in first }
        return places.values.sorted { $0.x < $1.x }
    }

    /// Signatures over the request that count under the custodians in force.
    func approvals(under custodianship: Custodianship) -> [CustodianName: [UInt8]] {
        progress.withLock { progress in
            progress.answers.filter { name, answer in
                Self.isValid(answer.signature, of: bytes, by: custodianship.custodians[name])
            }.mapValues(\.signature)
        }
    }

    static func isValid(_ signature: [UInt8], of bytes: [UInt8], by custodian: CustodianRecord?) -> Bool {
        guard let custodian, let key = try? SigningPublicKey(custodian.sign) else { return false }
        return (try? key.verify(signature, type: CeremonyRequest.type, object: bytes)) != nil
    }
}

/// The ceremonies under way, a few at most.
final class CeremonyTable: Sendable {
    /// More than parties can talk about at once.
    private static let limit = 8

    private let ceremonies = Mutex<[CeremonyID: Ceremony]>([:])

    /// - Throws: `VaultError.busy` if there are too many.
    func add(_ ceremony: Ceremony, now: Instant) throws(VaultError) {
        let isAdmitted = ceremonies.withLock { ceremonies in
            ceremonies = ceremonies.filter { $0.value.request.until > now && !$0.value.progress.withLock(\.isClosed) }
            guard ceremonies.count < Self.limit else { return false }
            ceremonies[ceremony.request.id] = ceremony
            return true
        }
        guard isAdmitted else {
            throw VaultError(.busy, "there are \(Self.limit) ceremonies under way", hint: "end one: rvault custodian drop ID")
        }
    }

    /// - Throws: `VaultError.notFound` for one that is unknown, over or of an earlier start of the daemon.
    func find(_ id: CeremonyID, now: Instant) throws(VaultError) -> Ceremony {
        guard let ceremony = ceremonies.withLock({ $0[id] }), ceremony.request.until > now else {
            throw VaultError(
                .notFound, "there is no such ceremony under way",
                hint: "its key went with the daemon that made it, or its time is over: ask anew with rvault custodian request")
        }
        return ceremony
    }

    func remove(_ id: CeremonyID) { ceremonies.withLock { $0[id] = nil } }

    /// Forgets those whose time is over, with their keys.
    func purge(now: Instant) {
        ceremonies.withLock { ceremonies in
            ceremonies = ceremonies.filter { $0.value.request.until > now && !$0.value.progress.withLock(\.isClosed) }
        }
    }

    var all: [Ceremony] {
        ceremonies.withLock { Array($0.values) }.sorted { $0.request.created < $1.request.created }
    }
}
