/// Sixteen random bytes that name one thing, typed by what they name so that a grant's id cannot stand where a resident's is wanted.
///
/// Ids carry no meaning and are never derived from personal data (design, section 4). They print as unpadded
/// base64url in JSON (22 characters) and, for pairwise ids, as lower-case base32 (26 characters).
public struct Identifier<Named>: Hashable, Sendable {
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    /// The length of every id, in bytes.
    @inlinable package static var byteCount: Int { 16 }

    /// Takes exactly sixteen bytes; returns nil for any other count.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        (high, low) = bytes.withUnsafeBytes {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// Makes an id from the system's random source, which on Linux is `getrandom(2)`.
    package static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(high: generator.next(), low: generator.next())
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The sixteen bytes, first byte first.
    public var bytes: [UInt8] { withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) } }

    /// Lends them without making an array.
    @inlinable package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
    }

    /// Unpadded base64url, the form used in JSON.
    public var base64: String { Base64URL.encode(bytes) }

    /// Lower-case base32 without padding, the form of pairwise ids.
    public var base32: String { Base32.encode(bytes) }

    /// Reads the form of `base64`; nil for anything that does not print back to the same text.
    public init?(base64 text: String) {
        guard let bytes = Base64URL.decode(text) else { return nil }
        self.init(bytes)
    }

    /// Reads the form of `base32`; nil for anything that does not print back to the same text.
    public init?(base32 text: String) {
        guard let bytes = Base32.decode(text) else { return nil }
        self.init(bytes)
    }
}

/// What the identifiers name. The cases hold nothing; they exist to keep the types apart.
public enum Named {
    public enum Vault {}
    public enum Resident {}
    public enum Grant {}
    public enum Pairwise {}
    public enum Request {}
    public enum Session {}
    public enum App {}
    public enum Auditor {}
    public enum Custodian {}
    public enum Ceremony {}
}

/// The vault itself; bound into every ciphertext, so that nothing can be moved between two vaults.
public typealias VaultID = Identifier<Named.Vault>
/// A resident, inside the vault only. Apps never see it.
public typealias ResidentID = Identifier<Named.Resident>
/// One grant, which is also one receipt.
public typealias GrantID = Identifier<Named.Grant>
/// The name under which one app knows one resident. Two apps hold unrelated ids for the same person (promise 6).
public typealias PairwiseID = Identifier<Named.Pairwise>
/// One access request.
public typealias RequestID = Identifier<Named.Request>
/// One ceremony of the custodians.
public typealias CeremonyID = Identifier<Named.Ceremony>
/// One resident's session.
public typealias SessionID = Identifier<Named.Session>
