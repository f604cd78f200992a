internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// A resident whose session was shown, with their keys, for the length of one request.
package final class ResidentCaller: Sendable {
    let keys: ResidentKeys
    let resident: ResidentReference
    let session: SessionID

    init(keys: consuming ResidentKeys, resident: ResidentReference, session: SessionID) {
        self.keys = keys
        self.resident = resident
        self.session = session
    }
}

extension Vault {
    /// Logs a resident in: checks the passphrase, ends what has run out, and moves what is stale.
    ///
    /// - Returns: the session credential's text, and when it ends at the latest.
    /// - Throws: `VaultError` with `unauthorized` for a wrong login or passphrase alike, `tooManyTries`, `busy`.
    package func logIn(
        _ login: LoginName?, passphrase words: [UInt8], uid: UInt32
    ) throws -> (session: [UInt8], expires: Instant) {
        let passphrase = try PassphraseRules.taken(words)
        let throttled = [TryThrottle.Key.person("login:\(login?.text ?? "")"), .shared("uid:\(uid)")]
        try throttle.check(throttled)
        let found = try login.flatMap { login in
            try store.reader().read { snapshot -> (ResidentReference, EnvelopeRow)? in
                guard let resident = try snapshot.resident(login: login)?.reference,
                    let envelope = try snapshot.envelope(resident: resident, kind: EnvelopeKind.passphrase.rawValue)
                else { return nil }
                return (resident, envelope)
            }
        }
        // An unknown login costs the same hash as a known one.
        let salt = found?.1.salt ?? Sodium.randomBytes(PasswordHash.saltBytes)
        let inForce = keys.now
        let pepper = try found?.1.pepper.map { try inForce.pepper($0) } ?? inForce.pepper
        let key = try argon.run { try EnvelopeKey.passphrase(passphrase, salt: salt, pepper: pepper.key) }
        guard let (resident, row) = found, let seed = try opened(row, key: key) else {
            throttle.failed(throttled)
            countUnknownCaller(uid: uid)
            throw VaultError(.unauthorized, "the login name or the passphrase is wrong", hint: "both are as on the day of activation")
        }
        let caller = ResidentCaller(keys: try ResidentKeys(seed), resident: resident, session: .random())
        let custody = try newCustody(seed, of: resident)
        let repeppered = repeppered(seed, row, passphrase: passphrase)
        // Even on a full disk: without a login nobody could revoke.
        let now = try writer.perform(isEnding: true) { transaction in
            var row = try transaction.current(caller)
            let isAsLogged = try transaction.isAsLogged(row)
            if isAsLogged {
                try transaction.sweep(&row, request: nil)
                try transaction.healIfPossible(&row, box: caller.keys.box)
                try transaction.reissue(of: row, box: caller.keys.box)
                if let custody { try transaction.entrust(&row, custody) }
                if let repeppered { try transaction.put(&row, repeppered) }
            }
            var entry = transaction.entry(.login, request: .random())
            if !isAsLogged { entry.reason = Transaction.stateDiffers }
            entry.role = .resident
            entry.uid = uid
            entry.subjects = [LogEntry.Subject(tag: try row.ownTag(), outcome: LogAction.login.rawValue)]
            try transaction.append(entry)
            return transaction.now
        }
        // The uid's own count stays: with a login of one's own one could otherwise go on guessing at others'.
        throttle.succeeded([throttled[0]])
        if repeppered != nil { startRotating() }
        return (
            try openSession(seed, of: resident), now.advanced(bySeconds: SessionTable.longestSeconds)
        )
    }

    /// Opens a session. An erasure closes all of its resident's; one that came a moment before closes this one too.
    private func openSession(_ seed: borrowing Seed, of resident: ResidentReference) throws -> [UInt8] {
        let session = try sessions.open(seed, of: resident).withBytes { Array($0) }
        let isEnrolled = try store.reader().read { try $0.residentNumbers(after: resident.number - 1, limit: 1) } == [resident.number]
        guard isEnrolled else {
            sessions.closeAll(of: resident)
            throw VaultError(.unauthorized, "the login name or the passphrase is wrong")
        }
        return session
    }

