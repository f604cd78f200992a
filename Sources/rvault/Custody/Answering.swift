internal import VaultAPI
internal import VaultCrypto
internal import VaultModel

/// Makes a custodian's answer to what they were shown.
enum Answering {
    /// - Parameters:
    ///   - keyShares: on a request for the vault's own keys, the shares of the custodian's own file.
    ///   - progress: called with the number of shares that are done.
    static func answer(
        _ ceremony: CheckedCeremony, _ own: borrowing OwnShares, custodian: CustodianName,
        keyShares: [(owner: String, share: ShareItem)] = [], progress: (Int) -> Void = { _ in }
    ) throws(Failure) -> CeremonyAnswer {
        let box: BoxPublicKey
        do { box = try BoxPublicKey(ceremony.request.box) } catch { throw Failure(error) }
        let held = ceremony.lines.compactMap { line in
            line.share.map { (owner: LoginText.grouped(line.item.resident.login), share: $0) }
        } + keyShares
        var shares: [ShareItem] = []
        shares.reserveCapacity(held.count)
        for (owner, share) in held {
            shares.append(try own.reseal(share, vault: ceremony.request.vault, to: box, owner: owner))
            if shares.count % 100 == 0 { progress(shares.count) }
        }
        return CeremonyAnswer(
            ceremony: ceremony.request.id, custodian: custodian,
            signature: own.sign(type: CeremonyRequest.type, ceremony.bytes), shares: shares)
    }

    /// An answer in parts of as many shares as one request takes; one part at least.
    static func parts(_ answer: CeremonyAnswer) -> [CeremonyAnswer] {
        stride(from: 0, to: max(1, answer.shares.count), by: WireLimits.page).map { start in
            CeremonyAnswer(
                ceremony: answer.ceremony, custodian: answer.custodian, signature: answer.signature,
                shares: Array(answer.shares.dropFirst(start).prefix(WireLimits.page)))
        }
    }
}
