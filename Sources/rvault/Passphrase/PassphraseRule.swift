internal import VaultCrypto

/// What is refused before it is sent, so that a person hears at once. The daemon refuses these too, and common
/// passphrases besides.
enum PassphraseRule {
    static let shortest = 10

    /// Why this passphrase will not do; nil if nothing is seen against it here.
    static func fault(_ passphrase: borrowing SecretBytes) -> Sentence? {
        passphrase.withBytes { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return Sentence(Faults.passphraseNotText) }
            if text.count < shortest { return Sentence(Faults.passphraseTooShort, "\(shortest)") }
            if text.allSatisfy({ $0.isWholeNumber || $0 == " " || $0 == "-" }) {
                return Sentence(Faults.passphraseDigits)
            }
            return nil
        }
    }
}
