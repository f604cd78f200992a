/// The context of one encrypted field value. Every component is authenticated with the value, so a cell cannot be
/// moved to another resident, field or vault, nor passed off as newer, older or another app's.
package struct CellContext: Sendable {
    package let vault: [UInt8]
    package let resident: [UInt8]
    package let field: String
    package let epoch: UInt32
    /// The resident's revision at the write.
    package let revision: UInt64
    /// The app that wrote it; `~` for the resident, `~` and the id for a delegate.
    package let source: String
    /// Unix milliseconds.
    package let time: UInt64

    package init(
        vault: [UInt8], resident: [UInt8], field: String, epoch: UInt32, revision: UInt64, source: String, time: UInt64
    ) {
        self.vault = vault
        self.resident = resident
        self.field = field
        self.epoch = epoch
        self.revision = revision
        self.source = source
        self.time = time
    }

    /// The context as bytes (`CellScope`).
    package var additionalData: [UInt8] {
        var scope = CellScope(vault: vault, resident: resident)
        return scope.additionalData(field: field, epoch: epoch, revision: revision, source: source, time: time)
    }
}

/// What the contexts of a resident's cells have in common, written once for all of them.
package struct CellScope: Sendable {
    private var writer = ByteWriter(capacity: 160)
    private let count: Int

    package init(vault: [UInt8], resident: [UInt8]) {
        writer.label("rvault.cell.v1")
        writer.raw(vault)
        writer.raw(resident)
        count = writer.bytes.count
    }

    /// `"rvault.cell.v1" ‖ vault ‖ resident ‖ str(field) ‖ u32 epoch ‖ u64 revision ‖ str(source) ‖ u64 time`.
    package mutating func additionalData(
        field: String, epoch: UInt32, revision: UInt64, source: String, time: UInt64
    ) -> [UInt8] {
        writer.cut(to: count)
        writer.string(field)
        writer.u32(epoch)
        writer.u64(revision)
        writer.string(source)
        writer.u64(time)
        return writer.bytes
    }
}

/// One encrypted field value: `nonce(24) ‖ XChaCha20-Poly1305(field key, context, pad(value))`.
package enum Cell {
    /// Encrypts a value, which is UTF-8 JSON so that answers are spliced and not re-encoded.
    package static func seal(_ value: [UInt8], key: borrowing FieldKey, context: CellContext) -> [UInt8] {
        unsafe Padding.pad(value).withUnsafeBytes { padded in
            unsafe AEAD.seal(padded, key: key, additionalData: context.additionalData)
        }
    }

    /// The same with the nonce given, for known-answer tests only.
    package static func sealWithNonce(
        _ value: [UInt8], key: borrowing FieldKey, context: CellContext, nonce: [UInt8]
    ) -> [UInt8] {
        unsafe Padding.pad(value).withUnsafeBytes { padded in
            unsafe AEAD.sealWithNonce(padded, key: key, nonce: nonce, additionalData: context.additionalData)
        }
    }

    /// Decrypts a value.
    ///
    /// - Throws: `CryptoError.authenticationFailed` if the key or any part of the context differs.
    package static func open(
        _ cell: [UInt8], key: borrowing FieldKey, context: CellContext
    ) throws(CryptoError) -> [UInt8] {
        let additionalData = context.additionalData
        return try key.withBytes { key throws(CryptoError) in
            try unsafe open(cell, keyBytes: key, additionalData: additionalData)
        }
    }

    /// The same with one of a set's keys, where it lies.
    static func open(
        _ cell: [UInt8], keyBytes: UnsafeRawBufferPointer, additionalData: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        var value = try unsafe AEAD.openValue(cell, keyBytes: keyBytes, additionalData: additionalData)
        try Padding.unpad(&value)
        return value
    }
}

extension SymmetricKey where Role == KeyRole.Write {
    /// The key of one field in this write key's epoch: keyed BLAKE2b-256 over
    /// `"rvault.field.v1" ‖ str(field) ‖ u32 epoch`.
    package borrowing func fieldKey(_ field: String, epoch: UInt32) throws(CryptoError) -> FieldKey {
        var writer = ByteWriter(capacity: 24 + field.utf8.count)
        writer.label("rvault.field.v1")
        writer.string(field)
        writer.u32(epoch)
        return try Hash.keyed(self, secretOutput: writer.bytes)
    }
}
