internal import VaultModel
internal import GRDB

/// One custodian's share of the key around a resident's box seed.
package struct ShareRow: SealedRow, Equatable {
    package static let table = "share"
    package let resident: ResidentReference
    /// The share's public place, 1 to 16.
    package let x: UInt8
    package let custodian: String
    /// All shares of one split carry its random id.
    package let custodySet: [UInt8]
    /// How many shares of the set give the key back.
    package let threshold: UInt8
    /// Tells a right share from a wrong one without telling it (`ShareDigest`).
    package let digest: [UInt8]
    /// The first bytes of H(the custodian's box key), 8: a custodian who changes keys under the same name is told by it.
    package let box: [UInt8]
    /// The share, sealed to the custodian's box key.
    package let blob: [UInt8]

    package init(
        resident: ResidentReference, x: UInt8, custodian: String, custodySet: [UInt8], threshold: UInt8, digest: [UInt8],
        box: [UInt8], blob: [UInt8]
    ) {
        self.resident = resident
        self.x = x
        self.custodian = custodian
        self.custodySet = custodySet
        self.threshold = threshold
        self.digest = digest
        self.box = box
        self.blob = blob
    }

    package var key: [ColumnValue] { [.bytes(resident.id.bytes), .integer(UInt64(x))] }
    package var columns: [ColumnValue] {
        [.text(custodian), .bytes(custodySet), .integer(UInt64(threshold)), .bytes(digest), .bytes(box), .bytes(blob)]
    }

    /// What of it belongs to the resident's state: a custodian's successor takes the share over without the resident, so
    /// the custodian and the sealed share stay out.
    var stateColumns: [ColumnValue] { [.bytes(custodySet), .integer(UInt64(threshold)), .bytes(digest)] }
}

extension Snapshot {
    /// One custodian's shares in the order of their residents' numbers, a page at a time.
    package func shares(custodian: String, after number: Int64, limit: Int) throws -> [ShareRow] {
        let numbers: [Int64] = try rows(
            "SELECT resident FROM share WHERE custodian = ? AND resident > ? ORDER BY resident LIMIT ?",
            [custodian, number, limit]
        ) { $0[0] }
        return try numbers.flatMap { number -> [ShareRow] in
            guard let resident = try resident(number: number)?.reference else { return [] }
            return try shares(of: resident).filter { $0.custodian == custodian }
        }
    }

    /// The shares of a resident's box seed, in the order of their places.
    package func shares(of resident: ResidentReference) throws -> [ShareRow] {
        try rows(
            "SELECT x, custodian, custody_set, threshold, digest, box, blob, seal FROM share WHERE resident = ? ORDER BY x",
            [resident.number]
        ) { row in
            try checked(
                ShareRow(
                    resident: resident, x: try required(UInt8(exactly: row[0] as Int64), ShareRow.table), custodian: row[1],
                    custodySet: (row[2] as Blob).bytes,
                    threshold: try required(UInt8(exactly: row[3] as Int64), ShareRow.table), digest: (row[4] as Blob).bytes,
                    box: (row[5] as Blob).bytes, blob: (row[6] as Blob).bytes),
                seal: row[7])
        }
    }
}
