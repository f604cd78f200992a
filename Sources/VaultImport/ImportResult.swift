package import VaultModel

/// A file to import: its bytes, and its name as it was given, which reports repeat.
package struct ImportInput: Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// What the rows are for.
package enum ImportMode: Sendable {
    /// Make one record of each person out of all platforms' files, before enrolment.
    case community
    /// Renew what one platform knows about residents enrolled already. Each result holds that platform's own fields and
    /// what the resident is known by: `person.id_number`, else `contact.phone` and `person.name`.
    case update(AppName)
}

/// One person as the files describe them.
package struct ImportedPerson: Equatable, Sendable {
    /// Strings, booleans and lists of strings.
    package let fields: [FieldName: JSON]
    /// Where each field's value came from.
    package let sources: [FieldName: AppName]
    /// The row that made the person: its file as given, and its first line.
    package let file: String
    package let line: Int
}

/// What an import found.
package struct ImportResult: Sendable {
    /// In the order of their first rows, the plan's first source before its second.
    package let persons: [ImportedPerson]
    package let report: ImportReport
    /// The rows that were not taken, in the order of files and lines.
    package let rejects: [RejectedRow]
}

/// A row that was not taken, for the file of rejects. It holds what the row holds: write it with mode 0600 only.
package struct RejectedRow: Sendable {
    package let file: String
    package let line: Int
    package let reason: String
    /// The row as it stands in the file, decoded, without its line end; U+FFFD for bytes that are no text.
    package let text: String
}

/// The report on an import, which holds no value of a resident.
package struct ImportReport: Equatable, Sendable {
    /// One row of a file and what there is to say about it.
    package struct Finding: Hashable, Sendable {
        /// As given.
        package let file: String
        /// The record's first line, the file's first line being 1.
        package let line: Int
        /// In English, naming columns and never what stands in them.
        package let reason: String

        var json: JSON { ["file": .string(file), "line": .integer(Int64(line)), "reason": .string(reason)] }
    }

    /// People who come out of the import.
    package let persons: Int
    /// Rows that were taken into a person whom an earlier row had made. Every row that is neither blank nor a repeated
    /// header makes a person, is merged, or is unmatched, rejected, or in conflict over a name.
    package let merged: Int
    /// Rows that say something else than an earlier row about the same person. The earlier value stays. A row whose ID
    /// number stands with another name is not taken at all, since it may be about another person.
    package let conflicts: [Finding]
    /// Rows without an ID number whose phone and name fit nobody, or more than one person.
    package let unmatched: [Finding]
    /// Rows that cannot be read as the plan says.
    package let rejected: [Finding]

    /// `{"persons":…,"merged":…,"conflicts":[…],"unmatched":[…],"rejected":[…]}`, each item with `file`, `line` and
    /// `reason`.
    package var json: JSON {
        [
            "persons": .integer(Int64(persons)), "merged": .integer(Int64(merged)),
            "conflicts": .array(conflicts.map(\.json)), "unmatched": .array(unmatched.map(\.json)),
            "rejected": .array(rejected.map(\.json)),
        ]
    }
}
