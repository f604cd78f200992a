internal import VaultAPI
internal import VaultModel

/// People who act for each other, in words.
struct DelegateListing {
    let console: Console
    /// Those who act for the resident now.
    let delegates: [DelegateView]
    let wards: [WardView]

    init(_ console: Console, delegates: DelegateList, wards: [WardView]) {
        self.console = console
        self.delegates = delegates.items.filter { $0.state.isLive || $0.state == .paused }
        self.wards = wards
    }

    /// Numbers run on from those who act for the resident to those whom they act for.
    func show() {
        console.say(DelegateText.delegatesTitle, "\(delegates.count)")
        for (position, item) in delegates.enumerated() {
            console.say()
            let login = item.login.map(LoginText.grouped) ?? console.text(DelegateText.gone)
            console.say(item.own ? DelegateText.delegate : .guardian, "\(position + 1)", login)
            line(.actsFor, titles(item.fields))
            line(.until, item.until.localMinute)
            line(.state, console.text(TermText(item.state)))
            line(.identifier, item.id.base64)
        }
        console.say()
        console.say(DelegateText.wardsTitle, "\(wards.count)")
        for (position, item) in wards.enumerated() {
            console.say()
            console.say("\(delegates.count + position + 1). " + item.called)
            line(.actsFor, titles(item.fields))
            line(.until, item.until.localMinute)
            line(.waiting, "\(item.openRequests)")
            line(.identifier, item.id.base64)
        }
    }

    private func line(_ key: DelegateText, _ text: String) { console.say("   " + console.text(key, text)) }

    private func titles(_ fields: [ConsentField]) -> String {
        fields.map { $0.title.text(in: console.language) }.joined(separator: console.language == .chinese ? "、" : ", ")
    }

    /// The person a number, a name, a login number or an id names among those whom the resident acts for.
    func ward(named text: String) throws(Failure) -> WardView {
        if text.count <= 4, let number = Int(text) {
            if wards.indices.contains(number - delegates.count - 1) { return wards[number - delegates.count - 1] }
        }
        let digits = text.filter { !$0.isWhitespace }
        let matches = wards.filter {
            $0.name == text || $0.login.text == digits || (text.count >= 6 && $0.id.base64.hasPrefix(text))
        }
        guard let match = matches.first else {
            throw Failure(.refused, Sentence(DelegateFaults.noSuchWard, text), hint: Sentence(DelegateHints.listDelegates))
        }
        guard matches.count == 1 else {
            throw Failure(.refused, Sentence(DelegateFaults.severalWards, text), hint: Sentence(DelegateHints.listDelegates))
        }
        return match
    }

    /// What a person shows of a ward's record.
    static func show(_ fields: [FieldView], of ward: WardView, _ console: Console) {
        console.say(DelegateText.recordOf, ward.called)
        console.say()
        let table = fields.map { field in
            [
                field.title.text(in: console.language), RecordView.text(field.value, console),
                source(field, console), field.time.localMinute,
            ]
        }
        let titles = [ConsentText.columnField, .columnValue, .columnSource, .columnTime].map { console.text($0) }
        for line in Table.lines(titles, table) { console.say(line) }
    }

    private static func source(_ field: FieldView, _ console: Console) -> String {
        if field.source == "~" { return console.text(DelegateText.heSelf) }
        if field.source.hasPrefix("~") { return console.text(DelegateText.someoneFor, String(field.source.dropFirst())) }
        return field.sourceTitle?.text(in: console.language) ?? field.source
    }
}

extension WardView {
    /// The name, or the login number where the name is not the delegate's to see.
    var called: String { name.map { "\($0)（\(LoginText.grouped(login))）" } ?? LoginText.grouped(login) }
}
