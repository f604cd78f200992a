internal import CSodium
internal import Synchronization

/// Locked memory for secrets, cut into slots.
///
/// `sodium_malloc` costs 24 µs, takes at least four pages, and ignores a failed lock; a vault opens thousands of keys a
/// second. So a few large regions are taken from it, each lock is checked here, and secrets live in slots of them.
/// Guard pages stand at the ends of a region, not between slots; bounds inside are checked by `SecretBytes`.
final class SecretArena: Sendable {
    static let shared = SecretArena()

    /// Slot sizes: a key, a signing key, a token, a passphrase, a bundle, and a large delegate's bundle.
    private static let sizes = [32, 64, 160, 1024, 4096, 32_768]
    /// One region; several fit into the usual 8 MiB of `RLIMIT_MEMLOCK`.
    private static let regionBytes = 131_072

    /// Marked unsafe because it can be kept after it was given back; `SecretBytes` is its one, noncopyable keeper.
    @unsafe struct Slot {
        let base: UnsafeMutableRawPointer
        let sizeClass: Int
    }

    /// Addresses of unused slots by size class; one leaves the lock only as the slot that one `SecretBytes` owns.
    private struct FreeLists {
        var slots: [[UInt]] = Array(repeating: [], count: SecretArena.sizes.count)
    }

    private let free = Mutex(FreeLists())

    func take(_ count: Int) throws(CryptoError) -> Slot {
        try Sodium.start()
        guard let sizeClass = Self.sizes.firstIndex(where: { count <= $0 }) else {
            throw .wrongLength(expected: Self.sizes.last ?? 0, found: count)
        }
        let address = free.withLock { lists -> UInt? in
            if lists.slots[sizeClass].isEmpty {
                guard let region = unsafe Self.lockedRegion() else { return nil }
                let size = Self.sizes[sizeClass]
                lists.slots[sizeClass] = (0..<(Self.regionBytes / size)).map {
                    unsafe UInt(bitPattern: region + $0 * size)
                }
            }
            return lists.slots[sizeClass].popLast()
        }
        guard let address, let base = unsafe UnsafeMutableRawPointer(bitPattern: address) else {
            throw .memoryLockUnavailable
        }
        return unsafe Slot(base: base, sizeClass: sizeClass)
    }

    func give(back slot: Slot) {
        unsafe sodium_memzero(slot.base, Self.sizes[slot.sizeClass])
        let address = unsafe UInt(bitPattern: slot.base)
        let sizeClass = unsafe slot.sizeClass
        free.withLock { $0.slots[sizeClass].append(address) }
    }

    /// `sodium_malloc` has tried to lock already; locking again is how its result becomes known.
    private static func lockedRegion() -> UnsafeMutableRawPointer? {
        guard let region = unsafe sodium_malloc(regionBytes) else { return nil }
        guard unsafe sodium_mlock(region, regionBytes) == 0 else {
            unsafe sodium_free(region)
            return nil
        }
        unsafe sodium_memzero(region, regionBytes)
        return unsafe region
    }
}
