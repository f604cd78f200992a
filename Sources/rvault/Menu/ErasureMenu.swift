internal import VaultAPI
internal import VaultModel

/// Erasing data from the menu: some items or everything.
struct ErasureMenu {
    enum Outcome {
        case stays
        /// Everything is gone, and so is the session.
        case gone
        case nobodyAnswers
    }

    let console: Console

    func run(_ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog) async throws -> Outcome {
        dialog.show(ErasureText.choices)
        guard let choice = try dialog.number(.choose, 0...2) else { return .nobodyAnswers }
        switch choice {
        case 1:
            let fields = try await calls.fields().fields
            for (position, field) in fields.enumerated() {
                console.say("  \(position + 1)  \(field.title.text(in: console.language))")
            }
            guard let chosen = try choose(fields.map(\.field), dialog) else { return .nobodyAnswers }
            guard !chosen.isEmpty else { return .stays }
            return try await erase(.fields(chosen), calls, dialog)
        case 2: return try await erase(.everything, calls, dialog)
        default:
            dialog.show(MenuText.nothingDone)
            return .stays
        }
    }

    private func choose(_ fields: [FieldName], _ dialog: borrowing Dialog) throws(Failure) -> [FieldName]? {
        while let line = try dialog.line(Sentence(ErasureText.whichFields)) {
            let words = line.split { $0.isWhitespace || $0 == "," || $0 == "，" || $0 == "、" }
            let numbers = words.compactMap { Int($0) }
            if numbers == [0] { return [] }
            if !numbers.isEmpty, numbers.count == words.count, numbers.allSatisfy({ fields.indices.contains($0 - 1) }) {
                return Set(numbers).sorted().map { fields[$0 - 1] }
            }
            dialog.show(MenuText.notFields)
        }
        return nil
    }

    /// Asks twice, and shows what came of it with the certificate.
    private func erase(
        _ target: ErasureTarget, _ calls: borrowing ResidentCalls, _ dialog: borrowing Dialog
    ) async throws -> Outcome {
        let erasing = Erasing(console: console)
        dialog.show(erasing.sentence(target))
        dialog.show(ErasureText.cannotUndo)
        let word = console.text(ErasureText.wordErase)
        for question in [ErasureText.sureOnce, .sureTwice] {
            guard let answer = try dialog.line(Sentence(question, word)) else { return .nobodyAnswers }
            guard answer.filter({ !$0.isWhitespace }).lowercased() == word else {
                dialog.show(MenuText.nothingDone)
                return .stays
            }
        }
        let result = try await calls.erase(target)
        for line in erasing.lines(result) { dialog.show(line) }
        if result.certificate == nil { dialog.show(ErasureText.noCertificate, "\(result.index)") }
        _ = try dialog.line(Sentence(MenuText.back))
        return result.fields == nil ? .gone : .stays
    }
}
