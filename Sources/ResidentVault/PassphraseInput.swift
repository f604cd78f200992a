internal import CLinux
internal import Foundation
internal import VaultCrypto

/// Where the passphrase of locked keys comes from. Never an argument or the environment, which `ps` and `/proc` show.
package enum PassphraseInput: Sendable, Equatable {
    /// Nobody can be asked.
    case none
    /// Whoever sits at the controlling terminal; without one it is as `none`.
    case terminal
    /// One line from this descriptor, which is closed then.
    case descriptor(Int32)

    private static let lineLimit = 1024

    /// The passphrase that is in force.
    ///
    /// - Throws: `VaultError` with code `setup` if there is none to be had.
    func existing() throws -> SecretBytes {
        try line("passphrase of this vault's keys: ")
    }

    /// A new one, by the rules for all passphrases; at a terminal typed twice.
    ///
    /// - Throws: `VaultError` with code `badValue` for one that the rules refuse, or two that differ.
    func new() throws -> SecretBytes {
        let passphrase = try line("new passphrase for this vault's keys: ")
        try PassphraseRules.check(passphrase)
        guard self == .terminal else { return passphrase }
        guard passphrase.equals(try line("once more: ")) else {
            throw VaultError(.badValue, "the two passphrases differ", hint: "nothing was changed; run it again")
        }
        return passphrase
    }

    private func line(_ question: String) throws -> SecretBytes {
        var buffer = try SecretBytes(zeroed: Self.lineLimit)
        let count: Int
        switch self {
        case .none: throw Self.nobody
        case .terminal:
            count = buffer.withMutableBytes { rv_ask_terminal(question, $0.baseAddress, $0.count) }
            if count < 0 { throw errno == E2BIG ? Self.tooLong : errno == ENXIO || errno == ENOENT ? Self.nobody : Self.unreadable }
        case .descriptor(let descriptor):
            count = try Self.read(descriptor, into: &buffer)
        }
        guard count > 0 else { throw Self.unreadable }
        return try buffer.withBytes { bytes in
            try SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    /// Reads up to a line end or the end of input. What follows is nobody's: the descriptor is closed.
    private static func read(_ descriptor: Int32, into buffer: inout SecretBytes) throws -> Int {
        defer { close(descriptor) }
        var count = 0
        while count < lineLimit {
            let got = buffer.withMutableBytes { Foundation.read(descriptor, $0.baseAddress.map { $0 + count }, 1) }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw unreadable }
            if got == 0 || buffer.withBytes({ $0[count] }) == 0x0a { return count }
            count += 1
        }
        throw tooLong
    }

    private static let nobody = VaultError(
        .setup, "the vault's keys are locked, and there is no terminal to ask for their passphrase",
        hint: "start it on a terminal, or give the passphrase with --passphrase-fd N")
    private static let unreadable = VaultError(
        .setup, "no passphrase came", hint: "one line, for example: rvaultd --passphrase-fd 3 3<FILE")
    private static let tooLong = VaultError(.setup, "a passphrase has at most \(PassphraseRules.maximumBytes) bytes")
}
