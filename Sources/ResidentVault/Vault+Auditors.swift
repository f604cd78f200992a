internal import Synchronization
internal import VaultAudit
internal import VaultCrypto
package import VaultModel

/// Who reads the log.
package enum LogReader: Hashable, Sendable {
    /// With the digest their token was known by: a new token under the same name is another reader.
    case auditor(AuditorName, auth: [UInt8], uid: UInt32)
    /// Over the admin socket.
    case `operator`(uid: UInt32)
}

/// Whose reading stands in the log already. An hour's reading is one entry, written before the first answer.
final class ReadingHours: Sendable {
    private let hours = Mutex<[LogReader: Int64]>([:])

    /// Whether this reader's hour has been logged; with `set` it is from now on.
    func isLogged(_ reader: LogReader, at now: Instant, set: Bool = false) -> Bool {
        let hour = now.milliseconds / 3_600_000
        return hours.withLock { hours in
            if set { hours[reader] = hour }
            return hours[reader] == hour
        }
    }
}

extension Vault {
    /// Lets someone read the log. The change is logged whole.
    ///
    /// - Throws: `VaultError` with `badValue` for a digest of a wrong length, `conflict` for a name in use.
    package func addAuditor(_ name: AuditorName, auth: [UInt8], operatorHeld: Bool, uid: UInt32) throws -> AuditorRecord {
        guard auth.count == 32 else { throw VaultError(.badValue, "an auditor's public part holds a digest of 32 bytes") }
        return try writer.perform { transaction in
            let record = AuditorRecord(name: name, auth: auth, operatorHeld: operatorHeld, added: transaction.now)
            try transaction.make(.auditorAdd(record), uid: uid)
            return record
        }
    }

    /// Takes an auditor's credential back; it is dead when this returns.
    package func removeAuditor(_ name: AuditorName, uid: UInt32) throws {
        try writer.perform(isEnding: true) { try $0.make(.auditorRemove(name), uid: uid) }
    }

    /// All auditors, by name.
    package func auditors() -> [AuditorRecord] { config.config.auditors.values.sorted { $0.name < $1.name } }

    /// Recognises an auditor by their token.
    ///
    /// - Throws: `VaultError.unauthorized`, the same for every reason; the try is counted by uid and minute.
    package func authenticate(auditor token: [UInt8], uid: UInt32) throws(VaultError) -> LogReader {
        do {
            let credential = try Credential(parsing: try SecretBytes(copying: token), kind: .auditor)
            let digest = try credential.secret.authDigest()
            if let name = AuditorName(credential.name), let record = config.config.auditors[name],
                Sodium.equal(record.auth, digest)
            {
                return .auditor(name, auth: digest, uid: uid)
            }
        } catch CryptoError.memoryLockUnavailable {
            throw VaultError(.busy, "no locked memory is free", retryAfter: 1)
        } catch {}
        countUnknownCaller(uid: uid)
        throw VaultError(.unauthorized, "this credential is not valid")
    }

    /// An auditor who was removed while their request was under way gets nothing more.
    private static func requireLive(_ reader: LogReader, _ config: VaultConfig) throws(VaultError) {
        guard case .auditor(let name, let auth, _) = reader else { return }
        guard config.auditors[name]?.auth == auth else { throw VaultError(.unauthorized, "this credential is not valid") }
    }

    /// Logs that someone reads the log, once an hour, and returns when that is durable. Call it before every answer.
    package func noteReading(by reader: LogReader) throws {
        let now = writer.now
        try Self.requireLive(reader, config.config)
        if readings.isLogged(reader, at: now) { return }
        let isDurable: @Sendable () -> Void = { [readings] in _ = readings.isLogged(reader, at: now, set: true) }
        try writer.perform(whenDurable: isDurable) { [readings] transaction in
            try Self.requireLive(reader, transaction.config.config)
            // Requests that came together wait for the same entry.
            if transaction.readers.contains(reader) || readings.isLogged(reader, at: now) { return }
            var entry = transaction.entry(.audited, request: .random())
            switch reader {
            case .auditor(let name, _, let uid):
                entry.role = .auditor
                entry.initiator = name.text
                entry.uid = uid
            case .operator(let uid):
                entry.role = .operator
                entry.uid = uid
            }
            entry.decision = "released"
            try transaction.append(entry)
            transaction.readers.insert(reader)
        }
    }
}
