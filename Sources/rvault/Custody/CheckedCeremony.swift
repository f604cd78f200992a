internal import Foundation
internal import VaultAPI
internal import VaultAudit
internal import VaultCrypto
internal import VaultModel

/// A request that a custodian may be shown: it is read to its last byte, its time has not run out, its list is the one it
/// names, and it stands in the log whose key the custodian keeps. Nothing of it rests on the word of who brought it.
struct CheckedCeremony {
    /// What vouches for a request.
    enum Voucher: Equatable {
        /// Its place in the log.
        case log(index: UInt64)
        /// Nothing: the log's key is among what is to come back.
        case nobody
    }

    /// How far the vault's clock may be ahead of this machine's.
    static let clockSlackSeconds: Int64 = 300

    let request: CeremonyRequest
    /// The bytes that are signed.
    let bytes: [UInt8]
    let lines: [CeremonyLine]
    let voucher: Voucher

    /// Checks a page with its whole list.
    ///
    /// - Throws: `Failure(.refused)` naming what is not right.
    init(_ page: CeremonyPage, custodian: CustodianName, keys: [VerifierKey], now: Instant) throws(Failure) {
        guard page.custodian == custodian else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.otherCustodian, page.custodian.text, custodian.text),
                hint: Sentence(CeremonyHints.ownFile))
        }
        let bytes = Array(page.request.utf8)
        let request = try Self.read(bytes, now: now)
        guard request.result != .keys else { throw Self.refusal(.notTold) }
        guard Self.listIs(page.lines.map(\.item), request) else { throw Self.refusal(.otherList) }
        for line in page.lines {
            // A share of someone else would be opened without a word about them.
            guard line.share.map({ $0.resident == line.item.resident.id }) ?? true else { throw Self.refusal(.otherList) }
        }
        let index = try Self.place(of: request, proof: Array(page.proof.utf8), keys: keys)
        self.init(request: request, bytes: bytes, lines: page.lines, voucher: .log(index: index))
    }

    /// Checks a request for the vault's own keys, for which no log can vouch: with the log's key lost there is none.
    ///
    /// - Parameter vault: the vault that the custodian's own file of shares is of.
    init(keysRequest bytes: [UInt8], vault: VaultID, now: Instant) throws(Failure) {
        let request = try Self.read(bytes, now: now)
        guard request.result == .keys, request.count == 0, Self.listIs([], request) else { throw Self.refusal(.notTold) }
        guard request.vault == vault else { throw Self.refusal(.otherVault) }
        self.init(request: request, bytes: bytes, lines: [], voucher: .nobody)
    }

    private init(request: CeremonyRequest, bytes: [UInt8], lines: [CeremonyLine], voucher: Voucher) {
        self.request = request
        self.bytes = bytes
        self.lines = lines
        self.voucher = voucher
    }

    /// This moment.
    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

    private static func read(_ bytes: [UInt8], now: Instant) throws(Failure) -> CeremonyRequest {
        guard let request = CeremonyRequest(parsing: bytes) else { throw refusal(.notTold) }
        guard request.until > now else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.expired, request.until.localMinute),
                hint: Sentence(CeremonyHints.askAnew))
        }
        guard request.created <= now.advanced(bySeconds: clockSlackSeconds) else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.fromFuture, request.created.localMinute, now.localMinute),
                hint: Sentence(CeremonyHints.setClock))
        }
        guard request.until <= request.created.advanced(bySeconds: CeremonyRequest.longestSeconds) else {
            throw refusal(.tooLong)
        }
        // A key of low order would let anyone open what is sealed to it. Sealing refuses it; this asks before anyone signs.
        let isKey = [UInt8](repeating: 0, count: 1).withUnsafeBytes { byte in
            guard let key = try? BoxPublicKey(request.box) else { return false }
            return (try? SealedBox.seal(byte, to: key)) != nil
        }
        guard isKey else { throw refusal(.badKey) }
        return request
    }

    private static func listIs(_ items: [CeremonyItem], _ request: CeremonyRequest) -> Bool {
        guard items.count == request.count, Set(items.map(\.resident.id)).count == items.count else { return false }
        switch request.result {
        case .recover: guard items.count == 1, items[0].delegate == nil else { return false }
        case .delegate:
            guard items.allSatisfy({ $0.delegate != nil && $0.delegate?.id != $0.resident.id }) else { return false }
        case .issue, .rekey, .entrust, .keys: guard items.allSatisfy({ $0.delegate == nil }) else { return false }
        }
        return Hash.blake2b256(CeremonyItem.digestInput(items, vault: request.vault)) == request.residents
    }

    /// The request's place in the log: the proof leads to a checkpoint signed by the key that the custodian keeps, and the
    /// entry it proves holds this request, byte for byte.
    private static func place(
        of request: CeremonyRequest, proof bytes: [UInt8], keys: [VerifierKey]
    ) throws(Failure) -> UInt64 {
        let proof: ProofFile
        do throws(AuditError) {
            proof = try ProofFile(parsing: bytes)
            var fault: AuditError? = .unknownSigner
            for key in keys {
                do throws(AuditError) {
                    _ = try proof.verify(key: key)
                    fault = nil
                    break
                } catch { fault = error }
            }
            if let fault { throw fault }
        } catch {
            throw Failure(
                .refused, Sentence(CeremonyFaults.notProved, error.description), hint: Sentence(CeremonyHints.doNotSign))
        }
        guard let stored = proof.entry, let entry = try? LogEntry(decoding: stored), entry.action == .ceremony,
            entry.vault == request.vault, entry.config == request.config, entry.change == request.json
        else { throw refusal(.otherEntry) }
        return proof.index
    }

    private static func refusal(_ fault: CeremonyFaults) -> Failure {
        Failure(.refused, Sentence(fault), hint: Sentence(CeremonyHints.doNotSign))
    }
}
