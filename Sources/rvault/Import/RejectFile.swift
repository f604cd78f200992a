internal import Glibc
internal import VaultImport
internal import VaultModel

/// The rows that were not taken, for whoever corrects them. It holds residents' data: mode 0600.
enum RejectFile {
    private static let mark = "# rvault: rows that were not taken"

    /// Writes the rows, in place of an earlier file of rejects and of nothing else: a slip in the command line must not
    /// overwrite an export.
    static func write(
        _ rows: [RejectedRow], refused: [(file: String, line: Int, reason: String)], to path: String
    ) throws(Failure) {
        try check(path)
        var text = mark + "\n"
        for row in rows { text += "# \(row.file):\(row.line): \(row.reason)\n\(row.text)\n" }
        for row in refused { text += "# \(row.file):\(row.line): \(row.reason)\n" }
        let outcome = text.withUTF8 { bytes in
            Result { () throws(Failure) in try PrivateFile.replace(path, UnsafeRawBufferPointer(bytes)) }
        }
        try outcome.get()
    }

    /// - Throws: `Failure(.refused)` if something else lies there.
    static func check(_ path: String) throws(Failure) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG, let bytes = try? SourceFile.read(path),
            bytes.starts(with: mark.utf8)
        else { throw Failure(.refused, Sentence(Faults.notRejects, path), hint: Sentence(Hints.chooseAnotherFile)) }
    }
}
