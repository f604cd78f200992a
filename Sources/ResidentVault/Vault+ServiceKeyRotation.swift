internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// Rotating the service key, and with it everything that comes of it: the log's signing key, row seals, blind indexes, the
/// issuing key, decoys (design, section 4, "Service key").
///
/// The next key is made beside the one in force and named by a change of the config, which custodians sign where there are
/// any. One transaction puts it in force; rows then move to it in the background while those under the key before are still
/// taken; at the end the key before is destroyed.
extension Vault {
    /// Makes the next service key, if none waits there already, and writes the change that would put it in force. Nothing is
    /// in force of it.
    ///
    /// - Throws: `VaultError.conflict` while rows still move to the key that is in force.
    package func proposeServiceKey() throws -> ConfigChange {
        try rotations.exclusively {
            let inForce = keys.now
            try Self.requireNoMove(inForce)
            let next = try nextServiceKey()
            let log = inForce.service.log.publicKey.bytes
            let new = next.log.publicKey.bytes
            let cross = inForce.service.log.sign(
                type: LogKeyChain.type, object: try LogKeyChain.object(vault: id, from: log, to: new))
            return try propose(
                .serviceKey(
                    ConfigOperation.ServiceKeyChange(log: new, issuing: next.issuing.publicKey.bytes, cross: cross)))
        }
    }

    /// The key that waits beside the one in force, made if there is none. What lies there and was not made here is
    /// overwritten.
    private func nextServiceKey() throws -> ServiceKeys {
        try keySource.requireWritable()
        if let logKey = try waitingLogKey(), let waiting = try KeyShelf(reading: keySource).next(logKey: logKey)
        {
            return waiting
        }
        guard let current = try keySource.read(.current) else { throw Self.wrongServiceKey }
        let next = try ServiceKey.random()
        let keys = try ServiceKeys(next)
        try keySource.replace(
            with: ServiceSecrets(serviceKey: next, pepper: try current.pepper.duplicate()), at: .next, vault: id)
        let row = NextKeyRow(logKey: keys.log.publicKey.bytes)
        try writer.perform { try $0.changes.put(row) }
        return keys
    }

    /// Forgets the next service key before it is in force, and destroys it. A change that names it can no longer be made.
    ///
    /// - Throws: `VaultError.notFound` if none waits.
    package func withdrawServiceKey() throws {
        try rotations.exclusively {
            try writer.perform { transaction in
                guard try transaction.snapshot.nextKey() != nil else {
                    throw VaultError(.notFound, "no service key waits to be put in force")
                }
                try transaction.changes.removeNextKey()
            }
            try settleKeys()
        }
    }

    private static func requireNoMove(_ inForce: KeySet) throws(VaultError) {
        guard inForce.alsoAccepted == nil else {
            throw VaultError(
                .conflict, "rows still move to the service key that is in force", hint: "wait for the end: rvault doctor")
        }
    }

    /// Runs a job that makes a change of the config; one that names a new service key needs more than a job.
    func perform<Value: Sendable>(
        changing bytes: [UInt8], _ make: @escaping @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        guard case .serviceKey(let next) = try ConfigChange(reading: bytes, for: config).operation else {
            return try writer.perform(make)
        }
        return try putInForce(next, make)
    }

    /// Puts the next service key in force with the change that names it.
    ///
    /// - Parameter apply: makes the change in the config and logs it.
    func putInForce<Value: Sendable>(
        _ change: ConfigOperation.ServiceKeyChange, _ apply: @escaping @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        try rotations.exclusively {
            let inForce = keys.now
            try Self.requireNoMove(inForce)
            // Where systemd has the keys nothing could follow the switch.
            try keySource.requireWritable()
            guard try waitingLogKey() == change.log,
                let next = try KeyShelf(reading: keySource).next(logKey: change.log),
                next.issuing.publicKey.bytes == change.issuing
            else {
                throw VaultError(
                    .conflict, "the service key that this change names is not beside the one in force",
                    hint: "write the change anew: rvault rotate service-key --propose FILE")
            }
            try Self.check(change, of: id, signedBy: inForce)
            // Whoever reads at the moment of the switch finds rows under either key.
            keys.install(inForce.accepting(next))
            do {
                let value = try writer.perform { transaction in
                    try transaction.switchServiceKey(to: next)
                    return try apply(transaction)
                }
                try settleKeys()
                return value
            } catch {
                // What was refused is undone; what was made, and then failed on its way to the files, is finished by the
                // next start.
                if keys.service !== next { keys.install(keys.now.alone) }
                throw error
            }
        }
    }

    /// The old log key's word for the new one, without which nobody who trusts the old one could follow.
    private static func check(_ change: ConfigOperation.ServiceKeyChange, of vault: VaultID, signedBy keys: KeySet) throws {
        let old = keys.service.log.publicKey
        let object = try LogKeyChain.object(vault: vault, from: old.bytes, to: change.log)
        do { try old.verify(change.cross, type: LogKeyChain.type, object: object) } catch {
            throw VaultError(.badValue, "the new log key is not signed by the one in force", hint: "write the change anew")
        }
    }

    /// Writes the log's public key, which is handed out.
    func writeLogKey() throws {
        let text = Array("\(try logKey)\n".utf8)
        guard (try? FileBytes.read(directory.logKey)) != text else { return }
        try VaultDirectory.replace(directory.logKey, with: text, mode: 0o644)
    }
}

extension Transaction {
    /// Goes on with another service key: the roots of all older indexes are sealed under it, and rows begin to move.
    fileprivate func switchServiceKey(to next: ServiceKeys) throws {
        let before = keys
        let after = try before.succeeded(by: next)
        use(after)
        for row in try after.rootRows(vault: vault.id) { try changes.put(row) }
        try begin(
            RotationRow(
                kind: .serviceKey, target: Base64URL.encode(before.service.log.publicKey.bytes), stage: Vault.firstStage,
                total: try snapshot.residentCount(), rate: 0, started: now, since: frontier.size))
        try changes.removeNextKey()
    }
}
