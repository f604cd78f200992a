import Testing
import VaultCrypto

@testable import rvault

@Suite struct PassphraseTests {
    @Test func `four words hold at least 40 bits`() {
        #expect(PassphraseOffer.wordCount == 4)
        #expect(PassphraseOffer.entropy >= 40)
    }

    @Test func `the words differ, are typed with plain letters and say what they mean`() {
        let words = WordList.words
        #expect(words.count >= 1296)
        #expect(Set(words.map(\.pinyin)).count == words.count)
        for word in words {
            #expect(word.pinyin.count >= 4 && word.pinyin.allSatisfy { ("a"..."z").contains($0) }, "\(word)")
            #expect(word.characters.count == 2 && word.characters.allSatisfy { !$0.isASCII }, "\(word)")
        }
    }

    @Test func `what is offered would be accepted`() throws {
        for _ in 0..<50 {
            let offer = PassphraseOffer()
            #expect(offer.words.count == 4)
            #expect(offer.text.split(separator: " ").count == 4)
            #expect(PassphraseRule.fault(try SecretBytes(copying: Array(offer.text.utf8))) == nil)
        }
    }

    @Test func `two offers are hardly ever the same`() {
        #expect(Set((0..<20).map { _ in PassphraseOffer().text }).count > 18)
    }

    @Test(
        arguments: zip(
            [
                "123456789", "0123456789", "01234 56789-0", "１２３４５６７８９０", "短口令", "一二三四五六七八九", "春天的花园里有很多蝴蝶",
                "abcdefghij",
            ],
            [
                Sentence(Faults.passphraseTooShort, "10"), Sentence(Faults.passphraseDigits),
                Sentence(Faults.passphraseDigits),
                Sentence(Faults.passphraseDigits), Sentence(Faults.passphraseTooShort, "10"),
                Sentence(Faults.passphraseTooShort, "10"),
                nil, nil,
            ]))
    func `short ones and digits alone are told at once`(_ text: String, _ fault: Sentence?) throws {
        #expect(PassphraseRule.fault(try SecretBytes(copying: Array(text.utf8))) == fault)
    }

    @Test func `bytes that are no text are told`() throws {
        let bytes = try SecretBytes(copying: [UInt8](repeating: 0xff, count: 12))
        #expect(PassphraseRule.fault(bytes) == Sentence(Faults.passphraseNotText))
    }
}
