package import VaultModel

/// One entry of the log with its place in it.
package struct NumberedEntry: WireMessage, Equatable {
    package let sequence: Int
    /// The entry as stored; what it may hold is VaultAudit's to say.
    package let entry: JSON

    package init(sequence: Int, entry: JSON) {
        self.sequence = sequence
        self.entry = entry
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                sequence: try reader.count("seq"), entry: try reader.required("entry") { $0.object == nil ? nil : $0 })
        }
    }

    package var json: JSON { ["seq": JSON(sequence), "entry": entry] }
}

/// A page of the log (`GET /v1/audit/entries?after=SEQ&limit=N`).
package struct EntryPage: WireMessage, Equatable {
    package let entries: [NumberedEntry]
    /// What `after` takes for the next page; absent on the last.
    package let next: Int?

    package init(entries: [NumberedEntry], next: Int? = nil) {
        self.entries = entries
        self.next = next
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                entries: try reader.messages("entries"),
                next: try reader.optional("next") { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } })
        }
    }

    package var json: JSON { .members(["entries": .array(entries.map(\.json)), "next": next.map { JSON($0) }]) }
}
