package import VaultModel
package import VaultAudit
internal import VaultStore

/// What an operator may know at a glance: counts and digests.
package struct VaultStatus: Sendable {
    package let residents: Int64
    package let entries: UInt64
    package let configDigest: [UInt8]
    package let configNumber: Int64
    package let custodians: Int
    package let threshold: Int
    package let apps: Int
}

extension Vault {
    package func status(reader: VaultReader) throws -> VaultStatus {
        let inForce = config
        return try reader.store.read { snapshot in
            VaultStatus(
                residents: try snapshot.residentCount(), entries: try snapshot.logCount(), configDigest: inForce.digest,
                configNumber: inForce.config.number, custodians: inForce.config.custodians,
                threshold: inForce.config.threshold, apps: inForce.config.apps.values.filter(\.live).count)
        }
    }

    /// Log entries from an index on, a page at a time, as they are stored.
    package func logEntries(from seq: UInt64, limit: Int, reader: VaultReader) throws -> [(seq: UInt64, entry: JSON)] {
        try reader.store.read { snapshot in
            try snapshot.logEntries(from: seq, limit: limit).map { ($0.seq, try CanonicalJSON.decode($0.entry)) }
        }
    }
}

/// Verification of a directory's log from the stored rows, with public keys alone: it needs no daemon, no service key
/// and no lock, and computes everything itself.
package enum VaultVerification {
    /// - Parameters:
    ///   - note: the checkpoint to hold the log against; the kept one of the directory if nil.
    ///   - key: the log's verifier key; `log.vkey` of the directory if nil. Take one from outside the house to trust
    ///     nothing in it.
    package static func verify(directory path: String, checkpoint note: [UInt8]?, key: String?) throws -> LogVerification {
        let directory = VaultDirectory(path)
        let text = try key ?? String(decoding: FileBytes.read(directory.logKey), as: UTF8.self)
        let verifierKey = try VerifierKey(parsing: text.split(separator: "\n").first.map(String.init) ?? "")
        let reader = try VaultDatabase.openForReading(path: directory.database, sealer: NoSealer())
        var kept = try note ?? FileBytes.read(directory.checkpoint)
        // A running daemon overwrites the note in place: a torn read is read again.
        if note == nil, (try? Checkpoint.open(kept, key: verifierKey)) == nil { kept = try FileBytes.read(directory.checkpoint) }
        return try reader.read { snapshot in
            try LogVerifier(vault: nil, key: verifierKey).verify(StoredLog(snapshot), checkpoint: kept)
        }
    }
}
