internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

extension Vault {
    /// Uses a letter: the resident's own seed is made here, under their passphrase, and everything moves to it.
    ///
    /// - Returns: the login name, which the letter also names.
    /// - Throws: `VaultError` with `unauthorized` for a code that opens no letter, `conflict` with the day for a used
    ///   one, `forbidden` for one that ran out, `badValue` for a weak passphrase, `tooManyTries`, `busy`.
    package func activate(
        code typed: [UInt8], passphrase words: [UInt8], uid: UInt32
    ) throws -> LoginName {
        let throttled = [TryThrottle.Key.shared("code:\(uid)")]
        try throttle.check(throttled)
        let passphrase = try PassphraseRules.taken(words)
        try PassphraseRules.check(passphrase)
        let letter: EnvelopeRow
        let boxSeed: Seed
        do {
            let code = try ActivationCode(typed: try SecretBytes(copying: typed))
            let key = try EnvelopeKey.activation(code.secret)
            let digest = try Envelope.authDigest(of: key)
            letter = try found(try store.reader().read { try $0.activationEnvelope(auth: digest) })
            if let used = letter.used {
                throw VaultError(
                    .conflict, "this code was used on \(used.localMinute)",
                    hint: "if that was not you, tell the residents' committee at once; else log in with your passphrase")
            }
            if let until = letter.until, until <= writer.now {
                throw VaultError(.forbidden, "this code ran out on \(until.localDay)", hint: "ask the residents' committee for a new letter")
            }
            boxSeed = try Envelope(authDigest: letter.auth, commitment: letter.commitment, sealed: letter.blob)
                .open(key: key, kind: .activation, vault: id.bytes, resident: letter.resident.id.bytes)
        } catch let error as VaultError where error.code != .unauthorized {
            throw error
        } catch {
            throttle.failed(throttled)
            countUnknownCaller(uid: uid)
            throw VaultError(
                .unauthorized, "this code opens no letter", hint: "check each group of the code; O is zero, I and L are one")
        }
        let old = BoxHolder(try BoxKeyPair(seed: boxSeed))
        let new = try argon.run {
            try NewSeed(passphrase: passphrase, resident: letter.resident, vault: id, pepper: try keys.now.pepper,
                custodianship: config.config.custodianship)
        }
        let login = try writer.perform { transaction in
            var resident = try transaction.resident(letter.resident)
            guard try transaction.snapshot.envelope(resident: letter.resident, kind: EnvelopeKind.activation.rawValue) == letter
            else { throw VaultError(.conflict, "this code was used a moment ago") }
            try transaction.renew(&resident, from: old.pair, to: new, action: .activated, request: .random())
            return resident.login
        }
        throttle.succeeded(throttled)
        return login
    }

    private func found<Row>(_ row: Row?) throws(VaultError) -> Row {
        guard let row else { throw VaultError(.unauthorized, "nothing found") }
        return row
    }
}

/// Carries a key pair, which cannot be copied, to the writer's thread.
final class BoxHolder: Sendable {
    let pair: BoxKeyPair
    init(_ pair: consuming BoxKeyPair) { self.pair = pair }
}
