package import VaultModel

/// A break in a log: the vault was put back from a backup, and what was logged after the copy of the log that it was put
/// back with is lost. Checkpoints may have been signed for those entries, and a log must never sign two that cannot both
/// be true (C2SP); so it goes on under another name.
///
/// It stands as the `change` of the closing entry `restored`.
package struct LogBreak: Equatable, Sendable {
    /// The backup that the rows come from.
    package struct Source: Equatable, Sendable {
        package let id: RequestID
        package let made: Instant
        /// The log's size and root in it.
        package let size: UInt64
        package let root: [UInt8]

        package init(id: RequestID, made: Instant, size: UInt64, root: [UInt8]) {
            self.id = id
            self.made = made
            self.size = size
            self.root = root
        }
    }

    package let backup: Source
    /// How many entries the log had that was carried over: what followed them is lost.
    package let size: UInt64
    /// Its root at that size.
    package let root: [UInt8]
    /// Counts from 2: the first epoch is the one before the first break.
    package let epoch: Int
    /// The log's name before it.
    package let previous: String
    /// Its name from here on.
    package let origin: String

    package init(backup: Source, size: UInt64, root: [UInt8], epoch: Int, previous: String, origin: String) {
        self.backup = backup
        self.size = size
        self.root = root
        self.epoch = epoch
        self.previous = previous
        self.origin = origin
    }

    /// The name of an epoch of a log: its first name, the epoch's number, and a random mark. Two vaults that are restored from
    /// one log must not go on under one name: they would sign what cannot both be true.
    ///
    /// - Parameter mark: random, 5 bytes.
    package static func origin(of first: String, epoch: Int, mark: [UInt8]) -> String {
        "\(first)/\(epoch)-\(Base32.encode(mark))"
    }

    package static let markBytes = 5

    /// The name before the number and the mark, and the number; nil for a name that is no epoch's.
    static func parts(of origin: String) -> (first: String, epoch: Int)? {
        guard let slash = origin.lastIndex(of: "/") else { return nil }
        let tail = origin[origin.index(after: slash)...].split(separator: "-", omittingEmptySubsequences: false)
        guard tail.count == 2, let number = NoteNumber.parse(tail[0].utf8.map { $0 }), number > 1, let epoch = Int(exactly: number),
            Base32.decode(String(tail[1]))?.count == markBytes
        else { return nil }
        return (String(origin[..<slash]), epoch)
    }

    package var json: JSON {
        [
            "backup": [
                "id": .string(backup.id.base64), "made": .integer(backup.made.milliseconds),
                "size": .integer(Int64(backup.size)), "root": .string(Base64URL.encode(backup.root)),
            ],
            "epoch": .integer(Int64(epoch)),
            "log": ["size": .integer(Int64(size)), "root": .string(Base64URL.encode(root))],
            "origin": .string(origin), "previous": .string(previous),
        ]
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(_ json: JSON) {
        guard let id = json["backup"]?["id"]?.string.flatMap(RequestID.init(base64:)),
            let made = json["backup"]?["made"]?.integer, let backup = json["backup"].flatMap(Self.tree),
            let log = json["log"].flatMap(Self.tree), let epoch = json["epoch"]?.integer, let number = Int(exactly: epoch),
            let previous = json["previous"]?.string, let origin = json["origin"]?.string
        else { return nil }
        self.init(
            backup: Source(id: id, made: Instant(milliseconds: made), size: backup.size, root: backup.root), size: log.size,
            root: log.root, epoch: number, previous: previous, origin: origin)
        guard self.json == json else { return nil }
    }

    private static func tree(_ json: JSON) -> (size: UInt64, root: [UInt8])? {
        guard let size = json["size"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let root = json["root"]?.string.flatMap(Base64URL.decode), root.count == MerkleHash.byteCount
        else { return nil }
        return (size, root)
    }
}
