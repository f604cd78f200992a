import Foundation

/// Looks for texts in files: as UTF-8, UTF-16 in both orders, base64 at each of the three alignments, and hex.
struct PlaintextSearch {
    private let patterns: [(needle: String, bytes: Data)]

    init(needles: [String]) {
        patterns = needles.flatMap { needle in Self.forms(Data(needle.utf8), needle).map { (needle, $0) } }
    }

    private static func forms(_ utf8: Data, _ needle: String) -> [Data] {
        var forms = [utf8]
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
            if let wide = needle.data(using: encoding) { forms.append(wide) }
        }
        for skip in 0..<3 {
            // What stays the same wherever the text stands in what was encoded: the symbols that depend on it alone.
            let padded = Data(repeating: 0, count: skip) + utf8
            let symbols = Array(padded.base64EncodedString().utf8)
            let first = (skip * 8 + 5) / 6
            let last = padded.count * 8 / 6
            guard last - first >= 8 else { continue }
            let standard = Data(symbols[first..<last])
            forms.append(standard)
            forms.append(Data(standard.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }))
        }
        let hex = utf8.map { String(format: "%02x", $0) }.joined()
        forms.append(Data(hex.utf8))
        forms.append(Data(hex.uppercased().utf8))
        return forms
    }

    /// The needles found, with the file they are in.
    func hits(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted().flatMap { name -> [String] in
            let path = directory + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
            return try hits(inFile: path)
        }
    }

    func hits(inFile path: String) throws -> [String] {
        let content = try Data(contentsOf: URL(filePath: path))
        // The reserve is 64 MiB of zeros; that it is, is checked, not assumed.
        if path.hasSuffix("/reserve"), content.allSatisfy({ $0 == 0 }) { return [] }
        return Set(patterns.filter { content.range(of: $0.bytes) != nil }.map { "\($0.needle) in \(path)" }).sorted()
    }
}
