/// One thing to say, in both languages. `{1}`, `{2}` … stand for what is filled in.
struct Phrase: Equatable, Sendable {
    let zh: String
    let en: String
}

/// A part of the catalogue. The switch behind `phrase` has every case, so no text can be missing in a build; the tests
/// check that both languages say something and take the same arguments.
protocol CatalogueKey: CaseIterable, Sendable {
    var phrase: Phrase { get }
}

/// A phrase with its arguments, not yet in a language.
struct Sentence: Equatable, Sendable {
    let phrase: Phrase
    let arguments: [String]

    init(_ key: some CatalogueKey, _ arguments: String...) {
        phrase = key.phrase
        self.arguments = arguments
    }

    /// A text that has no translation: a room's own error, a command line, a path.
    init(verbatim text: String) {
        phrase = Phrase(zh: "{1}", en: "{1}")
        arguments = [text]
    }

    /// The sentence in one language. Arguments are put in once and not searched for further places.
    func text(in language: Language) -> String {
        let template = language == .chinese ? phrase.zh : phrase.en
        var out = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            let after = rest[open...].dropFirst()
            if let close = after.firstIndex(of: "}"), let number = Int(after[..<close]),
                arguments.indices.contains(number - 1)
            {
                out += arguments[number - 1]
                rest = after[after.index(after: close)...]
            } else {
                out += "{"
                rest = after
            }
        }
        return out + rest
    }
}
