internal import VaultModel

/// The rules that bind each entry to those before it, apart from grants.
///
/// - The first entry is `init`, and no other is.
/// - Every entry is of one vault.
/// - Time never goes back.
/// - Every entry carries the config digest in force. `init` sets it. A `config` entry holds a change that `replaces`
///   the digest before it, and from itself on carries a new one, which was never in force before: the config holds a
///   number that only grows.
/// - No state tag stands twice: the second would be a change to rows that had been rolled back.
/// - Outside erasures a state tag comes with a state. An `erased` entry carries no state; a subject in it that names no
///   grant is the resident, and carries the tag of the revision that will never come.
///
/// After a finding the rules go on from what the entry says, so that one edit is one finding and not a million.
struct ChainRules {
    private var vault: Key16?
    private var time: Int64 = 0
    private var isFirst = true
    private var config: [UInt8] = []
    private var configsBefore: Set<[UInt8]> = []
    private var stateTags = KeyTable<Void>()

    init(vault: Key16?) { self.vault = vault }

    mutating func check(
        _ scan: ScannedEntry, _ action: LogAction, in text: EntryText, at place: LogFinding.Place,
        _ findings: inout FindingList
    ) {
        if isFirst != (action == .initialized) {
            findings.add(place, .beginning, isFirst ? "the log does not begin with init" : "init stands a second time")
        }
        if let vault, scan.vault != vault { findings.add(place, .vault, "the entry is of another vault") }
        if vault == nil { vault = scan.vault }
        let now = scan[number: .time] ?? 0
        if now < time { findings.add(place, .time, "time goes back") }
        time = now
        checkConfig(scan, action, in: text, at: place, &findings)
        for subject in scan.subjects { checkState(of: subject, action, at: place, &findings) }
        isFirst = false
    }

    private mutating func checkConfig(
        _ scan: ScannedEntry, _ action: LogAction, in text: EntryText, at place: LogFinding.Place,
        _ findings: inout FindingList
    ) {
        let digest = text.bytes[scan[.config]]
        if action != .config, config.withUnsafeBufferPointer(digest.equals) { return }
        if action == .config {
            if Self.replaced(by: scan, in: text) != config {
                findings.add(place, .config, "the change does not replace the config in force")
            }
            if configsBefore.contains(Array(digest)) {
                findings.add(place, .config, "the change goes back to a config that was in force before")
            }
        } else if !isFirst {
            findings.add(place, .config, "the entry does not carry the config in force")
        }
        config = Array(digest)
        configsBefore.insert(config)
    }

    /// The digest's text that a change says it replaces; nil without one.
    private static func replaced(by scan: ScannedEntry, in text: EntryText) -> [UInt8]? {
        guard scan[.change].isPresent, let change = try? text.json(text.bytes[scan[.change]], "change") else {
            return nil
        }
        return (change["replaces"]?.string).map { Array($0.utf8) }
    }

    private mutating func checkState(
        of subject: ScannedEntry.Subject, _ action: LogAction, at place: LogFinding.Place, _ findings: inout FindingList
    ) {
        if let tag = subject.stateTag, !stateTags.insert(tag) {
            findings.add(place, .state, "a state tag stands a second time, so rows were rolled back")
        }
        if action == .erased {
            if subject.state.isPresent { findings.add(place, .state, "an erasure carries a state") }
            if subject.grant == nil, subject.stateTag == nil {
                findings.add(place, .state, "an erasure does not carry the next state tag")
            }
        } else if subject.stateTag != nil, !subject.state.isPresent {
            findings.add(place, .state, "a state tag stands without a state")
        }
    }
}
