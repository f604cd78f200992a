internal import VaultAPI
internal import VaultCrypto
internal import VaultModel

/// Shares on their way from one custodian to their successor: one message a line, each with at most as many shares as one
/// request takes. So neither tool holds more than a line of them, and each line can be taken by itself.
enum HandoverFile {
    /// 300 bytes a share, for a city.
    static let limit = 1 << 30

    /// Reads the lines of a file.
    ///
    /// - Throws: `Failure(.refused)` for one that is not such a message, by its number, or if there is none.
    static func lines<Message: WireMessage>(
        _ bytes: [UInt8], at path: String, as type: Message.Type, _ body: (Message, Int) throws -> Void
    ) throws {
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            number += 1
            guard let message = try? WireDecoding.decode(line, as: type) else {
                throw Failure(
                    .refused, Sentence(CeremonyFaults.notHandover, path, "\(number)"),
                    hint: Sentence(CeremonyHints.handoverSteps))
            }
            try body(message, number)
        }
        guard number > 0 else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.notHandover, path, "1"), hint: Sentence(CeremonyHints.handoverSteps))
        }
    }

    /// What the leaving custodian's tool makes of a line of their shares: each is sealed to the successor, and signed that it
    /// is theirs and goes to that key.
    static func reseal(
        _ page: SharePage, _ own: borrowing OwnShares, from: CustodianName, to successor: CustodianPublicFile
    ) throws(Failure) -> ShareHandover {
        guard page.custodian == from else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.otherCustodian, page.custodian.text, from.text),
                hint: Sentence(CeremonyHints.ownFile))
        }
        var shares: [ShareItem] = []
        for share in page.shares {
            shares.append(try own.reseal(share, vault: page.vault, to: successor.box, owner: share.resident.base64))
        }
        let bytes: [UInt8]
        do {
            bytes = try CanonicalJSON.encode(
                ShareHandover.released(
                    vault: page.vault, from: from, to: successor.name, box: successor.box.bytes, shares: shares))
        } catch { throw Failure(.refused, Sentence(CeremonyFaults.badHandover), hint: Sentence(CeremonyHints.handoverSteps)) }
        return ShareHandover(
            vault: page.vault, from: from, to: successor.name, shares: shares,
            release: own.sign(type: ShareHandover.releaseType, bytes))
    }

    /// What the successor's tool makes of that line: each share is opened and held against its digest, and the successor
    /// signs that they did.
    static func accept(
        _ handover: ShareHandover, _ own: borrowing OwnShares, custodian: CustodianName
    ) throws -> ShareHandover {
        guard handover.to == custodian else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.otherCustodian, handover.to.text, custodian.text),
                hint: Sentence(CeremonyHints.ownFile))
        }
        guard handover.from != handover.to, handover.shares.count <= WireLimits.page else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.badHandover), hint: Sentence(CeremonyHints.handoverSteps))
        }
        for share in handover.shares { try own.check(share, vault: handover.vault, owner: share.resident.base64) }
        let bytes = try CanonicalJSON.encode(handover.signed)
        return ShareHandover(
            vault: handover.vault, from: handover.from, to: handover.to, shares: handover.shares,
            release: handover.release, signature: own.sign(type: ShareHandover.type, bytes))
    }
}

/// What the lines of a handover have in common.
struct HandoverSummary {
    private(set) var vault: VaultID?
    private(set) var count = 0

    /// - Throws: `Failure(.refused)` for lines of two vaults.
    mutating func add(_ vault: VaultID, _ count: Int) throws(Failure) {
        guard self.vault == nil || self.vault == vault else {
            throw Failure(.refused, Sentence(CeremonyFaults.otherVault), hint: Sentence(CeremonyHints.handoverSteps))
        }
        self.vault = vault
        self.count += count
    }
}
