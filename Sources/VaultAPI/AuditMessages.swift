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

/// A page of the log (`GET /v1/audit/entries`): `limit`, and `after` or `before` a number; the filters `from` and `to`
/// (instants), `app`, `party`, `purpose`, `action`, `decision`, `tag` (hex).
package struct EntryPage: WireMessage, Equatable {
    package let entries: [NumberedEntry]
    /// What the same cursor takes for the next page; absent on the last. A page can be empty and not the last.
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

/// Lets someone read the log (`POST /v1/auditors`).
package struct AuditorRegistration: WireMessage, Equatable {
    package let name: AuditorName
    /// H(auth key), 32 bytes.
    package let auth: [UInt8]
    package let operatorHeld: Bool

    package init(name: AuditorName, auth: [UInt8], operatorHeld: Bool) {
        self.name = name
        self.auth = auth
        self.operatorHeld = operatorHeld
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                name: try reader.required("name") { $0.string.flatMap(AuditorName.init) },
                auth: try reader.bytes("auth", count: 32), operatorHeld: try reader.bool("operator_held"))
        }
    }

    package var json: JSON {
        [
            "name": .string(name.text), "auth": .string(Base64URL.encode(auth)), "operator_held": .bool(operatorHeld),
        ]
    }
}

/// An auditor (`GET /v1/auditors`, and the answer to their registration).
package struct AuditorView: WireMessage, Equatable {
    package let name: AuditorName
    package let operatorHeld: Bool
    package let added: Instant

    package init(name: AuditorName, operatorHeld: Bool, added: Instant) {
        self.name = name
        self.operatorHeld = operatorHeld
        self.added = added
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                name: try reader.required("name") { $0.string.flatMap(AuditorName.init) },
                operatorHeld: try reader.bool("operator_held"), added: try reader.instant("added"))
        }
    }

    package var json: JSON {
        ["name": .string(name.text), "operator_held": .bool(operatorHeld), "added": JSON(added)]
    }
}

/// What was moved out of the database (`POST /v1/audit/archive`).
package struct ArchiveResult: WireMessage, Equatable {
    /// How many entries were moved now.
    package let moved: Int
    /// The first entry that still lies in the database.
    package let first: Int

    package init(moved: Int, first: Int) {
        self.moved = moved
        self.first = first
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(moved: try reader.count("moved"), first: try reader.count("first"))
        }
    }

    package var json: JSON { ["moved": JSON(moved), "first": JSON(first)] }
}
