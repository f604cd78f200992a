import Foundation
import Synchronization
import Testing
import VaultCrypto

struct `Secrets in locked memory` {
    /// Both sides of every slot size.
    static let sizes = [0, 1, 31, 32, 33, 64, 65, 160, 161, 1024, 1025, 4096, 4097, 32_767, 32_768]

    @Test(arguments: sizes)
    func `new memory is as long as asked for, and zero`(size: Int) throws {
        let secret = try SecretBytes(zeroed: size)
        #expect(secret.count == size)
        #expect(copied(secret) == [UInt8](repeating: 0, count: size))
    }

    @Test(arguments: sizes)
    func `bytes copied in and out stay the same`(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        #expect(copied(try SecretBytes(copying: bytes)) == bytes)
        let lent = try bytes.withUnsafeBytes { copied(try SecretBytes(copying: $0)) }
        #expect(lent == bytes)
    }

    @Test(arguments: [32_769, 1 << 20, Int.max])
    func `more than the largest slot is refused`(size: Int) {
        #expect(throws: CryptoError.wrongLength(expected: 32_768, found: size)) { _ = try SecretBytes(zeroed: size) }
    }

    /// In a process of its own, so that nothing else takes the slots in between: a slot is handed out again as it was
    /// given back, so it must have been zeroed over its whole length, whatever part of it was in use.
    @Test func `a slot given back holds nothing of its last owner`() async {
        await #expect(processExitsWith: .success) {
            for size in [32, 64, 160, 1024, 4096, 32_768] {
                func fill() throws -> UInt {
                    var secret = try SecretBytes(zeroed: size)
                    return secret.withMutableBytes { bytes in
                        bytes.copyBytes(from: repeatElement(0xa5, count: bytes.count))
                        return UInt(bitPattern: bytes.baseAddress)
                    }
                }
                let used = try fill()
                let again = try SecretBytes(zeroed: size)
                #expect(again.withBytes { UInt(bitPattern: $0.baseAddress) } == used)
                #expect(copied(again) == [UInt8](repeating: 0, count: size))
            }
        }
    }

    /// 3,000 of 64 bytes: more than one region of 128 KiB holds. In a process of its own, because regions stay taken.
    @Test func `secrets that live at once do not overlap`() async {
        await #expect(processExitsWith: .success) {
            final class Holder {
                var secret: SecretBytes
                init(_ number: Int) throws {
                    secret = try SecretBytes(zeroed: 64)
                    secret.withMutableBytes { $0.storeBytes(of: number, toByteOffset: 56, as: Int.self) }
                    secret.withMutableBytes { $0.storeBytes(of: ~number, toByteOffset: 0, as: Int.self) }
                }
            }
            let held = try (0..<3000).map(Holder.init)
            for (number, holder) in held.enumerated() {
                #expect(holder.secret.withBytes { $0.loadUnaligned(fromByteOffset: 56, as: Int.self) } == number)
                #expect(holder.secret.withBytes { $0.loadUnaligned(fromByteOffset: 0, as: Int.self) } == ~number)
            }
        }
    }

    @Test func `many threads never share a slot`() throws {
        let faults = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for _ in 0..<2000 {
                guard var secret = try? SecretBytes(zeroed: 33) else { return faults.withLock { $0 += 1 } }
                let wasZero = secret.withBytes { $0.allSatisfy { $0 == 0 } }
                secret.withMutableBytes { $0.copyBytes(from: repeatElement(UInt8(thread + 1), count: 33)) }
                let isMine = secret.withBytes { $0.allSatisfy { $0 == UInt8(thread + 1) } }
                if !wasZero || !isMine { faults.withLock { $0 += 1 } }
            }
        }
        #expect(faults.withLock { $0 } == 0)
    }

    /// libsodium itself ignores a failed lock. Root may lock without limit, so the test's own process first stops
    /// being root; RLIMIT_MEMLOCK is 8 on Linux, and Swift's Glibc has no name for it.
    @Test func `memory that cannot be locked is refused`() async {
        await #expect(processExitsWith: .success) {
            if getuid() == 0 { #expect(setuid(65_534) == 0) }
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            #expect(setrlimit(8, &none) == 0)
            #expect(throws: CryptoError.memoryLockUnavailable) { _ = try SecretBytes(zeroed: 32) }
            #expect(throws: CryptoError.memoryLockUnavailable) { _ = try ServiceKey.random() }
        }
    }

    @Test func `random secrets are unlike each other`() throws {
        let secrets = try (0..<100).map { _ in copied(try SecretBytes.random(16)) }
        #expect(Set(secrets).count == 100)
        #expect(copied(try SecretBytes.random(64)).suffix(16).contains { $0 != 0 })
    }

    @Test(arguments: [
        ("passphrase", "passphrase", true), ("", "", true), ("passphrase", "passphrasf", false),
        ("passphrase", "Passphrase", false), ("passphrase", "passphras", false), ("passphrase", "passphrase ", false),
        ("passphrase", "", false),
    ])
    func `secrets are equal by all their bytes and their length`(left: String, right: String, same: Bool) throws {
        let first = try typed(left)
        let second = try typed(right)
        #expect(first.equals(second) == same)
    }

    @Test func `a duplicate changes alone`() throws {
        let first = try typed("aaaa")
        var second = try first.duplicate()
        second.withMutableBytes { $0[0] = UInt8(ascii: "b") }
        #expect(copied(first) == Array("aaaa".utf8))
        #expect(copied(second) == Array("baaa".utf8))
    }
}
