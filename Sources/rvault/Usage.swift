internal import ArgumentParser

/// Turns what ended a run into output and a status: the parser's 64 becomes 2, and its words follow our form.
enum Usage {
    static func report(_ error: any Error) -> ExitStatus {
        if let failure = error as? Failure { return failure.status }
        if let code = error as? ExitCode { return ExitStatus(rawValue: code.rawValue) ?? .refused }
        let code = Rvault.exitCode(for: error)
        guard code != .success else {
            // --help and --version are errors to the parser and answers to the person.
            Descriptor.write(Rvault.fullMessage(for: error) + "\n", to: 1)
            return .done
        }
        let console = Console(language: Language.preferred(), json: false)
        guard code == .validationFailure else {
            console.complain(Failure(.refused, Sentence(verbatim: "\(error)")))
            return .refused
        }
        let message = lowerCased(Rvault.message(for: error))
        let usage = Rvault.fullMessage(for: error).split(separator: "\n").first { $0.hasPrefix("Usage:") }
        console.complain(
            Failure(
                .usage, Sentence(verbatim: message), hint: usage.map { Sentence(verbatim: String($0.dropFirst(7))) }))
        return .usage
    }

    /// The parser begins its sentences with a capital and ends some with a stop; ours do neither.
    private static func lowerCased(_ text: String) -> String {
        let words = text.hasSuffix(".") ? text.dropLast() : text[...]
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
