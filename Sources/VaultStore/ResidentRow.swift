package import VaultModel

/// A resident by both names: the id that everything binds, and the number that rows are keyed by.
package struct ResidentReference: Hashable, Sendable {
    package let number: Int64
    package let id: ResidentID

    package init(number: Int64, id: ResidentID) {
        self.number = number
        self.id = id
    }
}

/// One resident: public keys, counters and the key of their tags. Nothing personal.
package struct ResidentRow: DirectlyWrittenRow, Equatable {
    package static let table = "resident"

    package let reference: ResidentReference
    package let login: LoginName
    package var box: [UInt8]
    /// Absent until activation, and after a recovery until the next.
    package var sign: [UInt8]?
    package let tagKey: [UInt8]
    /// Counts the changes that the log names; the next one's tag must not be in the log yet.
    package var revision: UInt64
    /// Numbers write keys; never goes back.
    package var epoch: UInt32
    /// Fields whose cells must move to a new key because a grant that held the old one has ended.
    package var stale: Set<FieldName>
    package var restricted: Bool
    package let enrolled: Instant

    package init(
        reference: ResidentReference, login: LoginName, box: [UInt8], sign: [UInt8]?, tagKey: [UInt8], revision: UInt64,
        epoch: UInt32, stale: Set<FieldName>, restricted: Bool, enrolled: Instant
    ) {
        self.reference = reference
        self.login = login
        self.box = box
        self.sign = sign
        self.tagKey = tagKey
        self.revision = revision
        self.epoch = epoch
        self.stale = stale
        self.restricted = restricted
        self.enrolled = enrolled
    }

    package func writeKey(to row: inout some ColumnWriter) { row.id(reference.id) }
    package func writeColumns(to row: inout some ColumnWriter) {
        row.integer(UInt64(bitPattern: reference.number))
        row.text(login.text)
        row.bytes(box)
        row.optional(sign)
        row.bytes(tagKey)
        row.integer(revision)
        row.integer(UInt64(epoch))
        row.text(FieldList.text(stale))
        row.integer(restricted ? 1 : 0)
        row.time(enrolled)
    }
}

/// Lists of field names as stored: sorted, joined by commas, which no name holds.
enum FieldList {
    static func text(_ fields: Set<FieldName>) -> String {
        fields.isEmpty ? "" : fields.sorted().map(\.text).joined(separator: ",")
    }

    static func parse(_ text: String) -> Set<FieldName>? {
        var fields: Set<FieldName> = []
        for part in text.split(separator: ",") {
            guard let field = FieldName(String(part)) else { return nil }
            fields.insert(field)
        }
        return fields
    }
}
