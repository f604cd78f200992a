/// A field of a resident's record, `category.field`, for example `contact.phone`.
public struct FieldName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name as written in policies and requests.
    public let text: String
    @usableFromInline let digest: UInt64

    /// Takes two parts of lower-case ASCII letters, digits and underscores, each starting with a letter, at most 64
    /// bytes together; nil otherwise.
    public init?(_ text: String) {
        var text = text
        let digest = text.withUTF8 { $0.count <= 64 && NameSyntax.words($0) == 2 ? NameSyntax.digest($0) : nil }
        guard let digest else { return nil }
        self.text = text
        self.digest = digest
    }

    @inlinable public static func == (left: FieldName, right: FieldName) -> Bool { left.digest == right.digest && left.text == right.text }

    /// A read looks fields up some fifty times; their text is hashed when they are made.
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// The part before the dot.
    public var category: String { String(text.prefix { $0 != "." }) }

    public var description: String { text }

    /// Byte order, which is the order of fields in bundles and canonical JSON, and of ASCII texts.
    public static func < (left: FieldName, right: FieldName) -> Bool {
        left.text < right.text
    }
}

/// The name of someone who calls or is called upon, `[a-z][a-z0-9-]{0,31}`; the parameter keeps their kinds apart.
public struct CallerName<Named>: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    /// Returns nil for a name outside the syntax.
    public init?(_ text: String) {
        guard NameSyntax.isCallerName(text) else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool {
        left.text < right.text
    }
}

/// An app's name; never given to another party once used (design, section 4).
public typealias AppName = CallerName<Named.App>
/// An auditor's name: an office or a firm, not a person.
public typealias AuditorName = CallerName<Named.Auditor>
/// A custodian's name, which is their party's.
public typealias CustodianName = CallerName<Named.Custodian>

/// A purpose's name: two or more words joined by dots, for example `parking.permit`.
public struct PurposeName: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    /// Returns nil for a name outside the syntax or over 64 bytes.
    public init?(_ text: String) {
        var text = text
        guard text.utf8.count <= 64, let words = text.withUTF8({ NameSyntax.words($0) }), words >= 2 else { return nil }
        self.text = text
    }

    private init(ofTheVault text: String) { self.text = text }

    /// What every grant to a person is for. It is the vault's own: no policy can use the name.
    package static let delegation = PurposeName(ofTheVault: "delegation.care")

    public var description: String { text }

    public static func < (left: PurposeName, right: PurposeName) -> Bool {
        left.text < right.text
    }
}

enum NameSyntax {
    static func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    /// `[a-z][a-z0-9-]{0,31}`.
    static func isCallerName(_ text: String) -> Bool {
        guard (1...32).contains(text.utf8.count), let first = text.utf8.first, isLower(first) else { return false }
        return text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// How many words a text is, joined by dots: each a letter, then letters, digits and underscores. Nil if it is no such
    /// text.
    static func words(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        var words = 0
        var isStart = true
        for byte in text {
            if isStart {
                guard isLower(byte) else { return nil }
                words += 1
                isStart = false
            } else if byte == UInt8(ascii: ".") {
                isStart = true
            } else {
                guard isLower(byte) || isDigit(byte) || byte == UInt8(ascii: "_") else { return nil }
            }
        }
        return isStart ? nil : words
    }

    /// A text's own hash under a secret of this process: callers choose names, and must not be able to make them meet in
    /// a table.
    static func digest(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let (start, factor) = secret
        var digest = start
        for byte in text {
            digest = (digest ^ UInt64(byte)) &* factor
            digest ^= digest >> 29
        }
        return digest
    }

    private static let secret: (start: UInt64, factor: UInt64) = {
        var generator = SystemRandomNumberGenerator()
        return (generator.next(), generator.next() | 1)
    }()
}
