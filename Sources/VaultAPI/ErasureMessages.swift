package import VaultModel

/// What is to be erased: exactly one of `everything`, `fields` and `category`.
package enum ErasureTarget: Equatable, Sendable {
    case everything
    case fields([FieldName])
    /// Every field of a category that may go.
    case category(String)

    init(_ reader: inout WireReader) throws(WireError) {
        let everything = try reader.optional("everything") { $0.bool }
        let fields = try reader.optionalFields("fields")
        let category = try reader.optional("category") { $0.string.flatMap { FieldName($0 + ".x") == nil ? nil : $0 } }
        switch (everything, fields, category) {
        case (true, nil, nil): self = .everything
        case (nil, let fields?, nil): self = .fields(fields)
        case (nil, nil, let category?): self = .category(category)
        case (nil, nil, nil): throw WireError(.missingKey, key: "everything")
        default: throw WireError(.badValue, key: "everything")
        }
    }

    var member: (key: String, value: JSON) {
        switch self {
        case .everything: ("everything", true)
        case .fields(let fields): ("fields", JSON(fields))
        case .category(let category): ("category", .string(category))
        }
    }
}

/// A resident has data of theirs erased (`POST /v1/me/erasure`).
package struct MyErasure: WireMessage, Equatable {
    package let target: ErasureTarget

    package init(_ target: ErasureTarget) { self.target = target }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in Self(try ErasureTarget(&reader)) }
    }

    package var json: JSON { .object([target.member.key: target.member.value]) }
}

/// The operator has a resident's data erased, and says why (`POST /v1/residents:erase`).
package struct ResidentErasure: WireMessage, Equatable {
    package static let reasons: Set = ["moved_out", "died", "asked", "unlawful"]

    package let login: LoginName
    package let target: ErasureTarget
    /// One of `reasons`.
    package let reason: String

    package init(login: LoginName, target: ErasureTarget, reason: String) {
        self.login = login
        self.target = target
        self.reason = reason
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            let login = try reader.required("login") { $0.string.flatMap { LoginName($0) } }
            let reason = try reader.required("reason") { $0.string.flatMap { Self.reasons.contains($0) ? $0 : nil } }
            return Self(login: login, target: try ErasureTarget(&reader), reason: reason)
        }
    }

    package var json: JSON {
        .object(["login": .string(login.text), "reason": .string(reason), target.member.key: target.member.value])
    }
}

/// What was erased and what was not.
package struct ErasureResult: WireMessage, Equatable {
    /// A field that a contract or a law still needs.
    package struct Kept: WireMessage, Equatable {
        package let field: FieldName
        /// Whom to ask.
        package let parties: [String]

        package init(field: FieldName, parties: [String]) {
            self.field = field
            self.parties = parties
        }

        package init(json: JSON) throws(WireError) {
            self = try WireReader.read(json) { reader throws(WireError) in
                Self(
                    field: try reader.field("field"),
                    parties: try reader.list("parties", cap: WireLimits.fields) { $0.string })
            }
        }

        package var json: JSON { ["field": .string(field.text), "parties": .array(parties.map(JSON.string))] }
    }

    /// Absent when it was everything.
    package let fields: [FieldName]?
    package let kept: [Kept]
    /// Where it stands in the log.
    package let index: Int
    /// The day on which the last backup ends that can still hold it.
    package let backupsEnd: String
    /// Whether nothing of it is left in the vault's files. If not, the daemon goes on until nothing is.
    package let clean: Bool
    /// The certificate's file, as text; absent while the log can prove nothing.
    package let certificate: String?

    package init(
        fields: [FieldName]?, kept: [Kept], index: Int, backupsEnd: String, clean: Bool, certificate: String?
    ) {
        self.fields = fields
        self.kept = kept
        self.index = index
        self.backupsEnd = backupsEnd
        self.clean = clean
        self.certificate = certificate
    }

    package init(json: JSON) throws(WireError) {
        self = try WireReader.read(json) { reader throws(WireError) in
            Self(
                fields: try reader.optional("fields", or: .unknownField, Self.names), kept: try reader.messages("kept"),
                index: try reader.count("index"), backupsEnd: try reader.string("backups_end"),
                clean: try reader.bool("clean"), certificate: try reader.optionalString("certificate"))
        }
    }

    /// A category can have more fields than a request may name.
    private static func names(_ json: JSON) -> [FieldName]? {
        guard let list = json.array else { return nil }
        let names = list.compactMap { $0.string.flatMap(FieldName.init) }
        return names.count == list.count ? names : nil
    }

    package var json: JSON {
        .members([
            "fields": fields.map { JSON($0) }, "kept": .array(kept.map(\.json)), "index": JSON(index),
            "backups_end": .string(backupsEnd), "clean": .bool(clean), "certificate": certificate.map(JSON.string),
        ])
    }
}
