internal import Synchronization
internal import VaultPolicy
package import VaultModel
internal import VaultAudit
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
    /// - Parameter mayBeOld: takes counts of up to five seconds ago.
    package func status(reader: VaultReader, mayBeOld: Bool = false) throws -> VaultStatus {
        let inForce = config
        // Anyone may ask for `/metrics`, and counting a city's rows takes a while: once in five seconds is enough.
        let now = ContinuousClock.now
        if mayBeOld, let held = counted.withLock({ $0 }), held.at.duration(to: now) < .seconds(5), held.status.configDigest == inForce.digest {
            return held.status
        }
        let status = try reader.store.read { snapshot in
            VaultStatus(
                residents: try snapshot.residentCount(), entries: try snapshot.logCount(), configDigest: inForce.digest,
                configNumber: inForce.config.number, custodians: inForce.config.custodians,
                threshold: inForce.config.threshold, apps: inForce.config.apps.values.filter(\.live).count)
        }
        counted.withLock { $0 = (now, status) }
        return status
    }

    /// Whether requests can be answered: the database can be read.
    package func checkReadable(reader: VaultReader) throws { _ = try reader.store.read { try $0.logCount() } }

    /// Log entries from an index on, a page at a time, as they are stored.
    package func logEntries(from seq: UInt64, limit: Int, reader: VaultReader) throws -> [(seq: UInt64, entry: JSON)] {
        try reader.store.read { snapshot in
            try snapshot.logEntries(from: seq, limit: limit).map { ($0.seq, try CanonicalJSON.decode($0.entry)) }
        }
    }
}

extension Vault {
    /// Names and titles of what the policies in force know, for operators and tools.
    package var policySummary: (fields: [JSON], purposes: [JSON]) {
        let policies = config.config.policies
        let fields = policies.fields.values.sorted { $0.name < $1.name }.map { field -> JSON in
            [
                "field": .string(field.name.text), "type": .string(field.type.word),
                "sensitivity": .string(field.sensitivity.rawValue), "lookup": .bool(field.lookup),
            ]
        }
        let purposes = policies.purposes.values.sorted { $0.name < $1.name }.map { purpose -> JSON in
            [
                "purpose": .string(purpose.name.text), "version": .integer(Int64(purpose.version)),
                "app": .string(purpose.app.text), "party": .string(purpose.party), "basis": .string(purpose.basis.rawValue),
                "fields": .array(purpose.fields.keys.sorted().map { .string($0.text) }),
                "actions": .array(purpose.actions.map { .string($0.rawValue) }),
            ]
        }
        return (fields, purposes)
    }

    /// What an app may do, for the app itself.
    package func purposes(of caller: AppCaller) -> [PurposeName] {
        config.config.policies.purposes(of: caller.name).map(\.name)
    }
}
