internal import Foundation
internal import VaultAudit

/// A log that was exported as plain files (`rvault audit export`): `checkpoint` and `tile/entries/…`. Of the rest nothing is
/// needed: every hash is computed from the entries.
struct ExportedLog {
    let path: String
    /// The signed note.
    let note: [UInt8]
    /// What the note says; whether it is signed is for the verification to find.
    let checkpoint: Checkpoint

    /// - Throws: `VaultError.setup` for a directory that holds no export.
    init(_ path: String) throws {
        self.path = path
        guard let note = try Self.read(path + "/checkpoint", limit: SignedNote.byteLimit) else {
            throw VaultError(
                .setup, "\(path) holds no exported log: there is no checkpoint in it",
                hint: "a log is exported with: rvault audit export --tiles DIR")
        }
        self.note = note
        do { checkpoint = try Checkpoint(parsing: try SignedNote(parsing: note).text) } catch {
            throw VaultError(.setup, "the checkpoint in \(path) cannot be read: \(error)")
        }
    }

    /// Gives every entry in order, a tile at a time.
    ///
    /// - Throws: `VaultError.integrity` for a tile that is missing or not in its form; what the body throws.
    func forEachEntry(_ body: (UInt64, [UInt8]) throws -> Void) throws {
        var index: UInt64 = 0
        for tile in TilePath.bundles(size: checkpoint.size) {
            // An entry has at most 64 KiB and its length, and a tile 256 of them.
            guard let bundle = try Self.read("\(path)/\(tile.text)", limit: 1 << 25) else {
                throw VaultError(.integrity, "the exported log is not whole: \(tile.text) is missing", hint: Self.anew)
            }
            let entries: [[UInt8]]
            do throws(AuditError) { entries = try EntryBundle.entries(bundle, width: tile.width) } catch {
                throw VaultError(.integrity, "\(tile.text) of the exported log: \(error)", hint: Self.anew)
            }
            for entry in entries {
                try body(index, entry)
                index += 1
            }
        }
    }

    private static let anew = "look for another copy of the log: auditors and other parties export it too"

    private static func read(_ file: String, limit: Int) throws(VaultError) -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw VaultDirectory.failure("cannot read", file)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            throw VaultError(.setup, "\(file) is not a file of the exported log")
        }
        let size = Int(status.st_size)
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                return pread(descriptor, base + filled, size - filled, off_t(filled))
            }
            guard count > 0 else { throw VaultDirectory.failure("cannot read", file) }
            filled += count
        }
        return bytes
    }
}
