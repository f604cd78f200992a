package import VaultModel
internal import VaultStore

/// One custodian's share of one resident's key as it travels: sealed to the custodian, to their successor, or to a
/// ceremony's key.
package struct CustodianShare: Sendable {
    package let resident: ResidentID
    /// The split it is of.
    package let set: [UInt8]
    package let x: UInt8
    package let digest: [UInt8]
    package let blob: [UInt8]

    package init(resident: ResidentID, set: [UInt8], x: UInt8, digest: [UInt8], blob: [UInt8]) {
        self.resident = resident
        self.set = set
        self.x = x
        self.digest = digest
        self.blob = blob
    }

    init(_ row: ShareRow) {
        self.init(resident: row.resident.id, set: row.custodySet, x: row.x, digest: row.digest, blob: row.blob)
    }
}
