internal import Foundation

/// Changes one byte of one log entry in a copy of the vault, as somebody with the disk could.
struct DemoTamper {
    let copy: String

    /// Copies the vault's directory.
    init(vault: String, to copy: String) throws {
        self.copy = copy
        try FileManager.default.copyItem(atPath: vault, toPath: copy)
    }

    /// The release that somebody might wish away: its `read` becomes `rear` in the database's own bytes.
    ///
    /// - Returns: the file and the byte's place in it; nil if no entry was found.
    func changeByte() throws -> (file: String, offset: Int)? {
        for file in ["vault.db", "vault.db-wal"] {
            let path = "\(copy)/\(file)"
            guard let bytes = FileManager.default.contents(atPath: path),
                let found = bytes.range(of: Data("\"action\":\"read\"".utf8))
            else { continue }
            let offset = found.upperBound - 2
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(offset))
            try handle.write(contentsOf: Data("r".utf8))
            return (file, offset)
        }
        return nil
    }
}
