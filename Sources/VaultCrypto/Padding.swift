/// Hides a value's length: ISO/IEC 7816-4 padding up to `max(32, padmé(length + 1))`.
///
/// Padmé (Nikitin et al., PoPETs 2019(4)) leaks O(log log M) bits of a length for at most 12 % more bytes; the floor of
/// 32 makes the short values that most fields hold look alike.
enum Padding {
    static let floor = 32

    static func paddedLength(_ length: Int) -> Int { max(floor, padme(length + 1)) }

    static func padme(_ length: Int) -> Int {
        guard length >= 2 else { return length }
        let exponent = Int.bitWidth - 1 - length.leadingZeroBitCount
        let mantissaBits = Int.bitWidth - exponent.leadingZeroBitCount
        let mask = exponent > mantissaBits ? 1 << (exponent - mantissaBits) - 1 : 0
        return (length + mask) & ~mask
    }

    static func pad(_ value: [UInt8]) -> [UInt8] {
        var padded = value
        padded.reserveCapacity(paddedLength(value.count))
        padded.append(0x80)
        padded.append(contentsOf: repeatElement(0, count: paddedLength(value.count) - padded.count))
        return padded
    }

    /// Runs on authenticated bytes only, so nothing is learned from how it fails.
    static func unpad(_ padded: inout [UInt8]) throws(CryptoError) {
        guard let marker = padded.lastIndex(where: { $0 != 0 }), padded[marker] == 0x80,
            padded.count == paddedLength(marker)
        else { throw .malformed("padding") }
        padded.removeSubrange(marker...)
    }
}
