internal import VaultPolicy
internal import Dispatch
internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel

/// An app whose token was checked, for the length of one request: nothing derived from its secret outlives it.
package final class AppCaller: Sendable {
    let secret: AppSecret
    package let record: AppRecord
    /// The caller's uid as the kernel told it.
    package let uid: UInt32

    init(secret: consuming AppSecret, record: AppRecord, uid: UInt32) {
        self.secret = secret
        self.record = record
        self.uid = uid
    }

    package var name: AppName { record.name }
}

extension Vault {
    /// Recognises an app by its token.
    ///
    /// - Throws: `VaultError.unauthorized`, the same for every reason; the try is counted by uid and minute.
    package func authenticate(app token: [UInt8], uid: UInt32) throws(VaultError) -> AppCaller {
        do {
            let credential = try Credential(parsing: try SecretBytes(copying: token), kind: .app)
            let digest = try credential.secret.authDigest()
            if let name = AppName(credential.name),
                let record = config.config.liveApp(name)?.known(by: digest, at: writer.now)
            {
                return AppCaller(secret: try credential.secret.duplicate(), record: record, uid: uid)
            }
        } catch CryptoError.memoryLockUnavailable {
            throw VaultError(.busy, "no locked memory is free", retryAfter: 1)
        } catch {}
        countUnknownCaller(uid: uid)
        throw VaultError(.unauthorized, "this credential is not valid")
    }

    /// Notes a caller without a valid credential: one count a uid and minute stands for them in the log.
    package func countUnknownCaller(uid: UInt32) { count(RefusalCounter.Key(uid: uid, app: nil)) }

    /// Writes the counts that are still in memory and forgets ceremonies whose time is over; the daemon calls it every
    /// minute and at its end.
    package func flushRefusalCounts() {
        for count in refusals.take() { log(count) }
        ceremonies.purge(now: writer.now)
    }

    private func count(_ key: RefusalCounter.Key) {
        if let finished = refusals.add(key, now: writer.now) { log(finished) }
    }

    private func log(_ count: RefusalCounter.Count) {
        writer.submit({ transaction in
            var entry = transaction.entry(count.key.app == nil ? .unknownCallers : .refused, request: nil)
            entry.uid = count.key.uid
            entry.app = count.key.app
            entry.count = count.count
            entry.decision = "refused"
            entry.reason = count.key.app == nil ? VaultError.Code.unauthorized.rawValue : "over_rate"
            try transaction.append(entry)
        }, finish: { _ in })
    }

    /// Logs an app's refusal that concerns no resident, and answers when that is durable; over the app's rate it is
    /// only counted.
    func logRefusal(
        _ reason: String, app: AppCaller, purpose: PurposeName?, rule: String?,
        finish: @escaping @Sendable ((any Error)?) -> Void
    ) {
        if refusals.isOverRate(app.name, now: writer.now) {
            count(RefusalCounter.Key(uid: app.uid, app: app.name))
            return finish(nil)
        }
        let (record, uid) = (app.record, app.uid)
        writer.submit({ transaction in
            try transaction.append(
                Self.refusal(reason, record: record, uid: uid, purpose: purpose, rule: rule, in: transaction))
        }, finish: finish)
    }

    /// The same for calls that may block.
    ///
    /// - Throws: `error` once its entry is durable, or why it could not be logged.
    func refuse(
        _ error: VaultError, app: AppCaller, reason: String, purpose: PurposeName? = nil, rule: String? = nil
    ) throws -> Never {
        let done = DispatchSemaphore(value: 0)
        let failure = Mutex<(any Error)?>(nil)
        logRefusal(reason, app: app, purpose: purpose, rule: rule) { error in
            failure.withLock { $0 = error }
            done.signal()
        }
        done.wait()
        throw failure.withLock { $0 } ?? error
    }

    static func refusal(
        _ reason: String, record: AppRecord, uid: UInt32, purpose: PurposeName?, rule: String?, in transaction: Transaction
    ) -> LogEntry {
        var entry = transaction.entry(.refused, request: .random())
        entry.role = .app
        entry.app = record.name
        entry.party = record.party
        entry.uid = uid
        // A purpose that the policies do not know is the caller's own text and stays out of the log.
        entry.purpose = purpose.flatMap { transaction.config.config.policies.purposes[$0]?.name }
        entry.decision = "refused"
        entry.reason = reason
        entry.rule = rule
        return entry
    }
}
