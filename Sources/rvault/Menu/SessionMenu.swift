internal import VaultAPI

/// The menu of a resident who has logged in.
struct SessionMenu: ~Copyable {
    let console: Console
    let calls: ResidentCalls

    init(console: Console, calls: consuming ResidentCalls) {
        self.console = console
        self.calls = calls
    }

    /// Runs until the resident leaves or has gone; either way the session ends and the screen is emptied.
    borrowing func run(_ dialog: borrowing Dialog) async throws {
        let left: Bool
        do {
            left = try await loop(dialog)
        } catch {
            try? await calls.logout()
            dialog.clear()
            throw error
        }
        try? await calls.logout()
        dialog.clear()
        if left { dialog.show(SessionText.loggedOut) } else { dialog.show(MenuText.leftAlone) }
    }

    /// True if the resident chose to leave.
    private borrowing func loop(_ dialog: borrowing Dialog) async throws -> Bool {
        let me = try await calls.me()
        dialog.show(MenuText.hello, me.name ?? LoginText.grouped(me.login))
        StandingText.sentences(me, console.language).forEach { dialog.show($0) }
        while true {
            let overview = ConsentOverview(requests: try await calls.requests(), grants: try await calls.grants())
            guard
                let choice = try dialog.choice(
                    .mainChoices, 0...7, "\(overview.requests.count)", "\(overview.grants.count)")
            else { return false }
            do {
                let answered: Bool
                switch choice {
                case 1: answered = try await showRecord(me, dialog)
                case 2: answered = try await RequestMenu(console: console).run(overview, calls, dialog)
                case 3: answered = try await GrantMenu(console: console).run(overview, calls, dialog)
                case 4: answered = try await showHistory(dialog)
                case 5:
                    try await changePassphrase(dialog)
                    return true
                case 6: answered = try await DelegateMenu(console: console).run(calls, dialog)
                case 7:
                    switch try await ErasureMenu(console: console).run(calls, dialog) {
                    case .gone: return true
                    case .stays: answered = true
                    case .nobodyAnswers: answered = false
                    }
                default: return true
                }
                guard answered else { return false }
            } catch {
                let failure = Failure(error)
                // Without a session, or without anybody there, there is nothing to go on with.
                guard failure.status == .refused, failure.code != ProblemCode.unauthorized.rawValue,
                    failure.message != Sentence(Faults.cancelled)
                else { throw failure }
                dialog.explain(failure)
            }
        }
    }

    private borrowing func showRecord(_ me: MeView, _ dialog: borrowing Dialog) async throws -> Bool {
        RecordView(console: console).show(me, try await calls.fields())
        return try dialog.line(Sentence(MenuText.back)) != nil
    }

    /// A screenful of what happened, and the next as long as Enter is pressed.
    private borrowing func showHistory(_ dialog: borrowing Dialog) async throws -> Bool {
        var before: UInt64?
        while true {
            let page = try await calls.history(before: before, limit: 8)
            HistoryView(console: console).show(page)
            guard let next = page.next else { return try dialog.line(Sentence(MenuText.back)) != nil }
            guard let answer = try dialog.line(Sentence(MenuText.moreHistory)) else { return false }
            if answer == "0" { return true }
            before = UInt64(next)
        }
    }

    /// The old session ends with the old passphrase; the resident logs in with the new one, which shows that it works.
    private borrowing func changePassphrase(_ dialog: borrowing Dialog) async throws {
        let old = try PassphrasePrompt.existing(console, descriptor: nil, question: .askOldPassphrase)
        let new = try PassphrasePrompt.new(console, descriptor: nil)
        _ = try await calls.changePassphrase(old: old, new: new)
        dialog.show(SessionText.passphraseChanged)
    }
}
