internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// All secrets that lie beside the database, whatever their places: a rotation that was cut off can have left any of
/// them anywhere. What is in force is decided by the config and the sealed rows, not by a file's name.
struct KeyShelf {
    private final class Held: Sendable {
        let secrets: ServiceSecrets
        let keys: ServiceKeys
        init(_ secrets: consuming ServiceSecrets) throws(CryptoError) {
            keys = try ServiceKeys(secrets.serviceKey)
            self.secrets = secrets
        }
    }

    private let source: ServiceKeySource
    private var held: [KeyPlace: Held] = [:]

    /// Reads what is there.
    ///
    /// - Throws: `VaultError` with code `setup` for files that others can read, or that are no keys.
    init(reading source: ServiceKeySource) throws {
        self.source = source
        for place in KeyPlace.allCases {
            guard let secrets = try source.read(place) else { continue }
            held[place] = try Held(secrets)
        }
    }

    /// Any of the keys, to open the database with before it says which are in force.
    ///
    /// - Throws: `VaultError` with code `setup` if there is none.
    func any() throws(VaultError) -> KeySet {
        guard let first = ordered.first else {
            throw VaultError(
                .setup, "there is no service key beside the database", hint: "put service.key and pepper back")
        }
        return KeySet(service: first.keys)
    }

    /// The keys in force, as the config and the sealed rows name them.
    ///
    /// - Throws: `VaultError` with code `setup` if one of them is not here.
    func inForce(by store: VaultDatabase) throws -> KeySet { try store.reader().read { try inForce(by: $0) } }

    func inForce(by stored: Snapshot) throws -> KeySet {
        // Which key checks the rows is known only when some of them were read; they are read again then, and checked.
        let unchecked = stored.unchecked()
        guard let body = try unchecked.config()?.body, let vault = try unchecked.vault()?.id else {
            throw VaultError(.integrity, "the database holds no vault")
        }
        // One that was replaced lies at `.old` and never comes back into force from there, whatever the rows say.
        let logKey = try VaultConfig(body: body).logKey
        guard let service = [held[.current], held[.next]].compactMap({ $0?.keys })
            .first(where: { $0.log.publicKey.bytes == logKey })
        else { throw Vault.wrongServiceKey }
        var other: ServiceKeys?
        // The key in force alone says that the one before still counts: whoever has only that one could say it for ever.
        let rotation: RotationRow?
        do {
            rotation = try stored.sealing(with: KeySet(service: service)).rotation(.serviceKey)
        } catch StoreError.rowSeal {
            throw VaultError(
                .integrity, "a row that says how far a rotation is does not fit its seal",
                hint: "it was altered behind the daemon; look with: rvault audit verify --data")
        }
        if let rotation, rotation.finished == nil {
            // The row is genuine and may be old: what the log says of the rotation's end counts.
            guard try !Self.isOver(rotation, by: unchecked) else {
                throw VaultError(
                    .integrity, "a row says that a rotation of the service key is under way, and the log says that it is over",
                    hint: "an older row was put back; look with: rvault audit verify --data")
            }
            other = Base64URL.decode(rotation.target).flatMap { self.service(logKey: $0) }
            guard other != nil else {
                throw VaultError(
                    .setup, "the service key that was in force before is needed until all rows have moved to the new one",
                    hint: "put service.key.old back; or move service.key away too, and let k custodians restore both")
            }
        }
        let snapshot = stored.sealing(with: KeySet(service: service, alsoAccepting: other))
        do {
            _ = try snapshot.vault()
            _ = try snapshot.rotations()
            var peppers: [PepperKey] = []
            let rows = try snapshot.peppers()
            for row in rows where row.retired == nil {
                // Without an older one those who are still under it need their custodians; the others go on.
                if let pepper = try pepper(row, vault: vault) { peppers.append(pepper) }
            }
            guard peppers.last?.generation == rows.last?.generation else {
                throw VaultError(.setup, "pepper is not this vault's", hint: "put the right pepper back")
            }
            let (roots, decoy) = try KeySet.carried(in: snapshot, by: service, vault: vault)
            return KeySet(service: service, alsoAccepting: other, roots: roots, peppers: peppers, firstDecoy: decoy)
        } catch StoreError.rowSeal { throw Vault.wrongServiceKey }
    }

