import VaultModel

/// `purposes/*.cases.yaml`. A case says only what differs from the ordinary: the purpose's own app reads all its fields
/// of one resident, a day after a grant of the newest version with all that the purpose allows.
extension PolicyReader {
    /// The day on which the cases' grants begin: 2026-01-01 in the vault's zone.
    private static let beginning = Instant(milliseconds: 1_767_196_800_000)

    mutating func cases(_ root: SourceNode, fileName: String, policies: PolicySet) -> [PolicyCase] {
        guard var object = object(root, what: "cases") else { return [] }
        let node = required("purpose", of: &object)
        let text = string(node)
        let items = items(required("cases", of: &object)) ?? []
        finish(object)
        guard let text, let node else { return [] }
        if text != fileName { note("cases of '\(text)' stand in a file named '\(fileName)'", at: node.place) }
        guard let purpose = PurposeName(text).flatMap({ policies.purposes[$0] }) else {
            note("unknown purpose '\(text)'", at: node.place)
            return []
        }
        return items.compactMap { policyCase($0, of: purpose) }
    }

    private mutating func policyCase(_ node: SourceNode, of purpose: Purpose) -> PolicyCase? {
        guard var object = object(node, what: "a case") else { return nil }
        let name = string(required("name", of: &object))
        let question = question(object.take("request"), of: purpose)
        let grant = grant(object.take("grant"), of: purpose)
        let resident = resident(object.take("resident"))
        let used = object.take("used_today").map { integer($0, in: 0...1_000_000) } ?? 0
        let day = object.take("day").map { integer($0, in: -3650...36_500) } ?? 1
        let expected = outcome(&object)
        finish(object)
        guard let name, let question, let grant, let resident, let used, let day, let expected else { return nil }
        return PolicyCase(
            name: name, file: node.place.file, line: node.place.line, question: question, grant: grant.facts,
            resident: resident, usedToday: used, now: Self.beginning.advanced(bySeconds: Int64(day) * 86_400),
            expected: expected)
    }

    private mutating func question(_ node: SourceNode?, of purpose: Purpose) -> AccessQuestion? {
        var question = AccessQuestion(
            app: purpose.app, purpose: purpose.name, fields: purpose.fields.keys.sorted(),
            action: purpose.actions.contains(.read) ? .read : .write)
        guard let node else { return question }
        guard var object = object(node, what: "a request") else { return nil }
        let before = findings.count
        if let node = object.take("app"), let app = appName(node) { question.app = app }
        if let node = object.take("purpose"), let text = string(node), let name = purposeName(text, at: node.place) {
            question.purpose = name
        }
        if let node = object.take("fields"), let fields = fieldNames(node) { question.fields = fields }
        if let node = object.take("form") { question.form = word(node, of: DisclosureForm.allCases, what: "form") }
        if let node = object.take("action"), let action = word(node, of: GrantAction.forApps, what: "action") {
            question.action = action
        }
        if let node = object.take("rows"), let rows = integer(node, in: 0...1_000_000) { question.rows = rows }
        question.initiator = flag(object.take("initiator"))
        question.caseReference = flag(object.take("case"))
        finish(object)
        return findings.count == before ? question : nil
    }

