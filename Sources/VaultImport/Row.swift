internal import VaultModel

/// Where a row stands.
struct Place {
    /// The number of its file among those given.
    let export: Int
    /// The record's first line.
    let line: Int
    /// Its bytes in the file.
    let range: Range<Int>
}

/// A row that has been read: every value in its one form, nothing merged yet.
struct Row {
    struct Cell {
        let column: ImportPlan.Column
        let value: JSON
        var field: FieldName { column.field }
    }

    /// What a row says about a second person.
    struct Other {
        let cells: [Cell]
        let fills: [FieldName]
        var identity: Identity { Identity(cells) }
    }

    let place: Place
    let source: ImportPlan.Source
    let cells: [Cell]
    let others: [Other]

    var identity: Identity { Identity(cells) }
}

/// What a person is known by.
struct Identity {
    let idNumber: String?
    let name: String?
    let phone: String?

    init(_ cells: [Row.Cell]) {
        let text = { (field: FieldName) in cells.first { $0.field == field }?.value.string }
        idNumber = text(IdentityField.idNumber)
        name = text(IdentityField.name)
        phone = text(IdentityField.phone)
    }

    /// Phone and name together, which stand in for an ID number; nil unless both are there.
    var contact: Contact? {
        guard let phone, let name else { return nil }
        return Contact(phone: phone, name: name)
    }
}

struct Contact: Hashable {
    let phone: String
    let name: String
}
