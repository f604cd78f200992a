internal import VaultModel

/// New residents, a part of an import at a time: one table after the other, so that a table's statement is looked for once
/// and its pages are at hand.
extension Changes {
    /// Inserts the rows of residents whose numbers were given in order.
    ///
    /// - Throws: `StoreError.constraint` if an id, a login name or a number is taken.
    package func insert(_ residents: [(resident: ResidentRow, rows: NewResidentRows)]) throws {
        try repeating(ResidentRow.firstInsertion) { statement in
            for (resident, _) in residents {
                let seal = seal(resident).bytes
                try statement.run { resident.bind(number: resident.reference.number, seal: seal, to: &$0) }
            }
        }
        try countResidents(residents.count)
        try insertCells(of: residents)
        try insert(residents, \.writeKeys)
        try insert(residents, \.indexes)
        try insert(residents, \.envelopes)
        try insert(residents, \.shares)
        try insert(residents, \.pairwise)
        try insert(residents, \.grants)
        // A bundle lies under its grant's number.
        try insert(residents, \.bundles)
    }

    private func insert<Row: WrittenRow>(
        _ residents: [(resident: ResidentRow, rows: NewResidentRows)], _ rows: KeyPath<NewResidentRows, [NewResidentRows.Sealed<Row>]>
    ) throws {
        try repeating(Row.insertion) { statement in
            for (resident, new) in residents {
                for sealed in new[keyPath: rows] {
                    try statement.run { sealed.row.bind(number: resident.reference.number, seal: sealed.seal, to: &$0) }
                }
            }
        }
    }

    private func insertCells(of residents: [(resident: ResidentRow, rows: NewResidentRows)]) throws {
        var names: [String: Int64] = [:]
        func number(of name: String) throws -> Int64 {
            if let known = names[name] { return known }
            let id = try nameID(name)
            names[name] = id
            return id
        }
        let numbered = try residents.flatMap { resident, new in
            try new.cells.map {
                (resident: resident.reference.number, cell: $0, field: try number(of: $0.field.text), source: try number(of: $0.source))
            }
        }
        try repeating(CellRow.insertion) { statement in
            for (resident, cell, field, source) in numbered {
                try statement.run { cell.bind(number: resident, field: field, source: source, to: &$0) }
            }
        }
    }
}