    /// The seed in a passphrase's envelope; nil for a wrong passphrase. A lack of locked memory is not one.
    private func opened(_ row: EnvelopeRow, key: borrowing EnvelopeKey) throws -> Seed? {
        do {
            return try Envelope(authDigest: row.auth, commitment: row.commitment, sealed: row.blob)
                .open(key: key, kind: .passphrase, vault: id.bytes, resident: row.resident.id.bytes)
        } catch CryptoError.authenticationFailed { return nil }
    }

    /// Recognises a resident by their session.
    ///
    /// - Throws: `VaultError.unauthorized`, the same for every reason.
    package func authenticate(resident token: [UInt8], uid: UInt32) throws(VaultError) -> ResidentCaller {
        if let text = try? SecretBytes(copying: token), let open = sessions.seed(text), let keys = try? ResidentKeys(open.seed) {
            return ResidentCaller(keys: keys, resident: open.resident, session: open.id)
        }
        countUnknownCaller(uid: uid)
        throw VaultError(.unauthorized, "no such session is open", hint: "log in again: rvault login")
    }

    /// Ends a session.
    package func logOut(_ caller: ResidentCaller) { sessions.close(caller.session) }

    /// Changes a passphrase: a new seed, a new session.
    package func changePassphrase(
        old oldWords: [UInt8], new newWords: [UInt8], caller: ResidentCaller
    ) throws -> (session: [UInt8], expires: Instant) {
        let passphrase = try PassphraseRules.taken(newWords)
        try PassphraseRules.check(passphrase)
        return try renew(caller, old: oldWords, new: passphrase, action: .passphrase)
    }

    /// Makes a new seed under the passphrase that the resident has: everything moves to new keys.
    ///
    /// - Throws: `VaultError.forbidden` for a wrong passphrase.
    package func renewSeed(passphrase words: [UInt8], caller: ResidentCaller) throws -> (session: [UInt8], expires: Instant) {
        try renew(caller, old: words, new: try PassphraseRules.taken(words), action: .rotated)
    }

    private func renew(
        _ caller: ResidentCaller, old oldWords: [UInt8], new passphrase: borrowing SecretBytes, action: LogAction
    ) throws -> (session: [UInt8], expires: Instant) {
        let old = try PassphraseRules.taken(oldWords)
        let throttled = [TryThrottle.Key.person("passphrase:\(caller.resident.number)")]
        try throttle.check(throttled)
        let envelope = try store.reader().read {
            try $0.envelope(resident: caller.resident, kind: EnvelopeKind.passphrase.rawValue)
        }
        guard let envelope, let salt = envelope.salt else { throw VaultError(.integrity, "this resident has no passphrase") }
        let inForce = keys.now
        let pepper = try envelope.pepper.map { try inForce.pepper($0) } ?? inForce.pepper
        let key = try argon.run { try EnvelopeKey.passphrase(old, salt: salt, pepper: pepper.key) }
        guard Sodium.equal(try Envelope.authDigest(of: key), envelope.auth) else {
            throttle.failed(throttled)
            throw VaultError(.forbidden, "the old passphrase is wrong")
        }
        let new = try argon.run {
            try NewSeed(passphrase: passphrase, resident: caller.resident, vault: id, pepper: try keys.now.pepper,
                custodianship: config.config.custodianship)
        }
        let now = try writer.perform { transaction in
            var row = try transaction.current(caller)
            try transaction.renew(&row, from: caller.keys.box, to: new, action: action, request: .random())
            return transaction.now
        }
        sessions.closeAll(of: caller.resident)
        startRotating()
        return (
            try openSession(new.seed, of: caller.resident),
            now.advanced(bySeconds: SessionTable.longestSeconds)
        )
    }
}

extension Transaction {
    /// The row of a logged-in resident, if their keys are still the current ones.
    func current(_ caller: ResidentCaller) throws -> ResidentRow {
        let row = try resident(caller.resident)
        guard row.box == caller.keys.box.publicKey.bytes else {
            throw VaultError(.unauthorized, "this session is older than the newest passphrase", hint: "log in again: rvault login")
        }
        return row
    }
}
