package import VaultModel

/// One grant. Its signed statement is what counts; the loose columns find it and say where it stands.
package struct GrantRow: DirectlyWrittenRow, Equatable {
    package static let table = "grant"
    package let id: GrantID
    package let resident: ResidentReference
    package let recipient: String
    package let purpose: String
    package var state: GrantState
    package let until: Instant
    package var ended: Instant?
    package let statement: [UInt8]
    package let signature: [UInt8]
    /// Where it lies, which its seal says nothing of; nil for one that was not read from the store.
    let number: Int64?

    package init(
        id: GrantID, resident: ResidentReference, recipient: String, purpose: String, state: GrantState, until: Instant,
        ended: Instant?, statement: [UInt8], signature: [UInt8]
    ) {
        self.init(
            id: id, resident: resident, recipient: recipient, purpose: purpose, state: state, until: until, ended: ended,
            statement: statement, signature: signature, number: nil)
    }

    init(
        id: GrantID, resident: ResidentReference, recipient: String, purpose: String, state: GrantState, until: Instant,
        ended: Instant?, statement: [UInt8], signature: [UInt8], number: Int64?
    ) {
        self.number = number
        self.id = id
        self.resident = resident
        self.recipient = recipient
        self.purpose = purpose
        self.state = state
        self.until = until
        self.ended = ended
        self.statement = statement
        self.signature = signature
    }

    /// By what it says and not by where it lies.
    package static func == (left: GrantRow, right: GrantRow) -> Bool {
        left.key == right.key && left.resident == right.resident && left.columns == right.columns
    }

    package func writeKey(to row: inout some ColumnWriter) { row.id(id) }
    package func writeColumns(to row: inout some ColumnWriter) {
        row.id(resident.id)
        row.text(recipient)
        row.text(purpose)
        row.text(state.rawValue)
        row.time(until)
        row.optional(ended)
        row.bytes(statement)
        row.bytes(signature)
    }
}

/// A grant's name as its row has it, unchecked.
package struct GrantName: Sendable {
    package let id: GrantID
    package let recipient: String
    /// Live or paused.
    package let isOpen: Bool
}

/// A live grant's keys, sealed to the app or wrapped under its own key.
package struct BundleRow: DirectlyWrittenRow, Equatable {
    package enum Form: Int64, Sendable {
        case sealed = 0
        case wrapped = 1
    }

    package static let table = "bundle"
    package let grant: GrantID
    package let form: Form
    package let serial: UInt32
    /// Which box key it is for: the first eight bytes of its hash.
    package let box: [UInt8]
    package let blob: [UInt8]

    package init(grant: GrantID, form: Form, serial: UInt32, box: [UInt8], blob: [UInt8]) {
        self.box = box
        self.grant = grant
        self.form = form
        self.serial = serial
        self.blob = blob
    }

    package func writeKey(to row: inout some ColumnWriter) { row.id(grant) }
    package func writeColumns(to row: inout some ColumnWriter) {
        row.integer(UInt64(form.rawValue))
        row.integer(UInt64(serial))
        row.bytes(box)
        row.bytes(blob)
    }
}

/// Keys of a later epoch for a live grant, waiting to be merged at the app's next use.
package struct SupplementRow: SealedRow, Equatable {
    package static let table = "supplement"
    package let grant: GrantID
    package let epoch: UInt32
    package let fields: Set<FieldName>
    /// Which box key it is sealed to: the first eight bytes of its hash.
    package let box: [UInt8]
    package let blob: [UInt8]

    package init(grant: GrantID, epoch: UInt32, fields: Set<FieldName>, box: [UInt8], blob: [UInt8]) {
        self.box = box
        self.grant = grant
        self.epoch = epoch
        self.fields = fields
        self.blob = blob
    }

    package var key: [ColumnValue] { [.bytes(grant.bytes), .integer(UInt64(epoch))] }
    package var columns: [ColumnValue] { [.text(FieldList.text(fields)), .bytes(box), .bytes(blob)] }
}

/// What an app asked of one person. A request about someone unknown has no resident and looks the same to the app.
package struct AccessRequestRow: SealedRow, Equatable {
    package static let table = "access_request"
    package let id: RequestID
    package var resident: ResidentReference?
    package let app: AppName
    package let purpose: PurposeName
    package let version: Int64
    package let fields: Set<FieldName>
    package let form: DisclosureForm?
    package let until: Instant?
    package let created: Instant
    package let expires: Instant
    package var state: RequestState
    package var decided: Instant?
    package var grant: GrantID?

    package init(
        id: RequestID, resident: ResidentReference?, app: AppName, purpose: PurposeName, version: Int64,
        fields: Set<FieldName>, form: DisclosureForm?, until: Instant?, created: Instant, expires: Instant,
        state: RequestState, decided: Instant?, grant: GrantID?
    ) {
        self.id = id
        self.resident = resident
        self.app = app
        self.purpose = purpose
        self.version = version
        self.fields = fields
        self.form = form
        self.until = until
        self.created = created
        self.expires = expires
        self.state = state
        self.decided = decided
        self.grant = grant
    }

    package var key: [ColumnValue] { [.bytes(id.bytes)] }
    package var columns: [ColumnValue] {
        [
            .optional(resident?.id.bytes), .text(app.text), .text(purpose.text), .integer(UInt64(bitPattern: version)),
            .text(FieldList.text(fields)), form.map { .text($0.rawValue) } ?? .absent, .optional(until?.milliseconds),
            .integer(UInt64(bitPattern: created.milliseconds)), .integer(UInt64(bitPattern: expires.milliseconds)),
            .text(state.rawValue), .optional(decided?.milliseconds), .optional(grant?.bytes),
        ]
    }
}
