internal import VaultCrypto

/// A passphrase from the person or from a descriptor.
enum PassphrasePrompt {
    /// The one the person has.
    ///
    /// - Parameter question: other words to ask it by, where it is about to be changed.
    static func existing(
        _ console: Console, descriptor: Int32?, option: String = "--passphrase-fd",
        question: SessionText = .askPassphrase
    ) throws(Failure) -> SecretBytes {
        if let descriptor { return try SecretInput.line(from: descriptor, option: option) }
        let terminal = try Terminal(console, without: Sentence(Hints.usePassphraseDescriptor))
        return try terminal.askSecret(Sentence(question))
    }

    /// A new one: from a descriptor as it is, from a person twice, with four words offered.
    ///
    /// - Throws: `Failure(.refused)` for one that the rules refuse; at a terminal the person is asked again.
    static func new(_ console: Console, descriptor: Int32?) throws(Failure) -> SecretBytes {
        if let descriptor {
            let passphrase = try SecretInput.line(from: descriptor, option: "--passphrase-fd")
            if let fault = PassphraseRule.fault(passphrase) {
                throw Failure(.refused, fault, hint: Sentence(Hints.goodPassphrase))
            }
            return passphrase
        }
        let terminal = try Terminal(console, without: Sentence(Hints.usePassphraseDescriptor))
        let offer = PassphraseOffer()
        terminal.show(Sentence(SessionText.offerWords, offer.text, offer.characters))
        while true {
            let first = try terminal.askSecret(Sentence(SessionText.askNewPassphrase))
            if let fault = PassphraseRule.fault(first) {
                terminal.show(fault)
                continue
            }
            let second = try terminal.askSecret(Sentence(SessionText.askAgain))
            if first.equals(second) { return first }
            terminal.show(Sentence(Faults.passphrasesDiffer))
        }
    }
}
