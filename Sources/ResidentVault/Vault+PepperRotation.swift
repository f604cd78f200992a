internal import VaultAudit
internal import VaultCrypto
internal import VaultModel
internal import VaultStore

/// Rotating the pepper. New passphrase envelopes are made with the newest at once; an older one is kept beside it until no
/// envelope needs it: whoever logs in moves theirs. Then it is destroyed.
extension Vault {
    /// Makes a new pepper and puts it in force.
    ///
    /// - Returns: how many residents' passphrases are under the older one now.
    /// - Throws: `VaultError.conflict` while residents are still under one that was replaced before.
    package func rotatePepper(uid: UInt32) throws -> Int64 {
        try rotations.exclusively {
            try retirePeppers()
            let inForce = keys.now
            let newest = try inForce.pepper
            let waiting = try store.reader().read { try $0.envelopes(olderThanPepper: newest.generation) }
            guard inForce.peppers.count == 1 else {
                throw VaultError(
                    .conflict, "\(waiting) residents are still under the pepper that was replaced before",
                    hint: "they move at their next login; whoever never comes needs their custodians")
            }
            let next = PepperKey(generation: newest.generation + 1, key: try Pepper.random())
            // Durable before anything rests on it; a start finds it by its digest, wherever it lies.
            try stage(pepper: next.key)
            let digest = next.key.digest(vault: id.bytes, generation: next.generation)
            let count = try writer.perform { transaction in
                try transaction.changes.put(
                    PepperRow(generation: next.generation, digest: digest, made: transaction.now))
                transaction.use(transaction.keys.with(peppers: transaction.keys.peppers + [next]))
                let count = try transaction.snapshot.envelopes(olderThanPepper: next.generation)
                var entry = transaction.rotated("pepper", decision: "begun", uid: uid)
                entry.count = Int(count)
                try transaction.append(entry)
                return count
            }
            try settleKeys()
            try retireUnneededPeppers()
            return count
        }
    }

    /// Destroys peppers that no envelope needs any more. Their end is logged first.
    func retirePeppers() throws { try rotations.exclusively { try retireUnneededPeppers() } }

    private func retireUnneededPeppers() throws {
        guard keys.now.peppers.count > 1 else { return }
        let retired = try writer.perform { transaction -> Bool in
            guard let newest = transaction.keys.peppers.last else { return false }
            var kept: [PepperKey] = []
            for row in try transaction.snapshot.peppers() where row.retired == nil && row.generation < newest.generation {
                guard try !transaction.snapshot.needs(pepper: row.generation) else {
                    kept += transaction.keys.peppers.filter { $0.generation == row.generation }
                    continue
                }
                var row = row
                row.retired = transaction.now
                try transaction.changes.put(row)
            }
            guard kept.count + 1 < transaction.keys.peppers.count else { return false }
            transaction.use(transaction.keys.with(peppers: kept + [newest]))
            try transaction.append(transaction.rotated("pepper", decision: "done"))
            return true
        }
        if retired { try settleKeys() }
    }

    /// A passphrase's envelope made anew under the newest pepper; nil if it is under it already. It costs another Argon2,
    /// and a resident who cannot have one now moves at their next login.
    func repeppered(_ seed: borrowing Seed, _ row: EnvelopeRow, passphrase: borrowing SecretBytes) -> Repeppered? {
        guard let newest = try? keys.now.pepper, row.pepper != newest.generation else { return nil }
        let salt = Sodium.randomBytes(PasswordHash.saltBytes)
        do {
            let key = try argon.run { try EnvelopeKey.passphrase(passphrase, salt: salt, pepper: newest.key) }
            let envelope = try Envelope.seal(
                seed, key: key, kind: .passphrase, vault: id.bytes, resident: row.resident.id.bytes)
            return Repeppered(
                replaces: row,
                row: EnvelopeRow(
                    resident: row.resident, kind: row.kind, salt: salt, auth: envelope.authDigest,
                    commitment: envelope.commitment, until: nil, used: nil, pepper: newest.generation, blob: envelope.sealed))
        } catch { return nil }
    }
}

/// A passphrase's envelope on its way to the newest pepper.
struct Repeppered: Sendable {
    let replaces: EnvelopeRow
    let row: EnvelopeRow
}

extension Transaction {
    /// Puts it, unless the passphrase or the pepper changed meanwhile.
    func put(_ resident: inout ResidentRow, _ new: Repeppered) throws {
        guard try snapshot.envelope(resident: resident.reference, kind: new.row.kind) == new.replaces,
            try new.row.pepper == keys.pepper.generation
        else { return }
        try changes.put(new.row)
        var entry = entry(.rotated, request: nil)
        entry.role = .resident
        entry.rule = "pepper"
        entry.subjects = [try seal(&resident, app: "", grant: nil, outcome: LogAction.rotated.rawValue)]
        try append(entry)
    }
}
