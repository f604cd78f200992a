internal import Synchronization
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// Who is logged in. The daemon holds each seed encrypted under a secret that only the client has, so its idle memory
/// opens nothing (promise 1).
final class SessionTable: Sendable {
    private struct Entry {
        let resident: ResidentReference
        let sealedSeed: [UInt8]
        var idle: ContinuousClock.Instant
        let end: ContinuousClock.Instant
    }

    static let idleSeconds: Int64 = 600
    static let longestSeconds: Int64 = 3600
    private static let limit = 2000

    private let entries = Mutex<[SessionID: Entry]>([:])

    /// Opens a session.
    ///
    /// - Returns: the credential's text, which is not kept.
    func open(_ seed: borrowing Seed, of resident: ResidentReference) throws -> SecretBytes {
        let id = SessionID.random()
        let credential = try Credential.random(.session, name: id.base32)
        let sealed = seed.withBytes { AEAD.seal($0, key: credential.secret, additionalData: Self.context(id)) }
        let now = ContinuousClock.now
        let admitted = entries.withLock { entries in
            entries = entries.filter { $0.value.idle > now && $0.value.end > now }
            guard entries.count < Self.limit else { return false }
            entries[id] = Entry(
                resident: resident, sealedSeed: sealed, idle: now.advanced(by: .seconds(Self.idleSeconds)),
                end: now.advanced(by: .seconds(Self.longestSeconds)))
            return true
        }
        guard admitted else { throw VaultError(.busy, "too many sessions are open", retryAfter: 60) }
        return try credential.text()
    }

    /// Opens the seed of a session for the length of one request; nil for an unknown or ended session.
    func seed(_ token: borrowing SecretBytes) -> OpenSession? {
        guard let credential = try? Credential(parsing: token, kind: .session),
            let id = SessionID(base32: credential.name)
        else { return nil }
        let now = ContinuousClock.now
        let entry = entries.withLock { entries -> Entry? in
            guard let entry = entries[id] else { return nil }
            guard entry.idle > now, entry.end > now else {
                entries[id] = nil
                return nil
            }
            return entry
        }
        guard let entry,
            let plain = try? AEAD.open(entry.sealedSeed, key: credential.secret, additionalData: Self.context(id)),
            let seed = try? Seed(plain)
        else { return nil }
        // Only a use with the right secret keeps a session awake.
        entries.withLock { $0[id]?.idle = now.advanced(by: .seconds(Self.idleSeconds)) }
        return OpenSession(id: id, resident: entry.resident, seed: seed)
    }

    func close(_ id: SessionID) { entries.withLock { $0[id] = nil } }

    /// Ends every session of a resident: a new seed makes the old ones useless.
    func closeAll(of resident: ResidentReference) {
        entries.withLock { entries in entries = entries.filter { $0.value.resident != resident } }
    }

    private static func context(_ id: SessionID) -> [UInt8] { Array("rvault.session.v1".utf8) + id.bytes }
}

/// A session whose secret was shown.
struct OpenSession: ~Copyable {
    let id: SessionID
    let resident: ResidentReference
    let seed: Seed
}
