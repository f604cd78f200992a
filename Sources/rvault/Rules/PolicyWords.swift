internal import VaultModel
internal import VaultPolicy

/// A change of policies in words, from the change alone: what is new, what was before, what is no more. Each part is told
/// whole; nil wherever something stands that there are no words for.
struct PolicyWords {
    /// One thing said of a part: what it is about, so that before and after can be held against each other, and the words.
    private typealias Line = (key: String, text: String)

    private let diff: PolicyDiff
    private let console: Console

    init(_ diff: PolicyDiff, _ console: Console) {
        self.diff = diff
        self.console = console
    }

    /// What the parts of a change of policies can be; a part that is none of them has no words here.
    private static let parts: Set<String> = ["parties", "fields", "purposes", "log_retention_days", "backup_days"]

    func lines() -> [String]? {
        let put = diff.json["put"]?.object ?? [:]
        guard Set(put.keys).isSubset(of: Self.parts) else { return nil }
        var lines: [String] = []
        for (name, json) in diff.put.parties.sorted(by: { $0.key < $1.key }) {
            guard let told = tell(json, before: diff.was.parties[name], title: name, of: partyLines, new: .newParty, changed: .changedParty)
            else { return nil }
            lines += told
        }
        for (name, json) in diff.put.fields.sorted(by: { $0.key < $1.key }) {
            guard let told = tell(json, before: diff.was.fields[name], title: name, of: fieldLines, new: .newField, changed: .changedField)
            else { return nil }
            lines += told
        }
        for (name, json) in diff.put.purposes.sorted(by: { $0.key < $1.key }) {
            guard
                let told = tell(
                    json, before: diff.was.purposes[name], title: name, of: purposeLines, new: .newPurpose, changed: .changedPurpose)
            else { return nil }
            lines += told
        }
        for name in diff.drop.purposes {
            lines.append(console.text(RulesText.dropsPurpose, title(diff.was.purposes[name], name)))
        }
        for name in diff.drop.fields { lines.append(console.text(RulesText.dropsField, title(diff.was.fields[name], name))) }
        for name in diff.drop.parties { lines.append(console.text(RulesText.dropsParty, title(diff.was.parties[name], name))) }
        if let days = diff.put.logRetentionDays {
            lines.append(console.text(RulesText.logRetention, "\(days)", "\(diff.was.logRetentionDays ?? 0)"))
        }
        if let days = diff.put.backupDays {
            lines.append(console.text(RulesText.backupLife, "\(days)", "\(diff.was.backupDays ?? 0)"))
        }
        return lines
    }

    /// A party's title and name.
    func party(_ name: String) -> String {
        let titles = diff.put.parties[name]?["title"] ?? diff.was.parties[name]?["title"] ?? diff.partyTitles[name]
        return both(titles).map { "\($0) (\(name))" } ?? name
    }

    private func field(_ name: String) -> String {
        let titles = diff.put.fields[name]?["title"] ?? diff.was.fields[name]?["title"] ?? diff.fieldTitles[name]
        return both(titles).map { "\($0) (\(name))" } ?? name
    }

    private func title(_ json: JSON?, _ name: String) -> String { both(json?["title"]).map { "\($0) (\(name))" } ?? name }

    /// Both languages: a custodian signs both.
    private func both(_ json: JSON?) -> String? {
        guard json?.object?.count == 2, let zh = json?["zh"]?.string, let en = json?["en"]?.string else { return nil }
        return "\(zh) / \(en)"
    }

    private func tell(
        _ json: JSON, before: JSON?, title: String, of words: (JSON) -> [Line]?, new: RulesText, changed: RulesText
    ) -> [String]? {
        guard let lines = words(json) else { return nil }
        guard let before else { return [console.text(new, self.title(json, title))] + lines.map { "  " + $0.text } }
        guard let old = words(before) else { return nil }
        let held = Dictionary(old.map { ($0.key, $0.text) }) { first, _ in first }
        var told = [console.text(changed, self.title(json, title))]
        for line in lines {
            told.append("  " + line.text)
            if let was = held[line.key] {
                if was != line.text { told.append("    " + console.text(RulesText.before, was)) }
            } else {
                told.append("    " + console.text(RulesText.isNew))
            }
        }
        let kept = Set(lines.map(\.key))
        for line in old where !kept.contains(line.key) { told.append("  " + console.text(RulesText.noLonger, line.text)) }
        return told
    }

    private func partyLines(_ json: JSON) -> [Line]? {
        guard var members = StrictMembers(json), let title = both(members.take("title")),
            let contact = both(members.take("contact")), let apps = members.take("apps")?.strings, members.isDone
        else { return nil }
        return [
            ("title", console.text(RulesText.title, title)), ("contact", console.text(RulesText.contact, contact)),
            ("apps", console.text(RulesText.apps, apps.isEmpty ? "–" : apps.joined(separator: ", "))),
        ]
    }

