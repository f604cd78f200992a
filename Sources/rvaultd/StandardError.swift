internal import Foundation
internal import ResidentVault

/// What the daemon says to a person: one line, and a hint where there is one.
enum StandardError {
    static func write(_ text: String) { emit(text, to: 2) }
    static func writeOut(_ text: String) { emit(text, to: 1) }

    static func report(_ error: any Error) {
        guard let error = error as? VaultError else { return write("rvaultd: \(error)\n") }
        write("rvaultd: \(error.detail)\n" + (error.hint.map { "hint: \($0)\n" } ?? ""))
    }

    private static func emit(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
