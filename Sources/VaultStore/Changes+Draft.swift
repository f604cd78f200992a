internal import GRDB
internal import VaultModel

extension Snapshot {
    /// Works out changes over this view.
    ///
    /// - Parameters:
    ///   - sealer: the key that their rows are sealed with.
    ///   - body: gets what takes the changes, and the draft that keeps them.
    package func draft<Value>(sealer: any RowSealing, _ body: (Changes, Draft) throws -> Value) rethrows -> Value {
        let view = sealing(with: sealer)
        let draft = Draft(over: view)
        return try body(Changes(snapshot: view.drafting(draft)), draft)
    }

    /// Whether the requests that a draft rests on are as it read them. Whether its residents are, the caller knows.
    package func holdsPremises(of writes: DraftedWrites) throws -> Bool {
        try writes.premises.allSatisfy { try accessRequest(id: $0.id) == $0.row }
    }
}

extension Changes {
    /// Writes what a draft came to.
    ///
    /// - Throws: `StoreError.malformedRow` if a row was to be put under one that is gone.
    package func write(_ writes: DraftedWrites) throws {
        for statement in writes.statements {
            try run(statement.sql, statement.arguments)
            if statement.puts, db.changesCount == 0 { throw StoreError.malformedRow(table: "") }
        }
    }
}
