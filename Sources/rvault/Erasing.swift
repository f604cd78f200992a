internal import ArgumentParser
internal import VaultAPI
internal import VaultModel

/// What is to be erased, as residents and the operator say it.
struct ErasureOptions: ParsableArguments {
    @Option(name: .customLong("field"), help: ArgumentHelp("A field, as `rvault me show` lists it; may be given again.", valueName: "field"))
    var fields: [String] = []

    @Option(help: ArgumentHelp("Every field of this category that may go.", valueName: "name"))
    var category: String?

    @Flag(help: "All of it.")
    var everything = false

    @Option(help: ArgumentHelp("The file that the certificate is written to (printed if absent).", valueName: "file"))
    var certificate: String?

    @Flag(help: "Do not ask whether it is meant.")
    var yes = false

    func target() throws(Failure) -> ErasureTarget {
        switch (fields.isEmpty, category, everything) {
        case (false, nil, false):
            var names: [FieldName] = []
            for text in fields {
                guard let name = FieldName(text) else {
                    throw Failure(.usage, Sentence(Faults.malformedField, text), hint: Sentence(Hints.showRecord))
                }
                if !names.contains(name) { names.append(name) }
            }
            return .fields(names)
        case (true, let category?, false):
            guard FieldName(category + ".x") != nil else { throw Failure(.usage, Sentence(ErasureFaults.malformedCategory, category)) }
            return .category(category)
        case (true, nil, true): return .everything
        default: throw Failure(.usage, Sentence(ErasureFaults.oneTarget))
        }
    }
}

/// Asking, telling and handing over the certificate.
struct Erasing {
    let console: Console

    /// What will go, in words.
    func sentence(_ target: ErasureTarget) -> Sentence {
        switch target {
        case .everything: Sentence(ErasureText.whatEverything)
        case .fields(let fields): Sentence(ErasureText.whatFields, fields.map(\.text).joined(separator: " "))
        case .category(let category): Sentence(ErasureText.whatCategory, category)
        }
    }

    /// Asks twice; what is erased is gone.
    func confirm(_ what: Sentence) throws(Failure) {
        let terminal = try Terminal(console, without: Sentence(Hints.seeHelp))
        terminal.show(what)
        terminal.show(Sentence(ErasureText.cannotUndo))
        let word = console.text(ErasureText.wordErase)
        for question in [ErasureText.sureOnce, .sureTwice] {
            let answer = try terminal.ask(Sentence(question, word))
            guard answer.filter({ !$0.isWhitespace }).lowercased() == word else {
                throw Failure(.refused, Sentence(ErasureFaults.notConfirmed))
            }
        }
    }

    /// Tells what was done, and keeps the certificate.
    func report(_ result: ErasureResult, file: String?) throws(Failure) {
        if let file, let certificate = result.certificate { try PrivateFile.create(file, Array(certificate.utf8)) }
        if console.json { return console.answer(result.json) }
        lines(result).forEach { console.say($0) }
        guard let certificate = result.certificate else { return console.note(ErasureText.noCertificate, "\(result.index)") }
        if let file { return console.say(ErasureText.certificateWritten, file) }
        console.note(ErasureText.certificateNow)
        console.say(certificate)
    }

    func lines(_ result: ErasureResult) -> [Sentence] {
        var lines: [Sentence] = []
        if let fields = result.fields {
            lines.append(Sentence(ErasureText.erasedFields, fields.map(\.text).joined(separator: " ")))
        } else {
            lines.append(Sentence(ErasureText.erasedEverything))
        }
        if !result.kept.isEmpty {
            lines.append(Sentence(ErasureText.kept))
            lines += result.kept.map { Sentence(ErasureText.keptLine, $0.field.text, $0.parties.joined(separator: " ")) }
        }
        lines += [Sentence(ErasureText.logged, "\(result.index)"), Sentence(ErasureText.backups, result.backupsEnd)]
        if !result.clean { lines.append(Sentence(ErasureText.notClean)) }
        return lines
    }
}

extension ResidentCalls {
    /// Has data of the resident's own erased.
    ///
    /// - Throws: `Failure`; what a contract or a law still needs is refused, and the hint says whom to ask.
    borrowing func erase(_ target: ErasureTarget) async throws -> ErasureResult {
        do {
            return try await post(.eraseMine, id: "", MyErasure(target).encoded, as: ErasureResult.self)
        } catch let failure as Failure where failure.code == ProblemCode.forbidden.rawValue {
            throw Failure(.refused, Sentence(ErasureFaults.stillNeeded), hint: failure.hint, code: failure.code)
        }
    }
}
