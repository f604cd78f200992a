internal import Foundation

/// Four words drawn at random, offered to a resident as a passphrase.
///
/// Each word is one of `WordList.words.count` (1,540 now), so four hold 4 × log2(1,540) = 42.3 bits. Every guess costs
/// an Argon2id of 64 MiB and needs the pepper, and at the daemon tries wait longer each time.
struct PassphraseOffer: Sendable {
    static let wordCount = 4

    let words: [WordList.Word]

    /// Draws from the system's random source. A word may come twice: leaving that out would cost entropy.
    init() {
        var generator = SystemRandomNumberGenerator()
        words = (0..<Self.wordCount).compactMap { _ in WordList.words.randomElement(using: &generator) }
    }

    /// What is typed: the words with single spaces.
    var text: String { words.map(\.pinyin).joined(separator: " ") }

    /// What the words mean, for the eye.
    var characters: String { words.map(\.characters).joined(separator: " ") }

    /// How much a guesser does not know, in bits.
    static var entropy: Double { Double(wordCount) * log2(Double(WordList.words.count)) }
}
