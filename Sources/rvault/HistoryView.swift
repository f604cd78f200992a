internal import VaultAPI
internal import VaultModel

/// A resident's history in words: who did what to their record, when, and what for.
struct HistoryView {
    let console: Console

    func show(_ page: HistoryPage) {
        guard !page.items.isEmpty else { return console.say(AuditText.noHistory) }
        for item in page.items { lines(item).forEach { console.say($0) } }
    }

    /// One line of what happened, and lines of what it was about.
    func lines(_ item: HistoryItem) -> [String] {
        var lines = ["\(item.time.localMinute)  \(sentence(item))"]
        func add(_ key: HistoryText, _ argument: String = "") { lines.append("    " + console.text(key, argument)) }
        if item.purpose != .delegation, let purpose = item.purposeTitle?.text(in: console.language) ?? item.purpose?.text { add(.forPurpose, purpose) }
        if !item.fields.isEmpty { add(.fields, titles(item.fields)) }
        if !item.withheld.isEmpty { add(.withheld, titles(item.withheld)) }
        if let initiator = item.initiator { add(.who, initiator) }
        if item.role == "delegate", item.app != nil { add(.byDelegate) }
        if item.basis == .emergency { add(.emergency) }
        if item.reason == "state_differs" { add(.differs) }
        return lines
    }

    private func titles(_ fields: [HistoryItem.Field]) -> String {
        fields.map { $0.title.text(in: console.language) }.joined(separator: console.language == .chinese ? "、" : ", ")
    }

    /// Why the other side's permission ended.
    private func ended(_ reason: String?) -> HistoryText {
        switch reason {
        case "app_removed": .appRemoved
        case "purpose_dropped": .purposeDropped
        case "recipient_changed": .recipientChanged
        case "version_withdrawn": .versionWithdrawn
        case "handover": .handover
        default: .terminated
        }
    }

    private func sentence(_ item: HistoryItem) -> String {
        let app = item.app.map { app in
            item.partyTitle.map { title in
                let party = title.text(in: console.language)
                return console.language == .chinese ? "\(party)（\(app.text)）" : "\(party) (\(app.text))"
            } ?? app.text
        }
        // Without an app, what has the purpose of a delegation is about a person.
        let isPerson = app == nil && (item.role == "delegate" || item.purpose == .delegation)
        let someone = console.text(isPerson ? HistoryText.delegate : .vault)
        let actor = item.role == "resident" ? console.text(HistoryText.yourself) : app ?? someone
        let other = app ?? someone
        return switch item.action {
        case "enrolled": console.text(HistoryText.enrolled, actor)
        case "given": console.text(HistoryText.given, other)
        case "activated": console.text(HistoryText.activated, actor)
        case "passphrase": console.text(HistoryText.passphrase, actor)
        case "login": console.text(HistoryText.login, actor)
        case "viewed": console.text(HistoryText.viewed, actor)
        case "requested": console.text(HistoryText.requested, other)
        case "denied": console.text(item.reason == "proposal_declined" ? HistoryText.declined : .denied, other)
        case "withdrawn": console.text(HistoryText.withdrawn, other)
        case "paused": console.text(HistoryText.paused, other)
        case "resumed": console.text(HistoryText.resumed, other)
        case "expired": console.text(HistoryText.expired, other)
        case "terminated": console.text(ended(item.reason), other)
        case "invalidated": console.text(HistoryText.invalidated, other)
        case "rekeyed": console.text(HistoryText.rekeyed)
        case "read": console.text(item.outcome == "released" ? HistoryText.read : .readNothing, other)
        case "written": console.text(HistoryText.written, actor)
        case "proposed": console.text(HistoryText.proposed, other)
        case "imported": console.text(HistoryText.imported, actor)
        case "looked_up": console.text(item.outcome == "released" ? HistoryText.lookedUp : .lookedUpNothing, other)
        case "refused": console.text(HistoryText.refused, other)
        case "erased": console.text(HistoryText.erased)
        case "fields_erased" where item.reason == "retention": console.text(HistoryText.keptLongEnough)
        case "fields_erased" where item.reason == "letter": console.text(HistoryText.letterEnded)
        case "fields_erased": console.text(HistoryText.fieldsErased, actor)
        case "custody": console.text(HistoryText.custody)
        case "recovered": console.text(HistoryText.recovered)
        case "rotated": console.text(HistoryText.rotated)
        case "rebased": console.text(HistoryText.rebased)
        default: console.text(HistoryText.other, actor, item.action)
        }
    }
}
