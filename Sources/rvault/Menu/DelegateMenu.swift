internal import VaultAPI
internal import VaultModel

/// Who acts for the resident and whom they act for, for people who have never used a command line.
struct DelegateMenu {
    let console: Console

    /// False if nobody answers.
    func run(_ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog) async throws -> Bool {
        let list = try await calls.delegates()
        let listing = DelegateListing(console, delegates: list, wards: try await calls.wards())
        listing.show()
        console.say()
        guard let choice = try dialog.choice(.delegateChoices, 0...3) else { return false }
        switch choice {
        case 1:
            guard !listing.wards.isEmpty else {
                dialog.show(DelegateText.noWards)
                return true
            }
            let first = listing.delegates.count + 1
            guard let number = try dialog.number(.whichPerson, 0...(first + listing.wards.count - 1)) else { return false }
            guard number >= first else { return true }
            return try await act(for: listing.wards[number - first], calls, dialog)
        case 2: return try await add(list.notice, calls, dialog)
        case 3:
            guard !listing.delegates.isEmpty else {
                dialog.show(DelegateText.noDelegates)
                return true
            }
            guard let number = try dialog.number(.whichPerson, 0...listing.delegates.count) else { return false }
            guard number > 0 else { return true }
            try await calls.withdraw(listing.delegates[number - 1].id)
            dialog.show(DelegateText.removed)
        default: break
        }
        return true
    }

    private func act(for ward: WardView, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog) async throws -> Bool {
        while true {
            dialog.show(DelegateText.inNameOf, ward.called)
            let overview = try await calls.overview(of: ward.id)
            guard
                let choice = try dialog.choice(
                    .wardChoices, 0...3, "\(overview.requests.count)", "\(overview.grants.count)")
            else { return false }
            let answered: Bool
            switch choice {
            case 1:
                DelegateListing.show(try await calls.fields(of: ward.id), of: ward, console)
                answered = try dialog.line(Sentence(MenuText.back)) != nil
            case 2: answered = try await RequestMenu(console: console, ward: ward).run(overview, calls, dialog)
            case 3: answered = try await GrantMenu(console: console, ward: ward).run(overview, calls, dialog)
            default: return true
            }
            guard answered else { return false }
        }
    }

    /// Everything this person will be able to do is said before they are let in.
    private func add(
        _ notice: LocalizedText, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog
    ) async throws -> Bool {
        guard let typed = try dialog.line(Sentence(MenuText.whoseLogin)) else { return false }
        let login = try LoginText.read(typed)
        let record = try await calls.fields().fields
        for (position, field) in record.enumerated() {
            console.say("  \(position + 1)  \(field.title.text(in: console.language))")
        }
        guard let line = try dialog.line(Sentence(MenuText.whichFields)) else { return false }
        let words = line.split { $0.isWhitespace || $0 == "," || $0 == "，" || $0 == "、" }
        let numbers = words.compactMap { Int($0) }.filter { record.indices.contains($0 - 1) }
        guard numbers.count == words.count, !record.isEmpty else {
            dialog.show(MenuText.notFields)
            return true
        }
        let fields = numbers.isEmpty ? record.map(\.field) : Set(numbers).sorted().map { record[$0 - 1].field }
        console.say(notice.text(in: console.language))
        let yes = console.text(MenuText.wordYes)
        guard let answer = try dialog.line(Sentence(MenuText.sureDelegate, yes)) else { return false }
        guard answer.filter({ !$0.isWhitespace }).lowercased() == yes else {
            dialog.show(MenuText.nothingDone)
            return true
        }
        let grant = try await calls.addDelegate(DelegateRequest(login: login, fields: fields))
        dialog.show(DelegateText.added, grant.base64)
        return true
    }
}
