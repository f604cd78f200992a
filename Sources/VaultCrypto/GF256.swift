/// The field of 256 elements with the polynomial x⁸ + x⁴ + x³ + x + 1 (0x11b), as in AES, SLIP-39 and
/// draft-mcgrew-tss.
///
/// No tables and no branches on values: tables leak through the cache, as HashiCorp Vault's did (GHSA-vq4h-9ghm-qmrr).
package enum GF256 {
    /// Eight shift-and-mask rounds; each mask is all ones or all zeros, made from one bit.
    @inline(__always)
    package static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var (a, b, product) = (left, right, UInt8(0))
        for _ in 0..<8 {
            product ^= (0 &- (b & 1)) & a
            a = (a &<< 1) ^ ((0 &- (a &>> 7)) & 0x1b)
            b &>>= 1
        }
        return product
    }

    /// The inverse, as a^254 by a fixed chain; 0 for 0, which no caller relies on.
    package static func inverse(_ value: UInt8) -> UInt8 {
        var (square, product) = (value, value)
        for _ in 0..<6 {
            square = multiply(square, square)
            product = multiply(product, square)
        }
        return multiply(product, product)
    }
}
