internal import VaultAPI
internal import VaultModel

/// Who is to act for whom, as lines of a file.
enum PairList {
    /// - Throws: `Failure(.refused)` naming the line that is not two login names, never what stands there.
    static func read(_ path: String) throws(Failure) -> [CeremonyOpening.Pair] {
        let text = String(decoding: try SourceFile.read(path, limit: 1 << 20), as: UTF8.self)
        var pairs: [CeremonyOpening.Pair] = []
        var wards: Set<LoginName> = []
        for (position, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { !$0.isWhitespace } }
            if cells == [""] || (position == 0 && cells.map { $0.lowercased() } == ["ward", "delegate"]) { continue }
            guard cells.count == 2, let ward = LoginName(cells[0]), let delegate = LoginName(cells[1]), ward != delegate
            else {
                throw Failure(
                    .refused, Sentence(CeremonyFaults.badPair, path, "\(position + 1)"),
                    hint: Sentence(CeremonyHints.pairForm))
            }
            guard wards.insert(ward).inserted else {
                throw Failure(.refused, Sentence(CeremonyFaults.wardTwice, path, "\(position + 1)"))
            }
            pairs.append(.init(ward: ward, delegate: delegate))
        }
        guard (1...WireLimits.ceremonyPeople).contains(pairs.count) else {
            throw Failure(
                .refused, Sentence(CeremonyFaults.pairCount, path, "\(pairs.count)", "\(WireLimits.ceremonyPeople)"))
        }
        return pairs
    }
}
