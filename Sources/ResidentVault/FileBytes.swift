internal import Foundation

/// Reads small public files whole.
enum FileBytes {
    /// - Throws: `VaultError` with code `setup` naming the file.
    static func read(_ path: String) throws(VaultError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw VaultError(.setup, "cannot read \(path)")
        }
        return Array(data)
    }
}
