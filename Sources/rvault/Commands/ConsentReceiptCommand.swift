internal import ArgumentParser
internal import VaultAPI
internal import VaultCrypto
internal import VaultModel

struct ConsentReceiptCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Show the signed statement of a permission and check its signature.",
        discussion: "Example: rvault consent receipt 3 --json")

    @OptionGroup var options: ResidentOptions
    @OptionGroup var target: ConsentTarget
    var global: GlobalOptions { options.global }

    func perform(_ console: Console) async throws {
        let calls = try options.calls()
        let receipt = try await calls.receipt(try await target.grant(options, calls))
        try Self.check(receipt)
        if console.json { return console.answer(receipt.json) }
        console.say(receipt.statement)
        console.note(ConsentText.receiptSound, receipt.logIndex.map(String.init) ?? "–")
    }

    /// The signature is over the statement's bytes, the digest is theirs, and the signer stands in the statement's
    /// bytes. That the signer's key is in the log is for `audit verify` to say.
    static func check(_ receipt: ReceiptView) throws(Failure) {
        let bytes = Array(receipt.statement.utf8)
        let bad = Failure(.refused, Sentence(Faults.badReceipt), hint: Sentence(Hints.tellOperator))
        guard Hash.blake2b256(bytes) == receipt.digest, let statement = try? CanonicalJSON.decode(bytes),
            let type = statement["type"]?.string, let signer = try? SigningPublicKey(receipt.signer),
            (try? signer.verify(receipt.signature, type: type, object: bytes)) != nil
        else { throw bad }
    }
}
