internal import VaultAPI
internal import VaultModel

/// Seeing who may use the data, and changing it.
struct GrantMenu {
    let console: Console
    /// For whom; nil for oneself.
    var ward: WardView?

    /// False if nobody answers.
    func run(_ overview: ConsentOverview, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog) async throws
        -> Bool
    {
        guard !overview.grants.isEmpty else {
            dialog.show(MenuText.noGrants)
            return true
        }
        let view = ConsentView(console: console, person: ward?.called)
        for (position, grant) in overview.grants.enumerated() { view.show(grant, number: position + 1) }
        console.say()
        guard let number = try dialog.number(.whichGrant, 0...overview.grants.count) else { return false }
        guard number > 0 else { return true }
        let grant = overview.grants[number - 1]
        let isPaused = grant.state == .paused
        // Only the person themself takes up again what was paused.
        let mayResume = ward == nil
        guard
            let choice = try dialog.choice(
                isPaused ? (mayResume ? .pausedChoices : .endChoices) : .grantChoices, 0...(isPaused && !mayResume ? 1 : 2))
        else { return false }
        switch choice {
        case 1: return try await revoke(grant.id, calls, dialog)
        case 2:
            if let ward {
                try await calls.change(grant.id, by: .wardPause, for: ward.id)
                dialog.show(DelegateText.paused)
            } else {
                try await calls.change(grant.id, by: isPaused ? .resume : .pause)
                dialog.show(isPaused ? ConsentText.resumed : .paused)
            }
        default: dialog.show(MenuText.nothingDone)
        }
        return true
    }

    /// Taking back is for good, so it is asked once more.
    private func revoke(_ grant: GrantID, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog) async throws
        -> Bool
    {
        let yes = console.text(MenuText.wordYes)
        guard let answer = try dialog.line(Sentence(MenuText.sureRevoke, yes)) else { return false }
        guard answer.filter({ !$0.isWhitespace }).lowercased() == yes else {
            dialog.show(MenuText.nothingDone)
            return true
        }
        if let ward {
            try await calls.change(grant, by: .wardRevoke, for: ward.id)
            dialog.show(DelegateText.revoked)
        } else {
            try await calls.change(grant, by: .revoke)
            dialog.show(ConsentText.revoked)
        }
        return true
    }
}
