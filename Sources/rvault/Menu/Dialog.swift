internal import Glibc

/// Questions of the menu: shows choices, takes a number, and does not wait for ever for somebody who has gone.
struct Dialog: ~Copyable {
    /// How long a resident may think. The terminal may stand in a hall.
    static let patienceSeconds: Int32 = 180

    let console: Console
    private let terminal: Terminal

    init(_ console: Console) throws(Failure) {
        self.console = console
        terminal = try Terminal(console, without: Sentence(Hints.seeHelp))
    }

    borrowing func show(_ key: some CatalogueKey) { terminal.show(Sentence(key)) }

    borrowing func show(_ key: some CatalogueKey, _ argument: String) { terminal.show(Sentence(key, argument)) }

    borrowing func show(_ sentence: Sentence) { terminal.show(sentence) }

    borrowing func explain(_ failure: Failure) {
        terminal.show(failure.message)
        if let hint = failure.hint { terminal.show(hint) }
    }

    /// Shows choices and asks until one of them is typed; nil if nobody answers.
    borrowing func choice(_ choices: MenuText, _ range: ClosedRange<Int>, _ arguments: String...) throws(Failure)
        -> Int?
    {
        terminal.show(Sentence(phrase: choices.phrase, arguments: arguments))
        return try number(.choose, range)
    }

    /// Asks for a number until one in the range is typed; nil if nobody answers.
    borrowing func number(_ question: MenuText, _ range: ClosedRange<Int>) throws(Failure) -> Int? {
        while let line = try line(Sentence(question)) {
            if let number = Int(line.filter { !$0.isWhitespace }), range.contains(number) { return number }
            show(MenuText.notAChoice)
        }
        return nil
    }

    /// One line; nil if nobody answers.
    borrowing func line(_ question: Sentence) throws(Failure) -> String? {
        try terminal.ask(question, patienceSeconds: Self.patienceSeconds)
    }

    /// Nobody's data stays on the screen.
    borrowing func clear() { terminal.clear() }
}
