internal import VaultAudit
internal import VaultCrypto
package import VaultModel
internal import VaultStore

/// The ceremony that puts the service key and the pepper together again, when the files are lost. No daemon runs: without
/// its key it could not say anything that anyone should believe, and the log can vouch for nothing. What there is to hold the
/// answers against is the vault's own database: its config, the digests of the shares, and at last the seals of its rows.
///
/// Like every ceremony's, its key lives in this process alone. What it was is logged at the vault's next start.
package final class KeyRestore {
    private let vault: VaultID
    private let target: VaultDirectory
    private let key: BoxKeyPair
    private let reader: StoreReader
    private let config: VaultConfig
    /// What was split, and how many shares give it back: a split can be older than a k that was changed since.
    private let thresholds: [String: Int]
    /// What custodians sign.
    package let request: CeremonyRequest
    package let bytes: [UInt8]
    private var signatures: [CustodianName: [UInt8]] = [:]
    private var shares: [String: [CustodianName: Opened]] = [:]

    /// A share that came, in locked memory.
    private final class Opened {
        let x: UInt8
        let y: SecretBytes
        init(x: UInt8, y: consuming SecretBytes) {
            self.x = x
            self.y = y
        }
    }

    /// - Parameters:
    ///   - directory: whose keys are lost; its lock must be the caller's.
    /// - Throws: `VaultError` with `conflict` if the service key is there, or the vault never had custodians.
    package init(directory path: String, reason: String, now: Instant) throws {
        let directory = VaultDirectory(path)
        try directory.check()
        guard !VaultDirectory.exists(directory.serviceKey) else {
            throw VaultError(.conflict, "\(directory.serviceKey) is there", hint: "start rvaultd; if it is the wrong one, move it away first")
        }
        target = directory
        reader = try VaultDatabase.openForReading(path: directory.database, sealer: NoSealer())
        let (row, body) = try reader.read { snapshot in
            (try snapshot.unchecked().vault(), try snapshot.unchecked().config()?.body)
        }
        guard let row, let body else { throw VaultError(.integrity, "the database holds no vault") }
        vault = row.id
        config = try VaultConfig(body: body)
        guard !config.custodianship.isEmpty, CeremonyRequest.isReason(reason) else {
            throw VaultError(
                .conflict, "this vault has no custodians, so nobody holds shares of its keys",
                hint: "put service.key and pepper back from where they were copied to")
        }
        thresholds = try reader.read { snapshot in
            let rows = try snapshot.unchecked().keyShareNames().compactMap { try snapshot.unchecked().keyShares(of: $0).first }
            return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, Int($0.threshold)) }.filter { (2...255).contains($0.1) })
        }
        guard thresholds[KeyCustody.serviceKey] != nil, thresholds[KeyCustody.pepper] != nil else {
            throw VaultError(
                .conflict, "the keys were never split among the custodians",
                hint: "put service.key and pepper back from where they were copied to")
        }
        key = try BoxKeyPair(seed: try Seed.random())
        request = CeremonyRequest(
            vault: vault, id: .random(), result: .keys, reason: reason, count: 0,
            residents: Hash.blake2b256(CeremonyItem.digestInput([], vault: vault)), box: key.publicKey.bytes,
            threshold: config.custodianship.threshold, config: Hash.blake2b256(body), created: now,
            until: now.advanced(bySeconds: CeremonyRequest.longestSeconds))
        bytes = try request.encoded()
    }

    /// How many more custodians are needed.
    package var missing: Int {
        max(0, thresholds.values.reduce(config.custodianship.threshold, max) - signatures.count)
    }

    /// What custodians read to the operator, because no log vouches for the request: see `CheckNumber`.
    package var number: String { CheckNumber.of(bytes) }

    /// Takes a custodian's answer: a signature over the request, and their shares sealed to its key.
    ///
    /// - Throws: `VaultError` with `forbidden` for another signature, `badValue` naming the custodian of a wrong share.
    package func take(
        _ custodian: CustodianName, signature: [UInt8], shares answer: [CustodianShare]
    ) throws {
        guard Ceremony.isValid(signature, of: bytes, by: config.custodianship.custodians[custodian]) else {
            throw VaultError(.forbidden, "this is no signature of the custodian \(custodian) over this request")
        }
        var opened: [String: Opened] = [:]
        for name in thresholds.keys {
            let wrong = VaultError(.badValue, "the share of the custodian \(custodian) is not the right one")
            let rows = try reader.read { try $0.unchecked().keyShares(of: name) }
            guard let row = rows.first(where: { $0.custodian == custodian.text }),
                let share = answer.first(where: { $0.set == row.custodySet && $0.x == row.x }),
                let y = try? SealedShare.open(
                    share.blob, x: share.x, vault: vault.bytes, resident: vault.bytes, set: share.set, with: key),
                let digest = try? ShareDigest.make(resident: vault.bytes, set: share.set, x: share.x, y: y),
                Sodium.equal(digest, row.digest)
            else { throw wrong }
            opened[name] = Opened(x: share.x, y: y)
        }
        signatures[custodian] = signature
        for (name, share) in opened { shares[name, default: [:]][custodian] = share }
    }

    /// Writes the key files, if what came out is this vault's: the service key makes the log's public key and fits the seals
    /// of the shares' own rows, and these say what tells each of the others. During a rotation the pair before comes back
    /// too.
    ///
    /// - Throws: `VaultError.forbidden` while custodians are missing, `integrity` if the database was altered.
    package func finish() throws {
        guard missing == 0 else {
            throw VaultError(.forbidden, "\(missing) more custodians are needed")
        }
        let current = try secrets(at: .current)
        let keys = KeySet(service: try ServiceKeys(current.serviceKey))
        guard keys.service.log.publicKey.bytes == config.logKey else {
            throw VaultError(.integrity, "what the shares make is not this vault's service key")
        }
        let isSealed = try reader.read { snapshot in
            try thresholds.keys.allSatisfy { name in try snapshot.sealedKeyShares(of: name, by: keys.seal) }
        }
        guard isSealed else {
            throw VaultError(.integrity, "the rows that tell right shares from wrong ones were altered")
        }
        try check(current, at: .current)
        try VaultDirectory.replace(target.restoredKeys, with: record, mode: 0o600)
        let source = ServiceKeySource(target)
        if thresholds[KeyCustody.serviceKey + KeyPlace.old.rawValue] != nil {
            let old = try secrets(at: .old)
            try check(old, at: .old)
            try source.putBack(old, at: .old)
        }
        // The service key in force comes last: with it a start goes on.
        try source.putBack(current, at: .current)
    }

    private func secrets(at place: KeyPlace) throws -> ServiceSecrets {
        ServiceSecrets(
            serviceKey: try ServiceKey(try combined(KeyCustody.serviceKey + place.rawValue)),
            pepper: try Pepper(try combined(KeyCustody.pepper + place.rawValue)))
    }

    /// Each must be what was split: what its rows say of it, which are sealed.
    private func check(_ secrets: borrowing ServiceSecrets, at place: KeyPlace) throws {
        let (service, pepper, generation) = try reader.read { stored in
            let snapshot = stored.unchecked()
            func mark(_ name: String) throws -> [UInt8]? { try snapshot.keyShares(of: name + place.rawValue).first?.mark }
            let pepper = try mark(KeyCustody.pepper)
            return (
                try mark(KeyCustody.serviceKey), pepper, try snapshot.peppers().first { $0.digest == pepper }?.generation ?? 0
            )
        }
        guard try ServiceKeys(secrets.serviceKey).log.publicKey.bytes == service,
            secrets.pepper.digest(vault: vault.bytes, generation: generation) == pepper
        else { throw VaultError(.integrity, "what the shares make is not what was split") }
    }

    private func combined(_ name: String) throws -> SecretBytes {
        let threshold = thresholds[name] ?? 0
        let some = Array((shares[name] ?? [:]).values.prefix(threshold))
        var set = try ShareSet(capacity: some.count, length: SealedShare.byteCount)
        for share in some { try set.add(x: share.x, y: share.y) }
        return try Shamir.combine(set, threshold: threshold)
    }

    /// What the next start logs: the request and who signed it.
    private var record: [UInt8] {
        let json: JSON = [
            "request": request.json,
            "approvals": .object(
                Dictionary(uniqueKeysWithValues: signatures.map { ($0.key.text, .string(Base64URL.encode($0.value))) })),
        ]
        return json.encoded
    }
}

