internal import VaultModel
internal import GRDB

/// How a custodian's share of one of the vault's own keys is told to be the right one. The share itself is in the file that
/// was handed to the custodian, and nowhere in the vault.
package struct KeyShareRow: SealedRow, Equatable {
    package static let table = "key_share"
    /// `service.key` or `pepper`.
    package let name: String
    /// The share's public place, 1 to 16.
    package let x: UInt8
    package let custodian: String
    package let custodySet: [UInt8]
    package let threshold: UInt8
    package let digest: [UInt8]
    /// Which key of the custodian's it is sealed to, as in `ShareRow`.
    package let box: [UInt8]
    /// Tells which key was split: of a service key the public half of its log key, of a pepper the digest in its row.
    package let mark: [UInt8]

    package init(
        name: String, x: UInt8, custodian: String, custodySet: [UInt8], threshold: UInt8, digest: [UInt8], box: [UInt8],
        mark: [UInt8]
    ) {
        self.mark = mark
        self.box = box
        self.name = name
        self.x = x
        self.custodian = custodian
        self.custodySet = custodySet
        self.threshold = threshold
        self.digest = digest
    }

    package var key: [ColumnValue] { [.text(name), .integer(UInt64(x))] }
    package var columns: [ColumnValue] {
        [.text(custodian), .bytes(custodySet), .integer(UInt64(threshold)), .bytes(digest), .bytes(box), .bytes(mark)]
    }
}

extension Snapshot {
    /// Which of the vault's own keys are split.
    package func keyShareNames() throws -> [String] {
        try rows("SELECT DISTINCT name FROM key_share ORDER BY name", []) { $0[0] }
    }

    /// The shares of one of the vault's own keys, in the order of their places.
    package func keyShares(of name: String) throws -> [KeyShareRow] {
        try rows(
            "SELECT x, custodian, custody_set, threshold, digest, box, mark, seal FROM key_share WHERE name = ? ORDER BY x", [name]
        ) { row in
            try checked(
                KeyShareRow(
                    name: name, x: try required(UInt8(exactly: row[0] as Int64), KeyShareRow.table), custodian: row[1],
                    custodySet: (row[2] as Blob).bytes,
                    threshold: try required(UInt8(exactly: row[3] as Int64), KeyShareRow.table),
                    digest: (row[4] as Blob).bytes, box: (row[5] as Blob).bytes, mark: (row[6] as Blob).bytes),
                seal: row[7])
        }
    }
}

extension Snapshot {
    /// Whether all rows of one key's shares fit their seals under a key that was put together just now.
    package func sealedKeyShares(of name: String, by seal: ([UInt8]) -> [UInt8]) throws -> Bool {
        let seals: [Blob] = try rows("SELECT seal FROM key_share WHERE name = ? ORDER BY x", [name]) { $0[0] }
        let found = try unchecked().keyShares(of: name)
        return !found.isEmpty && zip(found, seals).allSatisfy { seal($0.sealInput) == $1.bytes }
    }
}

extension Changes {
    /// Puts the shares of a new split in place of those of an older one.
    package func replaceKeyShares(of name: String, by shares: [KeyShareRow]) throws {
        try run("DELETE FROM key_share WHERE name = ?", [name])
        for row in shares {
            try run("INSERT INTO key_share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [
                row.name, Int64(row.x), row.custodian, Blob(row.custodySet), Int64(row.threshold), Blob(row.digest),
                Blob(row.box), Blob(row.mark), Blob(snapshot.sealer.seal(row.sealInput)),
            ])
        }
    }
}
