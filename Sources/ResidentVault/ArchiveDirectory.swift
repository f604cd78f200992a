internal import Foundation
internal import VaultAudit
internal import VaultStore

/// Old entries outside the database: `DIR/archive/tile/entries/…`, whole tiles in the layout of tlog-tiles, so that every
/// tool that reads an exported log reads the archive too. It may be a link to another disk.
struct ArchiveDirectory: EntryArchive {
    let path: String

    func bundle(number: UInt64) throws -> [UInt8]? {
        FileManager.default.contents(atPath: file(number)).map { Array($0) }
    }

    /// Writes a bundle, durable before it returns; one that is there already must be the same.
    ///
    /// - Throws: `VaultError` with code `logUnavailable`, or `integrity` for other bytes under this name.
    func write(_ bundle: [UInt8], number: UInt64) throws {
        let file = file(number)
        let folder = (file as NSString).deletingLastPathComponent
        if let held = try self.bundle(number: number) {
            guard held == bundle else {
                throw VaultError(.integrity, "the archive holds other entries under \(TilePath(.entries, number: number).text)")
            }
            // A run that was cut off may have left it unsynced, and its rows are dropped next.
            return try sync(file, folder)
        }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch { throw VaultError(.logUnavailable, "cannot make \(folder)") }
        let draft = file + ".new"
        unlink(draft)
        try bundle.withUnsafeBytes { try VaultDirectory.writeNew($0, to: draft, mode: 0o600) }
        guard rename(draft, file) == 0 else { throw VaultError(.logUnavailable, "cannot name \(file)") }
        try sync(file, folder)
    }

    /// The file's bytes and every name on the way to it.
    private func sync(_ file: String, _ folder: String) throws {
        let above = [folder, (folder as NSString).deletingLastPathComponent, path, (path as NSString).deletingLastPathComponent]
        for name in [file] + above {
            let descriptor = open(name, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw VaultError(.logUnavailable, "cannot sync \(name)") }
            defer { close(descriptor) }
            guard fsync(descriptor) == 0 else { throw VaultError(.logUnavailable, "cannot sync \(name)") }
        }
    }

    private func file(_ number: UInt64) -> String { path + "/" + TilePath(.entries, number: number).text }
}
