internal import Foundation
internal import VaultCrypto
internal import VaultModel

/// Where a command's words go: answers to standard output, complaints and asides to standard error, in one language.
struct Console: Sendable {
    let language: Language
    /// Whether the answer is for a program.
    let json: Bool

    /// One line of the answer.
    func say(_ text: String = "") { Descriptor.write(Self.printable(text) + "\n", to: 1) }

    func say(_ key: some CatalogueKey, _ arguments: String...) { say(fill(key, arguments)) }

    func say(_ sentence: Sentence) { say(sentence.text(in: language)) }

    /// An answer for a program: one line of JSON.
    func answer(_ json: JSON) { Descriptor.write(String(decoding: json.encoded, as: UTF8.self) + "\n", to: 1) }

    /// A secret that was made, alone on its line.
    func reveal(_ secret: borrowing SecretBytes) {
        secret.withBytes { _ = Descriptor.write($0, to: 1) }
        Descriptor.write("\n", to: 1)
    }

    /// Something beside the answer.
    func note(_ key: some CatalogueKey, _ arguments: String...) {
        Descriptor.write(Self.printable(fill(key, arguments)) + "\n", to: 2)
    }

    /// What went wrong and what to do about it.
    func complain(_ failure: Failure) {
        var text = "rvault: " + failure.message.text(in: language) + "\n"
        if let hint = failure.hint { text += Sentence(Hints.label).text(in: language) + hint.text(in: language) + "\n" }
        Descriptor.write(Self.printable(text), to: 2)
    }

    /// The phrase in this console's language.
    func text(_ key: some CatalogueKey, _ arguments: String...) -> String { fill(key, arguments) }

    private func fill(_ key: some CatalogueKey, _ arguments: [String]) -> String {
        Sentence(phrase: key.phrase, arguments: arguments).text(in: language)
    }

    /// Values and titles come from apps and files: what could move the cursor, colour the screen or turn the direction
    /// of text around is left out, so that a name cannot redraw the question a resident is asked.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a: false
        case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

extension Sentence {
    init(phrase: Phrase, arguments: [String]) {
        self.phrase = phrase
        self.arguments = arguments
    }
}
