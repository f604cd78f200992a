internal import VaultAPI
internal import VaultModel

/// Reading and answering requests.
struct RequestMenu {
    let console: Console
    /// For whom; nil for oneself.
    var ward: WardView?

    /// False if nobody answers.
    func run(_ overview: ConsentOverview, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog) async throws
        -> Bool
    {
        guard !overview.requests.isEmpty else {
            dialog.show(MenuText.noRequests)
            return true
        }
        let view = ConsentView(console: console, person: ward?.called)
        for (position, request) in overview.requests.enumerated() { view.show(request, number: position + 1) }
        console.say()
        guard let number = try dialog.number(.whichRequest, 0...overview.requests.count) else { return false }
        guard number > 0 else { return true }
        let request = overview.requests[number - 1]
        view.show(request, number: number)
        console.say()
        guard let choice = try dialog.choice(.requestChoices, 0...3) else { return false }
        switch choice {
        case 1:
            try await approve(request.id, Approval(), calls, dialog)
        case 2:
            guard let less = try less(than: request, dialog) else { return false }
            try await approve(request.id, less, calls, dialog)
        case 3:
            if let ward {
                try await calls.deny(request.id, for: ward.id)
                dialog.show(DelegateText.denied)
            } else {
                try await calls.deny(request.id)
                dialog.show(ConsentText.denied)
            }
        default: dialog.show(MenuText.nothingDone)
        }
        return true
    }

    private func approve(
        _ request: RequestID, _ approval: Approval, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog
    ) async throws {
        if let ward {
            dialog.show(DelegateText.approved, try await calls.approve(request, approval, for: ward.id).base64)
        } else {
            dialog.show(ConsentText.approved, try await calls.approve(request, approval).base64)
        }
    }

    /// Which fields and until when; nil if nobody answers.
    private func less(than request: RequestView, _ dialog: borrowing Dialog) throws(Failure) -> Approval? {
        for (position, field) in request.fields.enumerated() {
            console.say("  \(position + 1)  \(field.title.text(in: console.language))")
        }
        var fields: [FieldName]?
        while let line = try dialog.line(Sentence(MenuText.whichFields)) {
            let words = line.split { $0.isWhitespace || $0 == "," || $0 == "，" || $0 == "、" }
            let numbers = words.compactMap { Int($0) }.filter { request.fields.indices.contains($0 - 1) }
            guard numbers.count == words.count else {
                dialog.show(MenuText.notFields)
                continue
            }
            fields =
                numbers.isEmpty
                ? request.fields.map(\.field) : Set(numbers).sorted().map { request.fields[$0 - 1].field }
            break
        }
        guard let fields else { return nil }
        let asked = request.until?.localMinute ?? console.text(MenuText.untilDefault)
        while let line = try dialog.line(Sentence(MenuText.untilWhen, asked)) {
            let text = String(line.filter { !$0.isWhitespace })
            if text.isEmpty { return Approval(fields: fields) }
            if let until = Instant(text: text) { return Approval(fields: fields, until: until) }
            dialog.show(MenuText.notDate)
        }
        return nil
    }
}
