package import VaultModel

/// One encrypted field value with the context it is bound to.
package struct CellRow: Sendable, Equatable {
    package static let table = "cell"
    package let resident: ResidentReference
    package let field: FieldName
    package let epoch: UInt32
    package let revision: UInt64
    /// An app's name, or `~…` for the resident and delegates.
    package let source: String
    package let time: Instant
    package let blob: [UInt8]

    package init(
        resident: ResidentReference, field: FieldName, epoch: UInt32, revision: UInt64, source: String, time: Instant,
        blob: [UInt8]
    ) {
        self.resident = resident
        self.field = field
        self.epoch = epoch
        self.revision = revision
        self.source = source
        self.time = time
        self.blob = blob
    }

    var key: [ColumnValue] { [.bytes(resident.id.bytes), .text(field.text)] }
    var columns: [ColumnValue] {
        [
            .integer(UInt64(epoch)), .integer(revision), .text(source),
            .integer(UInt64(bitPattern: time.milliseconds)), .bytes(blob),
        ]
    }
}

/// A write key, sealed to the resident's box key.
package struct WriteKeyRow: SealedRow, Equatable {
    package static let table = "write_key"
    package let resident: ResidentReference
    package let epoch: UInt32
    package let blob: [UInt8]

    package init(resident: ResidentReference, epoch: UInt32, blob: [UInt8]) {
        self.resident = resident
        self.epoch = epoch
        self.blob = blob
    }

    package var key: [ColumnValue] { [.bytes(resident.id.bytes), .integer(UInt64(epoch))] }
    package var columns: [ColumnValue] { [.bytes(blob)] }
}

/// A value's blind index.
package struct IndexRow: SealedRow, Equatable {
    package static let table = "blind_index"
    package let resident: ResidentReference
    package let field: FieldName
    package let value: [UInt8]
    /// Through how many roots the value went: one more with each service key.
    package let generation: UInt32

    package init(resident: ResidentReference, field: FieldName, value: [UInt8], generation: UInt32) {
        self.resident = resident
        self.field = field
        self.value = value
        self.generation = generation
    }

    package var key: [ColumnValue] { [.bytes(resident.id.bytes), .text(field.text), .bytes(value)] }
    package var columns: [ColumnValue] { [.integer(UInt64(generation))] }
}

/// A value that waits for the resident's word, sealed to their box key.
package struct ProposalRow: SealedRow, Equatable {
    package static let table = "proposal"
    package let resident: ResidentReference
    package let field: FieldName
    package let app: String
    package let time: Instant
    package let blob: [UInt8]

    package init(resident: ResidentReference, field: FieldName, app: String, time: Instant, blob: [UInt8]) {
        self.resident = resident
        self.field = field
        self.app = app
        self.time = time
        self.blob = blob
    }

    /// One proposal a field and app: no app can push another's aside.
    package var key: [ColumnValue] { [.bytes(resident.id.bytes), .text(field.text), .text(app)] }
    package var columns: [ColumnValue] { [.integer(UInt64(bitPattern: time.milliseconds)), .bytes(blob)] }
}

/// A seed locked under a passphrase, a code or the custodians' key. A used activation envelope stays, empty, so that a
/// second try can be told when the first one was.
package struct EnvelopeRow: SealedRow, Equatable {
    package static let table = "envelope"
    package let resident: ResidentReference
    package let kind: String
    package let salt: [UInt8]?
    package let auth: [UInt8]
    package let commitment: [UInt8]
    package let until: Instant?
    package let used: Instant?
    package let custodySet: [UInt8]?
    /// A passphrase's envelope only: which pepper it was made with.
    package let pepper: UInt32?
    package let blob: [UInt8]

    package init(
        resident: ResidentReference, kind: String, salt: [UInt8]?, auth: [UInt8], commitment: [UInt8], until: Instant?,
        used: Instant?, custodySet: [UInt8]? = nil, pepper: UInt32? = nil, blob: [UInt8]
    ) {
        self.pepper = pepper
        self.resident = resident
        self.kind = kind
        self.salt = salt
        self.auth = auth
        self.commitment = commitment
        self.until = until
        self.used = used
        self.custodySet = custodySet
        self.blob = blob
    }

    package var key: [ColumnValue] { [.bytes(resident.id.bytes), .text(kind)] }
    package var columns: [ColumnValue] {
        [
            .optional(salt), .bytes(auth), .bytes(commitment), .optional(until?.milliseconds),
            .optional(used?.milliseconds), .optional(custodySet), .optional(pepper.map { Int64($0) }), .bytes(blob),
        ]
    }
}

/// The pairwise id of a resident with one recipient.
package struct PairwiseRow: DirectlyWrittenRow, Equatable {
    package static let table = "pairwise"
    package let resident: ResidentReference
    package let recipient: String
    package let id: PairwiseID

    package init(resident: ResidentReference, recipient: String, id: PairwiseID) {
        self.resident = resident
        self.recipient = recipient
        self.id = id
    }

    package func writeKey(to row: inout some ColumnWriter) {
        row.id(resident.id)
        row.text(recipient)
    }
    package func writeColumns(to row: inout some ColumnWriter) { row.id(id) }
}
