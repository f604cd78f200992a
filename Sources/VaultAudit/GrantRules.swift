internal import VaultModel

/// Replays the life of every grant from the entries alone (design, section 6).
///
/// - `given` names a grant that was not given before, and its bounds: purpose, fields, form, actions, H(statement) and
///   the app. One without an app is to a person: it is for the vault's own purpose `delegation.care`, which no app can
///   have. `until` is the subject's or else the entry's; without one the grant has no end by date.
/// - `paused` comes after `given` or `resumed`, `resumed` after `paused`. `withdrawn`, `expired`, `terminated`,
///   `invalidated` and `erased` end a grant that is live or paused, once. Each names the grant's own tag, and its app
///   if it names one. A subject of an `erased` entry without a grant is the resident and no matter of these rules.
/// - A subject of an app's or a delegate's entry, or of any `read` or `looked_up`, with the outcome `released` or `written` used the
///   grant it names, and so did one with `proposed` that names a grant: a proposal needs none, for the resident
///   decides. The grant must be live and not past its `until` (the last moment that counts); tag, app and purpose must
///   be the grant's; and its actions must hold `read` for a release, `write` else. An `imported` entry need not name a
///   purpose.
/// - What a subject got is the entry's `fields` less the subject's `withheld`, and in a release no more than
///   `released`. It must lie within the grant's fields. For `looked_up` and `imported` the fields are not checked: one
///   gives out no field, the other lists those of all subjects.
/// - `released` is exactly what the subjects got together, and `form` the most revealing that any of them got: it is
///   within the form of at least one of the grants used. An entry without `form` says: as granted.
struct GrantRules {
    private struct Terms: Hashable {
        var app: Int?
        var purpose: Int
        var fields: FieldSet
        var form: DisclosureForm
        var actions: Set<GrantAction>
    }

    /// A city has millions of them: 32 bytes each.
    private struct Grant {
        let tag: Key16
        let until: Int64
        let terms: UInt32
        private var ended: UInt8 = 0

        init(tag: Key16, until: Int64, terms: UInt32) {
            self.tag = tag
            self.until = until
            self.terms = terms
        }

        private static let ends: [LogAction] = [.withdrawn, .paused, .expired, .terminated, .invalidated, .erased]

        /// The end, or nil while it is live.
        var end: LogAction? {
            get { ended == 0 ? nil : Self.ends[Int(ended) - 1] }
            set { ended = newValue.flatMap(Self.ends.firstIndex).map { UInt8($0) + 1 } ?? 0 }
        }
    }

    private var grants = KeyTable<Grant>()
    /// Each once, however many grants were given on them.
    private var terms: [Terms] = []
    private var termsNumbers: [Terms: UInt32] = [:]

    mutating func check(
        _ scan: ScannedEntry, _ meaning: EntryMeaning, _ vocabulary: EntryVocabulary, in text: EntryText,
        at place: LogFinding.Place, _ findings: inout FindingList
    ) {
        let action = vocabulary.actions.meanings[meaning.action]
        switch action {
        case .given: give(scan, meaning, vocabulary, at: place, &findings)
        case .resumed: resume(scan, meaning, at: place, &findings)
        case .withdrawn, .paused, .expired, .terminated, .invalidated, .erased:
            end(scan, meaning, action, at: place, &findings)
        default: break
        }
        checkUses(scan, meaning, action, vocabulary, in: text, at: place, &findings)
    }

    private mutating func give(
        _ scan: ScannedEntry, _ meaning: EntryMeaning, _ vocabulary: EntryVocabulary, at place: LogFinding.Place,
        _ findings: inout FindingList
    ) {
        guard let purpose = meaning.purpose, let fields = meaning.fields, let form = meaning.form,
            let actions = meaning.actions
        else { return findings.add(place, .grant, "a grant is given without its purpose, fields, form or actions") }
        if (meaning.app == nil) != vocabulary.isDelegation(purpose) {
            findings.add(
                place, .grant, meaning.app == nil ? "a grant is given to nobody" : "a grant to a person is given to an app")
        }
        let terms = number(of: Terms(app: meaning.app, purpose: purpose, fields: fields, form: form, actions: actions))
        for subject in scan.subjects {
            guard let id = subject.grant, subject.statement.isPresent else {
                findings.add(place, .grant, "a grant is given without its id or statement")
                continue
            }
            let grant = Grant(tag: subject.tag, until: subject.until ?? scan[number: .until] ?? .max, terms: terms)
            let (number, isNew) = grants.insert(id, grant)
            guard !isNew else { continue }
            grants[number] = grant
            findings.add(place, .grant, "a grant is given a second time")
        }
    }

    private mutating func number(of new: Terms) -> UInt32 {
        if let known = termsNumbers[new] { return known }
        let number = UInt32(terms.count)
        terms.append(new)
        termsNumbers[new] = number
        return number
    }

