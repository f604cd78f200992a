internal import CSodium

/// Secret bytes in locked memory, owned once, zeroed when their owner ends.
///
/// It cannot be copied, printed, encoded or compared by `==`. What needs the bytes borrows them in a closure.
///
/// `@unchecked Sendable` holds because the type is noncopyable: the slot it points to has this one owner, who moves
/// between threads only whole.
///
/// It is marked safe because the slot lives exactly as long as its owner and is lent with its own bounds.
@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
    private let slot: SecretArena.Slot
    package let count: Int

    /// Zeroed memory to be filled.
    ///
    /// - Throws: `CryptoError.memoryLockUnavailable`, or `.wrongLength` above the largest slot.
    package init(zeroed count: Int) throws(CryptoError) {
        unsafe slot = try SecretArena.shared.take(count)
        self.count = count
    }

    /// Copies bytes that came from outside, such as a decoded credential. The caller's copy stays the caller's to
    /// clear.
    package init(copying bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        try self.init(zeroed: bytes.count)
        if let source = bytes.baseAddress { unsafe slot.base.copyMemory(from: source, byteCount: bytes.count) }
    }

    /// Copies an array that came from outside.
    package init(copying bytes: [UInt8]) throws(CryptoError) {
        try self.init(zeroed: bytes.count)
        unsafe bytes.withUnsafeBytes { source in
            if let from = source.baseAddress { unsafe slot.base.copyMemory(from: from, byteCount: source.count) }
        }
    }

    /// Fresh random bytes, drawn straight into locked memory.
    package static func random(_ count: Int) throws(CryptoError) -> SecretBytes {
        let secret = try SecretBytes(zeroed: count)
        unsafe randombytes_buf(secret.slot.base, count)
        return secret
    }

    deinit { unsafe SecretArena.shared.give(back: slot) }

    /// Lends the bytes for reading. They must not outlive the closure.
    @safe package borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: slot.base, count: count))
    }

    /// Lends the bytes for writing. They must not outlive the closure.
    @safe package mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeMutableRawBufferPointer(start: slot.base, count: count))
    }

    /// A second owner of the same bytes, said aloud because every copy is one more place to clear.
    package borrowing func duplicate() throws(CryptoError) -> SecretBytes {
        try withBytes { bytes throws(CryptoError) in try unsafe SecretBytes(copying: bytes) }
    }

    /// Constant-time comparison.
    package borrowing func equals(_ other: borrowing SecretBytes) -> Bool {
        unsafe count == other.count && sodium_memcmp(slot.base, other.slot.base, count) == 0
    }
}
