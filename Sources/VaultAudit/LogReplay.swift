internal import VaultModel

/// Takes entries one by one through form, chain and grants.
struct LogReplay {
    private let scanner = EntryScanner()
    private var scan = ScannedEntry()
    private var vocabulary = EntryVocabulary()
    private var chain: ChainRules
    private var grants = GrantRules()
    private(set) var epochs = LogEpochs()
    /// Where restores begin: the log's root is wanted there.
    private(set) var starts: Set<UInt64> = []
    /// By the number of the action in the vocabulary.
    private var countsByNumber: [UInt64] = []
    private var next: UInt64 = 0

    init(vault: VaultID?) {
        chain = ChainRules(vault: vault.map { Key16(bytes: $0.bytes) })
    }

    var counts: [LogAction: UInt64] {
        Dictionary(
            uniqueKeysWithValues: countsByNumber.indices.map { (vocabulary.actions.meanings[$0], countsByNumber[$0]) })
    }

    mutating func take(_ index: UInt64, _ entry: [UInt8], _ findings: inout FindingList) {
        let place = LogFinding.Place.entry(index)
        if index != next { findings.add(place, .sequence, "entry \(next) should stand here") }
        next = index &+ 1
        entry.withUnsafeBufferPointer { bytes in
            do throws(AuditError) {
                try take(EntryText(bytes: bytes), index, at: place, &findings)
            } catch { findings.add(place, .form, error.description) }
        }
    }

    private mutating func take(
        _ text: EntryText, _ index: UInt64, at place: LogFinding.Place, _ findings: inout FindingList
    ) throws(AuditError) {
        try scanner.scan(text.bytes, into: &scan)
        let meaning = try vocabulary.meaning(of: scan, in: text)
        while countsByNumber.count <= meaning.action { countsByNumber.append(0) }
        countsByNumber[meaning.action] += 1
        chain.check(scan, vocabulary.actions.meanings[meaning.action], in: text, at: place, &findings)
        let begun = epochs.begun
        epochs.check(scan, vocabulary.actions.meanings[meaning.action], in: text, at: index, &findings)
        if begun == nil, epochs.begun != nil || epochs.breaks.last?.entry == index { starts.insert(index) }
        grants.check(scan, meaning, vocabulary, in: text, at: place, &findings)
    }
}
