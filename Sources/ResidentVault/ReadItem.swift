internal import VaultAudit
internal import VaultModel
internal import VaultPolicy

/// One resident of an answer while it is put together.
struct ReadItem {
    /// The base32 of a pairwise id, which JSON writes as it is.
    let resident: String
    private(set) var released: [FieldName] = []
    private(set) var withheld: [FieldName] = []
    private(set) var absent: [FieldName] = []
    private(set) var values: [UInt8] = []
    private(set) var codes: [UInt8] = []

    /// - Parameter count: for how many fields there is room from the beginning.
    init(base32 resident: String, fields count: Int) {
        self.resident = resident
        released.reserveCapacity(count)
        values.reserveCapacity(64 * count)
    }

    /// Values are spliced as JSON: they were checked when they were written.
    mutating func release(_ field: FieldName, value: [UInt8]) {
        if !released.isEmpty { values.append(UInt8(ascii: ",")) }
        released.append(field)
        values.append(UInt8(ascii: "\""))
        values.append(contentsOf: field.text.utf8)
        values.append(UInt8(ascii: "\""))
        values.append(UInt8(ascii: ":"))
        values.append(contentsOf: value)
    }

    mutating func withhold(_ field: FieldName, code: String) {
        withheld.append(field)
        append(field, code: code)
    }

    /// A field without a value. The log lists it as not given to this resident's reader: in a batch the released fields
    /// are those of all residents together, and nobody's history must show what a neighbour has.
    mutating func miss(_ field: FieldName) {
        absent.append(field)
        append(field, code: "absent")
    }

    private mutating func append(_ field: FieldName, code: String) {
        if !codes.isEmpty { codes.append(UInt8(ascii: ",")) }
        codes.append(contentsOf: #"{"code":"\#(code)","field":"\#(field.text)"}"#.utf8)
    }
}

extension PreparedRead {
    mutating func append(_ item: ReadItem, tag: [UInt8], grant: GrantID) {
        body.append(contentsOf: #"{"fields":{"#.utf8)
        body.append(contentsOf: item.values)
        body.append(contentsOf: #"},"resident":""#.utf8)
        body.append(contentsOf: item.resident.utf8)
        body.append(contentsOf: #"","withheld":["#.utf8)
        body.append(contentsOf: item.codes)
        body.append(contentsOf: "]}".utf8)
        var subject = LogEntry.Subject(
            tag: tag, grant: grant, outcome: item.released.isEmpty ? ReasonCode.unavailable.rawValue : "released")
        if !item.released.isEmpty { subject.withheld = (item.withheld + item.absent).sorted() }
        subjects.append(subject)
        withheld.formUnion(item.withheld)
        // Most residents of a batch are answered alike.
        guard item.released != lastReleased else { return }
        released.formUnion(item.released)
        lastReleased = item.released
    }

    mutating func appendRefused(_ resident: String, code: ReasonCode, tag: [UInt8], fields: [FieldName], grant: GrantID? = nil) {
        let item: JSON = ["resident": .string(resident), "code": .string(code.publicCode)]
        body.append(contentsOf: item.encoded)
        subjects.append(LogEntry.Subject(tag: tag, grant: grant, outcome: code.rawValue))
        withheld.formUnion(fields)
    }
}
