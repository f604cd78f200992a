internal import CSodium

/// Shamir's scheme over GF(256): a secret in n parts, of which any k give it back and any k − 1 say nothing about it
/// (Shamir 1979; reference file, 4.3). It is the one piece of cryptography that is our own, because libsodium has none.
///
/// It does not tell a wrong share from a right one: whoever combines checks each share's digest (`ShareDigest`) and the
/// envelope's commitment.
package enum Shamir {
    /// More custodians than a community has parties.
    package static let countLimit = 16
    package static let countRange = 2...countLimit

    /// Splits a secret.
    ///
    /// Every coefficient is drawn from all 256 values, zero included: leaving any out would tell something about the
    /// secret. Each byte has a polynomial of its own.
    /// - Parameters:
    ///   - threshold: how many shares give the secret back, at least two.
    ///   - count: how many shares to make; they stand at x = 1 … count. x = 0 would be the secret itself.
    /// - Throws: `CryptoError.malformed("threshold")` unless 2 ≤ threshold ≤ count ≤ 16; `.memoryLockUnavailable`.
    package static func split(
        _ secret: borrowing SecretBytes, threshold: Int, count: Int
    ) throws(CryptoError) -> ShareSet {
        guard countRange.contains(count), (2...count).contains(threshold), secret.count > 0 else {
            throw .malformed("threshold")
        }
        let length = secret.count
        let coefficients = try SecretBytes.random((threshold - 1) * length)
        var shares = try ShareSet(capacity: count, length: length)
        for x in 1...UInt8(count) {
            var y = try SecretBytes(zeroed: length)
            y.withMutableBytes { y in
                secret.withBytes { secret in
                    coefficients.withBytes { coefficients in
                        for position in 0..<length {
                            // Horner, from the highest coefficient down to the secret's byte.
                            var value: UInt8 = 0
                            for degree in (0..<(threshold - 1)).reversed() {
                                value = unsafe GF256.multiply(value, x) ^ coefficients[degree * length + position]
                            }
                            unsafe y[position] = GF256.multiply(value, x) ^ secret[position]
                        }
                    }
                }
            }
            try shares.add(x: x, y: y)
        }
        return shares
    }

    /// Gives back what the shares were made of, by Lagrange's formula at zero. What comes out must be checked: too few
    /// shares, or a wrong one, give some other bytes.
    ///
    /// - Parameter threshold: exactly so many shares must be in the set.
    /// - Throws: `CryptoError.malformed("shares")` for another number of them.
    package static func combine(_ shares: borrowing ShareSet, threshold: Int) throws(CryptoError) -> SecretBytes {
        guard threshold >= 2, shares.xs.count == threshold else { throw .malformed("shares") }
        let xs = shares.xs
        var secret = try SecretBytes(zeroed: shares.length)
        for (place, x) in xs.enumerated() {
            // The weights come from the public x alone, so a plain product will do; the multiplication by the share's
            // bytes is constant time.
            var weight: UInt8 = 1
            for other in xs where other != x {
                weight = GF256.multiply(weight, GF256.multiply(other, GF256.inverse(x ^ other)))
            }
            shares.withShare(at: place) { y in
                secret.withMutableBytes { secret in
                    for position in 0..<secret.count {
                        unsafe secret[position] ^= GF256.multiply(y[position], weight)
                    }
                }
            }
        }
        return secret
    }
}

/// Shares of one secret, in locked memory: all that a split made, or those that came back.
package struct ShareSet: ~Copyable, Sendable {
    /// Bytes of each share, as many as the secret has.
    package let length: Int
    /// The public places of the shares, in the order they were added.
    package private(set) var xs: [UInt8] = []
    private var bytes: SecretBytes
    private let capacity: Int

    package init(capacity: Int, length: Int) throws(CryptoError) {
        self.length = length
        self.capacity = capacity
        bytes = try SecretBytes(zeroed: capacity * length)
    }

    /// Adds a share.
    ///
    /// - Throws: `CryptoError.malformed("shares")` for one at x = 0, at a place that is taken, of another length, or one
    ///   too many.
    package mutating func add(x: UInt8, y: borrowing SecretBytes) throws(CryptoError) {
        guard x != 0, !xs.contains(x), y.count == length, xs.count < capacity else { throw .malformed("shares") }
        let start = xs.count * length
        bytes.withMutableBytes { target in
            y.withBytes { y in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start..<(start + y.count)]).copyMemory(from: y)
            }
        }
        xs.append(x)
    }

    /// Lends the bytes of a share.
    @safe package borrowing func withShare<Result: ~Copyable, Failure: Error>(
        at place: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withBytes { all throws(Failure) in
            try unsafe body(UnsafeRawBufferPointer(rebasing: all[(place * length)..<((place + 1) * length)]))
        }
    }

    /// A share in memory of its own.
    package borrowing func share(at place: Int) throws(CryptoError) -> SecretBytes {
        try withShare(at: place) { bytes throws(CryptoError) in try unsafe SecretBytes(copying: bytes) }
    }
}
