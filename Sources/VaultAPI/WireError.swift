/// Why a body is not the message it should be. It names the key, never a value: a value may be a resident's.
package struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stable code that the caller gets.
    package let code: ProblemCode
    /// The key at fault, with the keys above it before dots; nil when the text as a whole is at fault.
    package let key: String?

    package init(_ code: ProblemCode, key: String? = nil) {
        self.code = code
        self.key = key.map(Self.bounded)
    }

    /// The same fault seen from the object that holds this one.
    func within(_ outer: String) -> WireError {
        WireError(code, key: key.map { "\(outer).\($0)" } ?? outer)
    }

    package var description: String {
        guard let key else { return code.rawValue }
        return "\(code.rawValue): \(key)"
    }

    /// Keys come from the caller, so what is repeated of them is short and printable.
    private static func bounded(_ key: String) -> String {
        let printable = key.unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7f }
        return String(String.UnicodeScalarView(printable.prefix(96)))
    }
}
