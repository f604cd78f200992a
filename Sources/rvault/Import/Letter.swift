internal import VaultModel

/// The text of an activation letter, in both languages: nobody knows yet which one its reader prefers.
struct Letter: Sendable {
    /// Marks the line of the login name, also for finding letters that are there already.
    static let loginLabel = "    登录名 / login name:        "
    static let codeLabel = "    激活码 / activation code:   "

    /// The last day on which the code works: 90 days from its making (design, section 4).
    let validUntil: CivilDate

    init(today: CivilDate) {
        let last = Instant(milliseconds: (today.daysSinceEpoch + 90) * 86_400_000)
        validUntil = CivilDate(text: last.localDay) ?? today
    }

    /// Appends one letter and a page break.
    func write(_ address: LetterAddress, code: ArraySlice<UInt8>, to content: inout [UInt8]) {
        for line in before(address) { content += (Console.printable(line) + "\n").utf8 }
        content += (Self.loginLabel + LoginText.grouped(address.login) + "\n" + Self.codeLabel).utf8
        content += code
        content += "\n".utf8
        for line in after { content += (line + "\n").utf8 }
        // The printer takes a new sheet for each resident.
        content += "\u{0c}\n".utf8
    }

    private func before(_ address: LetterAddress) -> [String] {
        let door = (address.home + [address.name]).joined(separator: "  ")
        var lines = ["送 / deliver to:  \(door)"]
        if address.forGuardian { lines += [guardian.zh, guardian.en] }
        return lines + ["", LetterText.greeting.phrase.zh, LetterText.greeting.phrase.en, ""]
    }

    private var guardian: Phrase { LetterText.guardian.phrase }

    private var after: [String] {
        let steps: [LetterText] = [.when, .how, .once, .warning, .keep]
        let fill = { (key: LetterText) in Sentence(key, validUntil.text) }
        return [""] + steps.map { fill($0).text(in: .chinese) } + [""] + steps.map { fill($0).text(in: .english) } + [
            ""
        ]
    }
}
