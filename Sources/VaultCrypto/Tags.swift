/// How residents stand in the log: by tags that only the holder of the resident's tag key can link.
package enum SubjectTag {
    /// BLAKE2b-128 over `"rvault.tag.v1" ‖ str(app)`; the empty app name tags what concerns the resident alone.
    package static func make(app: String, key: borrowing TagKey) -> [UInt8] {
        var writer = ByteWriter(capacity: 48)
        writer.label("rvault.tag.v1")
        writer.string(app)
        return Hash.keyed(key, writer.bytes, count: 16)
    }

    /// A tag for someone this vault does not know, so that the log does not tell known from unknown people.
    package static func decoy(app: String, subject: [UInt8], key: borrowing DecoyKey) -> [UInt8] {
        var writer = ByteWriter(capacity: 80)
        writer.label("rvault.decoy.v1")
        writer.string(app)
        writer.raw(subject)
        return Hash.keyed(key, writer.bytes, count: 16)
    }
}

/// Names one revision of one resident in the log: BLAKE2b-128 over `"rvault.state.v1" ‖ u64 revision`. If the tag of
/// the next revision stands in the log, the rows were rolled back.
package enum StateTag {
    package static func make(revision: UInt64, key: borrowing TagKey) -> [UInt8] {
        var writer = ByteWriter(capacity: 32)
        writer.label("rvault.state.v1")
        writer.u64(revision)
        return Hash.keyed(key, writer.bytes, count: 16)
    }
}
