/// libsodium's parameters are non-null even where a length of zero goes with them; an empty Swift buffer has no
/// address. These lend it one that is never read, because its length is zero.
extension UnsafeRawBufferPointer {
    var octets: UnsafePointer<UInt8> {
        unsafe baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    }
}

extension UnsafeMutableRawBufferPointer {
    var octets: UnsafeMutablePointer<UInt8> {
        unsafe baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafeMutablePointer(bitPattern: 1).unsafelyUnwrapped
    }
}
