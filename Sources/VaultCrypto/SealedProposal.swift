/// A value that waits for the resident's word, sealed to their box key and bound to the vault, the resident and the
/// field: `"rvault.proposal.v1" ‖ vault id ‖ resident id ‖ str(field) ‖ value`.
package enum SealedProposal {
    package static func seal(
        _ value: [UInt8], vault: [UInt8], resident: [UInt8], field: String, to recipient: BoxPublicKey
    ) throws(CryptoError) -> [UInt8] {
        let plain = header(vault: vault, resident: resident, field: field) + value
        return try SealedBox.seal(try SecretBytes(copying: plain), to: recipient)
    }

    package static func open(
        _ sealed: [UInt8], vault: [UInt8], resident: [UInt8], field: String, with pair: borrowing BoxKeyPair
    ) throws(CryptoError) -> [UInt8] {
        let header = header(vault: vault, resident: resident, field: field)
        let plain = try SealedBox.open(sealed, with: pair)
        return try plain.withBytes { bytes throws(CryptoError) in
            guard bytes.count >= header.count, unsafe bytes.prefix(header.count).elementsEqual(header) else {
                throw .malformed("proposal")
            }
            return unsafe Array(bytes[header.count...])
        }
    }

    private static func header(vault: [UInt8], resident: [UInt8], field: String) -> [UInt8] {
        var writer = ByteWriter()
        writer.label("rvault.proposal.v1")
        writer.raw(vault)
        writer.raw(resident)
        writer.string(field)
        return writer.bytes
    }
}
