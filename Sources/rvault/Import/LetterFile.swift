internal import Glibc
internal import VaultModel

/// The file of activation letters, mode 0600, one page each.
enum LetterFile {
    /// Where letters go when nobody says: a name of the day, told to the person.
    static func standard(today: CivilDate) -> String { "letters-\(today.text).txt" }

    /// Adds letters to the file, in one step: what was there stays, and a letter that is there already (a run that
    /// ended between this step and the removal of its drafts) is not written twice.
    ///
    /// - Returns: how many letters are new in the file.
    /// - Throws: `Failure(.refused)` if the file cannot be written, or others can read it.
    static func add(
        _ addresses: [LetterAddress], _ codes: borrowing DraftedCodes, to path: String, letter: Letter
    ) throws(Failure) -> Int {
        var content = try existing(path)
        let old = logins(in: content)
        let new = addresses.filter { !old.contains(LoginText.grouped($0.login)) }.sorted(by: LetterAddress.delivered)
        guard !new.isEmpty else { return 0 }
        // Room for everything, so that growing leaves no copies of codes behind.
        content.reserveCapacity(content.count + new.count * 4096)
        for address in new { letter.write(address, code: codes.code(of: address.login), to: &content) }
        let outcome = content.withUnsafeMutableBytes { bytes -> Result<Void, Failure> in
            defer { if let base = bytes.baseAddress { explicit_bzero(base, bytes.count) } }
            return Result { () throws(Failure) in try PrivateFile.replace(path, UnsafeRawBufferPointer(bytes)) }
        }
        try outcome.get()
        return new.count
    }

    private static func existing(_ path: String) throws(Failure) -> [UInt8] {
        guard let descriptor = try PrivateFile.open(path) else { return [] }
        close(descriptor)
        return try SourceFile.read(path)
    }

    /// The login names that stand in letters, grouped as they are printed.
    private static func logins(in content: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        let label = Array(Letter.loginLabel.utf8)
        for line in content.split(separator: UInt8(ascii: "\n")) where line.starts(with: label) {
            found.insert(String(decoding: line.dropFirst(label.count), as: UTF8.self))
        }
        return found
    }
}
