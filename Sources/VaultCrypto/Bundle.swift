/// Whose bundle it is. All of it is bound into the sealed bytes, the statement by its digest: a bundle opens nothing
/// beyond the grant whose signed words it was made for.
package struct BundleHeader: Equatable, Sendable {
    package let vault: [UInt8]
    package let grant: [UInt8]
    /// The recipient's box public key.
    package let recipient: BoxPublicKey
    /// H(statement).
    package let statement: [UInt8]
    package let resident: [UInt8]
    /// The epoch counter when it was sealed; for a supplement, its epoch.
    package let serial: UInt32

    package init(
        vault: [UInt8], grant: [UInt8], recipient: BoxPublicKey, statement: [UInt8], resident: [UInt8], serial: UInt32
    ) {
        self.vault = vault
        self.grant = grant
        self.recipient = recipient
        self.statement = statement
        self.resident = resident
        self.serial = serial
    }

    /// The same bundle with another serial, as after a merge.
    package func with(serial: UInt32) -> BundleHeader {
        BundleHeader(
            vault: vault, grant: grant, recipient: recipient, statement: statement, resident: resident, serial: serial)
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 160)
        writer.label("rvault.bundle.v1")
        writer.raw(vault)
        writer.raw(grant)
        writer.raw(recipient.bytes)
        writer.raw(statement)
        writer.raw(resident)
        writer.u32(serial)
        return writer.bytes
    }
}

/// The granted fields' keys, and nothing else: consent as a key (promise 2). Supplements have the same format.
package enum Bundle {
    /// `header ‖ u16 count ‖ (str field ‖ u32 epoch ‖ key)*`, fields in byte order of their names.
    package static func encode(_ keys: borrowing FieldKeySet, header: BundleHeader) throws(CryptoError) -> SecretBytes {
        let head = header.bytes
        let length = keys.entries.reduce(head.count + 2) { $0 + 2 + $1.field.utf8.count + 36 }
        var out = try SecretBytes(zeroed: length)
        var offset = 0
        put(head, into: &out, at: &offset)
        var count = ByteWriter(capacity: 2)
        count.u16(UInt16(keys.entries.count))
        put(count.bytes, into: &out, at: &offset)
        for position in keys.entries.indices {
            var name = ByteWriter(capacity: 48)
            name.string(keys.entries[position].field)
            name.u32(keys.entries[position].epoch)
            put(name.bytes, into: &out, at: &offset)
            try keys.withKey(at: position) { key throws(CryptoError) in unsafe put(key, into: &out, at: &offset) }
        }
        return out
    }

    private static func put(_ bytes: some Collection<UInt8>, into out: inout SecretBytes, at offset: inout Int) {
        let start = offset
        out.withMutableBytes { unsafe UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyBytes(from: bytes) }
        offset += bytes.count
    }

    /// Reads a bundle that must have this header; a serial is compared like the rest.
    ///
    /// - Throws: `CryptoError.malformed("bundle")` for another grant's, recipient's or statement's bundle, for fields
    ///   out of order and for bytes left over.
    package static func decode(
        _ plain: borrowing SecretBytes, header: BundleHeader
    ) throws(CryptoError) -> FieldKeySet {
        try plain.withBytes { bytes throws(CryptoError) in
            var reader = unsafe ByteReader(bytes)
            let expected = header.bytes
            let found = try unsafe reader.take(expected.count, of: "bundle")
            guard unsafe expected.withUnsafeBytes({ unsafe ByteOrder.areEqual($0, found) }) else { throw .malformed("bundle") }
            let count = unsafe Int(try reader.u16(of: "bundle"))
            // The shortest entry has 38 bytes: a count that cannot be true must not size the memory for its keys.
            guard unsafe count * 38 <= bytes.count - reader.offset else { throw .malformed("bundle") }
            var keys = try FieldKeySet(capacity: count)
            var previous: String?
            for _ in 0..<count {
                let field = try unsafe reader.string(of: "bundle")
                if let previous, !ByteOrder.precedes(previous, field) { throw .malformed("bundle") }
                previous = field
                let epoch = try unsafe reader.u32(of: "bundle")
                try unsafe keys.merge(field, epoch: epoch, key: try reader.take(32, of: "bundle"))
            }
            guard unsafe reader.isAtEnd else { throw .malformed("bundle") }
            return keys
        }
    }

    /// Seals to the recipient's box key: the form a grant starts in.
    package static func seal(
        _ keys: borrowing FieldKeySet, header: BundleHeader, sharing round: SealingRound? = nil
    ) throws(CryptoError) -> [UInt8] {
        try SealedBox.seal(try encode(keys, header: header), to: header.recipient, sharing: round)
    }

    package static func openSealed(
        _ sealed: [UInt8], header: BundleHeader, with pair: borrowing BoxKeyPair
    ) throws(CryptoError) -> FieldKeySet {
        try decode(try SealedBox.open(sealed, with: pair), header: header)
    }

    /// Wraps under the app's wrap key, so that later reads cost a microsecond and not an X25519 operation.
    package static func wrap(
        _ keys: borrowing FieldKeySet, header: BundleHeader, key: borrowing WrapKey
    ) throws(CryptoError) -> [UInt8] {
        let plain = try encode(keys, header: header)
        let context = wrapContext(header)
        return plain.withBytes { unsafe AEAD.seal($0, key: key, additionalData: context) }
    }

    package static func openWrapped(
        _ wrapped: [UInt8], header: BundleHeader, key: borrowing WrapKey
    ) throws(CryptoError) -> FieldKeySet {
        try decode(try AEAD.open(wrapped, key: key, additionalData: wrapContext(header)), header: header)
    }

    /// `"rvault.wrap.v1" ‖ vault id ‖ grant id ‖ u32 serial`.
    package static func wrapContext(_ header: BundleHeader) -> [UInt8] {
        var writer = ByteWriter(capacity: 64)
        writer.label("rvault.wrap.v1")
        writer.raw(header.vault)
        writer.raw(header.grant)
        writer.u32(header.serial)
        return writer.bytes
    }
}
