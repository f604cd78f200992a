internal import GRDB

/// A key of a custodian's that is in force no more: shares may still be sealed to it, and the one who had it says by it to
/// whom they go. Kept for good, a row a change.
package struct FormerCustodianRow: SealedRow, Equatable {
    package static let table = "former_custodian"
    package let custodian: String
    /// The first bytes of H(their box key), 8, as in `ShareRow`.
    package let box: [UInt8]
    /// Ed25519, 32 bytes.
    package let sign: [UInt8]

    package init(custodian: String, box: [UInt8], sign: [UInt8]) {
        self.custodian = custodian
        self.box = box
        self.sign = sign
    }

    package var key: [ColumnValue] { [.text(custodian), .bytes(box)] }
    package var columns: [ColumnValue] { [.bytes(sign)] }
}

extension Snapshot {
    /// All keys of custodians that were in force before.
    package func formerCustodians() throws -> [FormerCustodianRow] {
        try rows("SELECT custodian, box, sign, seal FROM former_custodian ORDER BY custodian, box", []) { row in
            try checked(
                FormerCustodianRow(custodian: row[0], box: (row[1] as Blob).bytes, sign: (row[2] as Blob).bytes), seal: row[3])
        }
    }
}

extension Changes {
    package func put(_ row: FormerCustodianRow) throws {
        try run(
            "INSERT OR REPLACE INTO former_custodian VALUES (?, ?, ?, ?)",
            [row.custodian, Blob(row.box), Blob(row.sign), seal(row)])
    }
}
