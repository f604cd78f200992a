internal import Glibc

/// Whole files from outside, bounded.
enum SourceFile {
    /// The largest file read: the export of a community of a million people.
    static let limit = 1 << 30

    /// - Throws: `Failure(.refused)` naming the path and the reason.
    static func read(_ path: String, limit: Int = Self.limit) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PrivateFile.failure(.cannotRead, path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw PrivateFile.failure(.cannotRead, path)
            }
            if count == 0 { break }
            guard bytes.count + count <= limit else { throw Failure(.refused, Sentence(Faults.fileTooLong, path)) }
            bytes.append(contentsOf: part[..<count])
        }
        part.withUnsafeMutableBytes { if let base = $0.baseAddress { explicit_bzero(base, $0.count) } }
        return bytes
    }
}
