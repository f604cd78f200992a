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
    /// The keys that the entries name.
    private(set) var keys = LogKeyChain()
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
        let action = vocabulary.actions.meanings[meaning.action]
        if action == .config || action == .initialized { try takeKey(action, in: text, at: place, &findings) }
        chain.check(scan, action, in: text, at: place, &findings)
        let begun = epochs.begun
        epochs.check(scan, action, in: text, at: index, &findings)
        if begun == nil, epochs.begun != nil || epochs.breaks.last?.entry == index { starts.insert(index) }
        grants.check(scan, meaning, vocabulary, in: text, at: place, &findings)
    }

    /// A config's entry can name the key that signs the log from then on.
    private mutating func takeKey(
        _ action: LogAction, in text: EntryText, at place: LogFinding.Place, _ findings: inout FindingList
    ) throws(AuditError) {
        guard scan[.change].isPresent, let vault = VaultID(scan.vault.bytes) else { return }
        let change = try text.json(text.bytes[scan[.change]], "change")
        if let wrong = keys.take(next &- 1, action, vault: vault, change: change) { findings.add(place, .config, wrong) }
    }
}