    private mutating func resume(
        _ scan: ScannedEntry, _ meaning: EntryMeaning, at place: LogFinding.Place, _ findings: inout FindingList
    ) {
        for subject in scan.subjects {
            guard let number = known(subject, meaning, at: place, &findings) else { continue }
            if grants[number].end != .paused { findings.add(place, .grant, "a grant is resumed that is not paused") }
            grants[number].end = nil
        }
    }

    private mutating func end(
        _ scan: ScannedEntry, _ meaning: EntryMeaning, _ action: LogAction, at place: LogFinding.Place,
        _ findings: inout FindingList
    ) {
        for subject in scan.subjects where action != .erased || subject.grant != nil {
            guard let number = known(subject, meaning, at: place, &findings) else { continue }
            if let end = grants[number].end, end != .paused || action == .paused {
                findings.add(place, .grant, "a grant is \(action.rawValue) that was \(end.rawValue)")
            }
            grants[number].end = action
        }
    }

    /// The number of the subject's grant if it was given, under this tag and to this app.
    private func known(
        _ subject: ScannedEntry.Subject, _ meaning: EntryMeaning, at place: LogFinding.Place,
        _ findings: inout FindingList
    ) -> Int? {
        guard let number = subject.grant.flatMap(grants.number) else {
            findings.add(place, .grant, "a subject names no grant that was given before")
            return nil
        }
        let grant = grants[number]
        if grant.tag != subject.tag {
            findings.add(place, .grant, "a grant stands under another tag than it was given")
        }
        if let app = meaning.app, app != terms[Int(grant.terms)].app {
            findings.add(place, .grant, "a grant stands with another app than it was given")
        }
        return number
    }
}

// MARK: - Uses

extension GrantRules {
    private func checkUses(
        _ scan: ScannedEntry, _ meaning: EntryMeaning, _ action: LogAction, _ vocabulary: EntryVocabulary,
        in text: EntryText, at place: LogFinding.Place, _ findings: inout FindingList
    ) {
        // Without an app it is the resident or the operator, who need no grant; but a read is always someone else's, and
        // a delegate has nothing but the grant.
        guard meaning.app != nil || meaning.role == .delegate || action == .read || action == .lookedUp else { return }
        var together = FieldSet()
        var mostRevealing: DisclosureForm?
        for (position, subject) in scan.subjects.enumerated() {
            let outcome = text.bytes[subject.outcome]
            let need: GrantAction
            if outcome.equals("released") {
                need = .read
            } else if outcome.equals("written") || (outcome.equals("proposed") && subject.grant != nil) {
                need = .write
            } else {
                continue
            }
            var got = meaning.fields ?? FieldSet()
            if !meaning.withheld.isEmpty, let withheld = meaning.withheld[position] { got.subtract(withheld) }
            if need == .read {
                got.formIntersection(meaning.released ?? FieldSet())
                together.formUnion(got)
            }
            let use = Use(need: need, fields: got, time: scan[number: .time] ?? 0)
            for wrong in violations(of: use, by: subject, meaning, action, vocabulary) {
                findings.add(place, .access, wrong)
            }
            if need == .read, let grant = subject.grant.flatMap({ grants[$0] }) {
                mostRevealing = max(mostRevealing ?? .answer, terms[Int(grant.terms)].form)
            }
        }
        if let form = meaning.form, let mostRevealing, form > mostRevealing {
            findings.add(place, .access, "released in a form beyond the grant's")
        }
        if let released = meaning.released, !released.isSubset(of: together) {
            findings.add(place, .access, "the entry names released fields that no subject got")
        }
    }

    private struct Use {
        var need: GrantAction
        var fields: FieldSet
        var time: Int64

        var verb: String { need == .read ? "released" : "written" }
    }

    private func violations(
        of use: Use, by subject: ScannedEntry.Subject, _ meaning: EntryMeaning, _ action: LogAction,
        _ vocabulary: EntryVocabulary
    ) -> [String] {
        guard let id = subject.grant, let grant = grants[id] else {
            return ["\(use.verb) without a grant that was given before"]
        }
        let terms = terms[Int(grant.terms)]
        var wrong: [String] = []
        if let end = grant.end { wrong.append("\(use.verb) after the grant was \(end.rawValue)") }
        if use.time >= grant.until { wrong.append("\(use.verb) after the grant's end date") }
        if subject.tag != grant.tag { wrong.append("\(use.verb) under another tag than the grant's") }
        if meaning.app != terms.app { wrong.append("\(use.verb) to another app than the grant's") }
        if meaning.purpose != terms.purpose, action != .imported || meaning.purpose != nil {
            wrong.append("\(use.verb) for another purpose than the grant's")
        }
        // Who may only write must find whom to write to, so any live grant lets its app look up.
        if action != .lookedUp, !terms.actions.contains(use.need) { wrong.append("the grant does not allow to \(use.need.rawValue)") }
        guard action != .lookedUp, action != .imported else { return wrong }
        if !use.fields.isSubset(of: terms.fields) {
            var beyond = use.fields
            beyond.subtract(terms.fields)
            wrong.append("\(use.verb) beyond the grant's fields: \(vocabulary.names(in: beyond))")
        }
        return wrong
    }
}
