internal import Glibc
internal import VaultCrypto

/// Secrets from descriptors, straight into locked memory.
enum SecretInput {
    enum Fault: Error, Equatable {
        /// Nothing came before the end of input.
        case empty
        /// Longer than any secret of ours.
        case tooLong
        /// The descriptor cannot be read.
        case unreadable
        /// No locked memory.
        case noMemory
    }

    /// The longest line taken, in bytes; passphrases may have as many.
    static let limit = 1024

    /// Reads up to a line end, or the end of input, and leaves what follows unread, so that two secrets can come as two
    /// lines of one descriptor.
    static func line(from descriptor: Int32) throws(Fault) -> SecretBytes {
        var buffer = try memory(limit + 2)
        var count = 0
        var ended = false
        while !ended {
            // One byte a call: what is read ahead would be lost to whoever reads the next line.
            let got = buffer.withMutableBytes { bytes in read(descriptor, bytes.baseAddress.map { $0 + count }, 1) }
            if got < 0 {
                if errno == EINTR { continue }
                throw .unreadable
            }
            if got == 0 {
                guard count > 0 else { throw .empty }
                break
            }
            ended = buffer.withBytes { $0[count] == UInt8(ascii: "\n") }
            if !ended { count += 1 }
            guard count <= limit else { throw .tooLong }
        }
        let length = buffer.withBytes { bytes in count > 0 && bytes[count - 1] == UInt8(ascii: "\r") ? count - 1 : count
        }
        return try buffer.withBytes { bytes throws(Fault) in
            do {
                return try SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
            } catch { throw .noMemory }
        }
    }

    private static func memory(_ count: Int) throws(Fault) -> SecretBytes {
        do { return try SecretBytes(zeroed: count) } catch { throw .noMemory }
    }

    /// A secret from the descriptor an option names.
    ///
    /// - Throws: `Failure(.usage)` if nothing can be read there.
    static func line(from descriptor: Int32, option: String) throws(Failure) -> SecretBytes {
        do throws(Fault) {
            return try line(from: descriptor)
        } catch {
            switch error {
            case .tooLong: throw Failure(.usage, Sentence(Faults.secretTooLong))
            case .noMemory: throw Failure(.refused, Sentence(Faults.noLockedMemory), hint: Sentence(Hints.raiseMemlock))
            case .empty, .unreadable:
                throw Failure(.usage, Sentence(Faults.nothingOnDescriptor, option, "\(descriptor)"))
            }
        }
    }
}