    private func fieldLines(_ json: JSON) -> [Line]? {
        guard var members = StrictMembers(json), let title = both(members.take("title")), let type = members.take("type")?.string,
            let sensitivity = members.take("sensitivity")?.string.flatMap(Sensitivity.init(rawValue:)),
            let retention = members.take("retention")
        else { return nil }
        var lines: [Line] = [
            ("title", console.text(RulesText.title, title)), ("type", console.text(RulesText.type, type)),
            ("sensitivity", console.text(sensitivity == .sensitive ? RulesText.sensitive : .notSensitive)),
        ]
        if let days = retention.integer {
            lines.append(("retention", console.text(RulesText.keptDays, "\(days)")))
        } else if retention == "enrolled" {
            lines.append(("retention", console.text(RulesText.keptEnrolled)))
        } else {
            return nil
        }
        if let values = members.take("values") {
            guard let words = values.strings else { return nil }
            lines.append(("values", console.text(RulesText.values, words.joined(separator: ", "))))
        }
        if let lookup = members.take("lookup") {
            guard lookup == true else { return nil }
            lines.append(("lookup", console.text(RulesText.lookup)))
        }
        if let verify = members.take("verify") {
            guard verify == true else { return nil }
            lines.append(("verify", console.text(RulesText.verify)))
        }
        if let form = members.take("form") {
            guard let form = form.string.flatMap(DisclosureForm.init(rawValue:)) else { return nil }
            lines.append(("form", console.text(RulesText.mostForm, console.text(TermText(form)))))
        }
        if let mask = members.take("mask") {
            guard mask == "name" else { return nil }
            lines.append(("mask", console.text(RulesText.maskedAsName)))
        }
        return members.isDone ? lines : nil
    }

    private func purposeLines(_ json: JSON) -> [Line]? {
        guard var members = StrictMembers(json), let title = both(members.take("title")),
            let version = members.take("version")?.integer, let app = members.take("app")?.string,
            let party = members.take("party")?.string,
            let basis = members.take("basis")?.string.flatMap(LegalBasis.init(rawValue:)),
            let actions = members.take("actions")?.strings, let fields = members.take("fields")?.object,
            let notice = both(members.take("notice")), let necessity = both(members.take("necessity")),
            let impact = both(members.take("impact")), let retention = members.take("retention_days")?.integer,
            var limits = StrictMembers(members.take("limits")), let days = limits.take("days")?.integer,
            let reads = limits.take("reads_per_day")?.integer, let rows = limits.take("rows_per_request")?.integer,
            limits.isDone
        else { return nil }
        var lines: [Line] = [
            ("title", console.text(RulesText.title, title)), ("version", console.text(RulesText.version, "\(version)")),
            ("app", console.text(RulesText.recipient, app, self.party(party))),
            (
                "basis",
                console.text(basis.needsConsent ? RulesText.byConsent : .withoutConsent, console.text(RulesTerms(basis)))
            ),
        ]
        var words: [String] = []
        for action in actions {
            guard let action = GrantAction(rawValue: action) else { return nil }
            words.append(console.text(action == .read ? RulesText.reads : .writes))
        }
        lines.append(("actions", console.text(RulesText.actions, words.joined(separator: ", "))))
        for (name, rule) in fields.sorted(by: { $0.key < $1.key }) {
            guard let text = fieldRule(rule) else { return nil }
            lines.append(("fields.\(name)", console.text(RulesText.fieldRule, field(name), text)))
        }
        lines += [
            ("limits", console.text(RulesText.limits, "\(days)", "\(reads)", "\(rows)")),
            ("retention_days", console.text(RulesText.appKeeps, "\(retention)")),
        ]
        if let oldest = members.take("oldest_version") {
            guard let oldest = oldest.integer else { return nil }
            lines.append(("oldest_version", console.text(RulesText.oldestVersion, "\(oldest)")))
        }
        if let stated = members.take("must_state") {
            guard let stated = stated.strings, Set(stated).isSubset(of: ["initiator", "case"]) else { return nil }
            let words = stated.map { console.text($0 == "case" ? RulesText.caseReference : .initiator) }
            lines.append(("must_state", console.text(RulesText.mustState, words.joined(separator: ", "))))
        }
        if let citations = members.take("citations") {
            guard let citations = citations.strings else { return nil }
            lines.append(("citations", console.text(RulesText.citations, citations.joined(separator: "; "))))
        }
        lines += [
            ("notice", console.text(RulesText.notice, notice)), ("necessity", console.text(RulesText.necessity, necessity)),
            ("impact", console.text(RulesText.impact, impact)),
        ]
        return members.isDone ? lines : nil
    }

    /// How much of a field an app gets.
    private func fieldRule(_ json: JSON) -> String? {
        guard var members = StrictMembers(json),
            let form = members.take("form")?.string.flatMap(DisclosureForm.init(rawValue:))
        else { return nil }
        var parts = [console.text(TermText(form))]
        if let bands = members.take("bands") {
            guard let starts = bands.array?.compactMap(\.integer), starts.count == bands.array?.count else { return nil }
            parts.append(console.text(RulesText.bands, starts.map(String.init).joined(separator: ", ")))
        }
        if let answer = members.take("answer") {
            guard let question = question(answer) else { return nil }
            parts.append(console.text(RulesText.question, question))
        }
        if let write = members.take("write") {
            guard write == true else { return nil }
            parts.append(console.text(RulesText.mayWrite))
        }
        return members.isDone ? parts.joined(separator: ", ") : nil
    }

    private func question(_ json: JSON) -> String? {
        if json == "present" { return console.text(RulesText.isPresent) }
        guard let members = json.object, members.count == 1, let (word, constant) = members.first else { return nil }
        let text = String(decoding: constant.encoded, as: UTF8.self)
        return switch word {
        case "contains": console.text(RulesText.contains, text)
        case "at_least_years": console.text(RulesText.atLeastYears, text)
        case "at_least": console.text(RulesText.atLeast, text)
        case "equals": console.text(RulesText.equals, text)
        case "one_of": console.text(RulesText.oneOf, text)
        default: nil
        }
    }
}