    /// Whether the log tells of the end of a rotation of the service key that began at `since`.
    private static func isOver(_ rotation: RotationRow, by snapshot: Snapshot) throws -> Bool {
        var seq = rotation.since
        while true {
            let page = try snapshot.logEntries(from: seq, limit: 256)
            guard let last = page.last else { return false }
            for (_, bytes) in page {
                guard let entry = try? LogEntry(decoding: bytes), entry.action == .rotated else { continue }
                if entry.rule == RotationRow.Kind.serviceKey.rawValue, entry.decision == "done" { return true }
            }
            seq = last.seq + 1
        }
    }

    private var ordered: [Held] { KeyPlace.allCases.compactMap { held[$0] } }

    /// The service key whose log key has this public half.
    func service(logKey: [UInt8]) -> ServiceKeys? { ordered.first { $0.keys.log.publicKey.bytes == logKey }?.keys }

    /// The service key that waits at `.next`, if it is the one whose log key has this public half.
    func next(logKey: [UInt8]?) -> ServiceKeys? {
        held[.next].flatMap { $0.keys.log.publicKey.bytes == logKey ? $0.keys : nil }
    }

    /// The pepper that a row names.
    func pepper(_ row: PepperRow, vault: VaultID) throws -> PepperKey? {
        for held in ordered
        where Sodium.equal(held.secrets.pepper.digest(vault: vault.bytes, generation: row.generation), row.digest) {
            return PepperKey(generation: row.generation, key: try held.secrets.pepper.duplicate())
        }
        return nil
    }

    private func serviceKey(_ logKey: [UInt8]) throws -> ServiceKey? {
        try ordered.first { $0.keys.log.publicKey.bytes == logKey }?.secrets.serviceKey.duplicate()
    }

    /// The service key and the newest pepper in force.
    ///
    /// - Throws: `VaultError` with code `setup` if one of them is not here.
    func secrets(of keys: KeySet) throws -> ServiceSecrets {
        guard let service = try serviceKey(keys.service.log.publicKey.bytes) else {
            throw VaultError(.setup, "the service key in force is not beside the database any more")
        }
        return ServiceSecrets(serviceKey: service, pepper: try keys.pepper.key.duplicate())
    }

    /// The pair that lies at `.old` while it is needed: the service key before, or the one in force, with the oldest pepper.
    func oldSecrets(of keys: KeySet) throws -> ServiceSecrets {
        guard let service = try serviceKey((keys.alsoAccepted ?? keys.service).log.publicKey.bytes) else {
            throw VaultError(.setup, "the service key before is not beside the database any more")
        }
        return ServiceSecrets(serviceKey: service, pepper: try (keys.peppers.first ?? keys.pepper).key.duplicate())
    }

    /// Puts every secret that is in force in its place, and destroys what is not needed any more. What is needed is
    /// written before anything goes; cut off, it is done again.
    ///
    /// - Parameters:
    ///   - keys: what is in force.
    ///   - next: the log key of the service key that was made and waits at `.next`.
    func settle(_ keys: KeySet, next: [UInt8]?, vault: VaultID) throws {
        if keys.needsOld { try put(try oldSecrets(of: keys), at: .old, vault: vault) }
        try put(try secrets(of: keys), at: .current, vault: vault)
        if self.next(logKey: next) == nil { try source.remove(.next) }
        if !keys.needsOld { try source.remove(.old) }
    }

    /// Writes a pair unless it is there already. What it takes the place of is overwritten first.
    private func put(_ secrets: consuming ServiceSecrets, at place: KeyPlace, vault: VaultID) throws {
        if let there = held[place], there.secrets.equals(secrets) { return }
        try source.replace(with: secrets, at: place, vault: vault)
    }
}