    private mutating func grant(_ node: SourceNode?, of purpose: Purpose) -> CaseGrant? {
        var facts = GrantFacts(
            state: .given, recipient: purpose.app, purpose: purpose.name, version: purpose.version,
            forms: purpose.fields.mapValues(\.form), actions: Set(purpose.actions), basis: purpose.basis,
            from: Self.beginning, until: purpose.limits.longestUntil(from: Self.beginning),
            readsPerDay: purpose.limits.readsPerDay, rowsPerRequest: purpose.limits.rowsPerRequest)
        guard let node else { return CaseGrant(facts: facts) }
        if case .scalar(.string("none")) = node.content { return CaseGrant(facts: nil) }
        guard var object = object(node, what: "a grant") else { return nil }
        let before = findings.count
        if let node = object.take("state"), let state = word(node, of: GrantState.allCases, what: "state") {
            facts.state = state
        }
        if let node = object.take("recipient"), let app = appName(node) { facts.recipient = app }
        if let node = object.take("version"), let version = integer(node, in: 1...1_000_000) { facts.version = version }
        if let node = object.take("fields"), let fields = fieldNames(node) {
            facts.forms = Dictionary(fields.map { ($0, purpose.fields[$0]?.form ?? .raw) }) { first, _ in first }
        }
        if let node = object.take("actions"), let words = strings(node) {
            facts.actions = Set(words.compactMap(GrantAction.init)).intersection(GrantAction.forApps)
            if facts.actions.count != words.count { note("unknown action", at: node.place) }
        }
        if let node = object.take("form"), let form = word(node, of: DisclosureForm.allCases, what: "form") {
            facts.forms = facts.forms.mapValues { _ in form }
        }
        if let node = object.take("basis"), let basis = word(node, of: LegalBasis.allCases, what: "legal basis") {
            facts.basis = basis
        }
        if let node = object.take("days"), let days = integer(node, in: 0...36_500) {
            facts.until = facts.from.advanced(bySeconds: Int64(days) * 86_400)
        }
        if let node = object.take("reads_per_day"), let reads = integer(node, in: 0...1_000_000) {
            facts.readsPerDay = reads
        }
        if let node = object.take("rows_per_request"), let rows = integer(node, in: 0...1_000_000) {
            facts.rowsPerRequest = rows
        }
        finish(object)
        return findings.count == before ? CaseGrant(facts: facts) : nil
    }

    private mutating func resident(_ node: SourceNode?) -> ResidentFacts? {
        guard let node else { return ResidentFacts(restricted: false) }
        guard var object = object(node, what: "a resident") else { return nil }
        let restricted = flag(object.take("restricted"))
        let age = integer(object.take("age"), in: 0...150)
        finish(object)
        return ResidentFacts(restricted: restricted, age: age)
    }

    private mutating func outcome(_ object: inout ObjectReader) -> Decision.Outcome? {
        let deny = object.take("deny")
        let release = object.take("release")
        let withheld = object.take("withheld")
        if let deny, release == nil, withheld == nil {
            return word(deny, of: ReasonCode.allCases, what: "reason").map { .deny($0) }
        }
        guard deny == nil, let release else {
            note("a case expects either 'deny' with its reason or 'release' with its fields", at: object.place)
            return nil
        }
        let shown = words(release, of: DisclosureForm.allCases, what: "form")
        let reasons = withheld.map { words($0, of: ReasonCode.allCases, what: "reason") } ?? [:]
        guard let shown, let reasons else { return nil }
        return .release(shown, withheld: reasons)
    }

    /// Field names with a word each.
    private mutating func words<Word: RawRepresentable<String>>(
        _ node: SourceNode, of known: [Word], what: String
    ) -> [FieldName: Word]? {
        let members = members(node)
        var words: [FieldName: Word] = [:]
        for member in members {
            guard let name = FieldName(member.key) else {
                note("'\(member.key)' is no field's name", at: member.place)
                continue
            }
            words[name] = word(member.value, of: known, what: what)
        }
        return words.count == members.count ? words : nil
    }

    private mutating func fieldNames(_ node: SourceNode) -> [FieldName]? {
        guard let texts = strings(node) else { return nil }
        let names = texts.compactMap(FieldName.init)
        if names.count != texts.count { note("not all of these are fields' names", at: node.place) }
        return names
    }

    private mutating func appName(_ node: SourceNode) -> AppName? {
        guard let text = string(node) else { return nil }
        let name = AppName(text)
        if name == nil { note("'\(text)' is no app's name", at: node.place) }
        return name
    }
}

/// The grant of a case, or that there is none.
private struct CaseGrant {
    let facts: GrantFacts?
}
