package import VaultModel

/// How platforms' exports become records: which columns a file has, what each holds and which field it fills.
///
/// The order of the sources is their authority: where two of them give one field different values, the earlier source's
/// stays, whatever the order of the files. A plan is checked whole when it is read: an import meets no surprise.
package struct ImportPlan: Sendable {
    /// The sources in order of authority.
    package let sources: [Source]

    /// One platform's export.
    package struct Source: Sendable {
        /// The app that the values are recorded as coming from.
        package let name: AppName
        let encoding: SourceEncoding
        let delimiter: UInt8
        /// About the person that a row is about.
        let columns: [Column]
        /// Named in the plan and left out on purpose.
        let ignored: [String]
        let repeating: Repeating?
        let others: [OtherPerson]

        /// Every column name that the header must hold, in any order.
        var titles: Set<String> {
            Set(columns.map(\.title) + ignored + others.flatMap { $0.columns.map(\.title) })
        }
    }

    /// What a column holds and which field it fills.
    struct Column: Sendable {
        let title: String
        let field: FieldName
        let kind: CellKind
        /// The characters between the items of a list; empty for a single value.
        let separators: String
        /// Words that say nothing, such as 不详.
        let empty: [String]
        let isRequired: Bool
        /// Says whose row it is, but is not this source's to change: an update sends it only if the row is known by it.
        let onlyIdentifies: Bool
    }

    /// Fields of a row that describe one thing of several the person may have, such as a vehicle. They become lists of
    /// equal length, and the n-th items of all belong together; an empty text holds the place of a value not known.
    struct Repeating: Sendable {
        /// Tells the things apart.
        let key: FieldName
        let fields: [FieldName]
    }

    /// Columns about a second person, such as a guardian: they find a person whom the rows describe elsewhere, and may
    /// fill what that record lacks. They never make a person and never change a value.
    struct OtherPerson: Sendable {
        let columns: [Column]
        let fills: [FieldName]
    }

    /// Reads and checks a plan.
    ///
    /// - Parameter file: its name for errors.
    /// - Throws: `ImportError.plan`, with the line.
    package init(yaml: [UInt8], file: String) throws(ImportError) {
        sources = try PlanReader(file: file).sources(yaml)
    }
}

/// The fields by which a person is known, in every plan (design, section 8: by ID number, else by phone and name).
enum IdentityField {
    static let idNumber = field("person.id_number")
    static let name = field("person.name")
    static let phone = field("contact.phone")
    static let birthDate = field("person.birth_date")

    private static func field(_ text: String) -> FieldName {
        guard let field = FieldName(text) else { preconditionFailure("the names above have the syntax of fields") }
        return field
    }
}