extension Vault {
    /// Logs a restoring of the keys that ended before this start. The file goes when the entries are durable.
    package func logRestoredKeys() throws {
        guard VaultDirectory.exists(directory.restoredKeys) else { return }
        let json = try? CanonicalJSON.decode(try FileBytes.read(directory.restoredKeys))
        guard let change = json?["request"], let request = CeremonyRequest(parsing: try CanonicalJSON.encode(change)),
            let approvals = json?["approvals"], request.vault == id
        else { throw VaultError(.setup, "\(directory.restoredKeys) is not in its form", hint: "move it away and look who wrote it") }
        let bytes = try request.encoded()
        try writer.perform { transaction in
            for (action, decision) in [(LogAction.ceremony, Self.asked), (.ceremony, Self.approved), (.ceremonyClosed, "done")] {
                var entry = transaction.entry(action, request: RequestID(request.id.bytes))
                entry.role = .operator
                entry.decision = decision
                entry.reason = request.reason
                entry.rule = request.result.kind
                entry.change = decision == Self.asked
                    ? change
                    : [
                        "ceremony": .string(request.id.base64),
                        "request": .string(Base64URL.encode(Hash.blake2b256(bytes))), "approvals": approvals,
                    ]
                try transaction.append(entry)
            }
        }
        try directory.removeRestoredKeys()
    }
}
