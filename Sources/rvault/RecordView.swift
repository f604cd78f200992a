internal import VaultAPI
internal import VaultModel

/// A resident's record in words.
struct RecordView {
    let console: Console

    func show(_ me: MeView, _ fields: MyFields) {
        let name = me.name ?? fields.fields.first { $0.field.text == "person.name" }?.value.string
        console.say(ConsentText.recordOf, name ?? LoginText.grouped(me.login))
        StandingText.sentences(me, console.language).forEach { console.say($0) }
        console.say()
        let table = fields.fields.map { field in
            [
                field.title.text(in: console.language), Self.text(field.value, console),
                source(field.source, field.sourceTitle), field.time.localMinute,
            ]
        }
        let titles = [ConsentText.columnField, .columnValue, .columnSource, .columnTime].map { console.text($0) }
        for line in Table.lines(titles, table) { console.say(line) }
        guard !fields.proposals.isEmpty else { return }
        console.say()
        console.say(ConsentText.proposals)
        for proposal in fields.proposals {
            console.say(
                ConsentText.proposal, proposal.app.text, proposal.title.text(in: console.language),
                Self.text(proposal.value, console), proposal.field.text)
        }
    }

    private func source(_ source: String, _ title: LocalizedText?) -> String {
        if source == "~" { return console.text(ConsentText.yourself) }
        if source.hasPrefix("~") { return console.text(DelegateText.someoneFor, String(source.dropFirst())) }
        return title?.text(in: console.language) ?? source
    }

    /// A value as a person writes it: lists with commas, yes and no as words.
    static func text(_ value: JSON, _ console: Console) -> String {
        switch value {
        case .null: "–"
        case .bool(let flag): console.text(flag ? TermText.yes : .no)
        case .integer(let number): String(number)
        case .string(let text): text.isEmpty ? "–" : text
        case .array(let items):
            items.map { text($0, console) }.joined(separator: console.language == .chinese ? "、" : ", ")
        case .object: String(decoding: value.encoded, as: UTF8.self)
        }
    }
}
