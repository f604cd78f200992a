internal import VaultAPI
internal import VaultModel

/// Requests and permissions in plain words.
struct ConsentView {
    let console: Console
    /// Whose data it is; nil for whoever looks.
    var person: String?

    func show(_ overview: ConsentOverview) {
        console.say(ConsentText.requestsTitle, "\(overview.requests.count)")
        for (position, request) in overview.requests.enumerated() { show(request, number: position + 1) }
        console.say()
        console.say(ConsentText.grantsTitle, "\(overview.grants.count)")
        for (position, grant) in overview.grants.enumerated() {
            show(grant, number: overview.requests.count + position + 1)
        }
    }

    func show(_ request: RequestView, number: Int) {
        console.say()
        head(ConsentText.wantsToRead, request.recipient, number, request.fields)
        line(.purpose, request.recipient.title)
        line(.why, request.necessity)
        line(.impact, request.impact)
        line(.notice, request.recipient.notice)
        let sensitive = request.fields.filter { $0.sensitive == true }.map { $0.title.text(in: console.language) }
        if !sensitive.isEmpty { line(.sensitive, list(sensitive)) }
        if let until = request.until {
            line(.until, until.localMinute)
        } else {
            line(.until, console.text(ConsentText.noEnd))
        }
        if request.state == .requested {
            line(.answerBy, request.expires.localMinute)
        } else {
            line(.state, console.text(TermText(request.state)))
        }
        line(.identifier, request.id.base64)
    }

    func show(_ grant: GrantView, number: Int) {
        console.say()
        head(access(grant), grant.recipient, number, grant.fields)
        if grant.actions.contains(.read), grant.actions.contains(.write) { say(.mayWrite) }
        line(.purpose, grant.recipient.title)
        line(.basis, console.text(TermText(grant.basis)))
        line(.from, grant.from.localMinute)
        if let until = grant.until {
            line(.until, until.localMinute)
        } else {
            line(.until, console.text(ConsentText.noEnd))
        }
        line(.state, console.text(TermText(grant.state)) + (grant.ended.map { " · \($0.localMinute)" } ?? ""))
        line(.identifier, grant.id.base64)
    }

    /// `1. 停车公司（parking）想看：姓名、手机号（部分遮住）`
    private func head(_ text: ConsentText, _ recipient: ConsentParty, _ number: Int, _ fields: [ConsentField]) {
        let names = fields.map { field in
            let title = field.title.text(in: console.language)
            return field.form == .raw
                ? title : console.text(ConsentText.fieldInForm, title, console.text(TermText(field.form)))
        }
        let party = recipient.partyTitle.text(in: console.language)
        if let person, let text = DelegateText(text) {
            console.say("\(number). " + console.text(text, party, recipient.app.text, list(names), person))
        } else {
            console.say("\(number). " + console.text(text, party, recipient.app.text, list(names)))
        }
        if recipient.operatorHeld { say(.operatorHeld) }
    }

    private func access(_ grant: GrantView) -> ConsentText {
        guard grant.state.isLive else { return .couldRead }
        return grant.actions.contains(.read) ? .mayRead : .mayOnlyWrite
    }

    private func say(_ text: ConsentText) { console.say("   " + console.text(text)) }

    private func line(_ label: ConsentText, _ text: LocalizedText) { line(label, text.text(in: console.language)) }

    private func line(_ label: ConsentText, _ text: String) {
        guard !text.isEmpty else { return }
        console.say("   " + console.text(label, text))
    }

    private func list(_ items: [String]) -> String {
        items.joined(separator: console.language == .chinese ? "、" : ", ")
    }
}
