internal import Foundation

/// Texts by their bytes, whatever Unicode holds equal: of two that begin alike the shorter is first. The standard library
/// compares sequences of bytes one by one, and a read compares some dozens of names.
enum ByteOrder {
    static func precedes(_ left: String, _ right: String) -> Bool {
        compare(left, right).map { $0 == 0 ? left.utf8.count < right.utf8.count : $0 < 0 }
            ?? left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    static func areEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && (compare(left, right).map { $0 == 0 } ?? left.utf8.elementsEqual(right.utf8))
    }

    static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard let first = left.baseAddress, let second = right.baseAddress else {
            return left.count == right.count
        }
        return unsafe left.count == right.count && memcmp(first, second, left.count) == 0
    }

    /// As `memcmp` over what both have; nil if a text does not lie in one piece.
    private static func compare(_ left: String, _ right: String) -> Int32? {
        unsafe left.utf8.withContiguousStorageIfAvailable { left in
            unsafe right.utf8.withContiguousStorageIfAvailable { right -> Int32 in
                guard let first = left.baseAddress, let second = right.baseAddress else { return 0 }
                return unsafe memcmp(first, second, min(left.count, right.count))
            }
        } ?? nil
    }
}
