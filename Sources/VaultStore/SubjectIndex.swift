internal import GRDB

/// Where subjects' tags stand in the log, so that residents' histories need not read all of it.
///
/// Tags are random, so a tree of them takes a page for each entry. Instead, the places of each whole tile are one row;
/// when so many tiles have come together, their rows become one run of sixteen rows, told apart by the tags' first four
/// bits. A search looks at one row a run, and at the rows of the tiles that are in no run yet: some thousand short rows
/// for a log of fifty million entries. The rows say what the log says and nothing is decided on their word, so they
/// are not sealed; the verification makes them again and compares.
package struct SubjectRun: Sendable {
    /// A tile's row stands in this part; a run's in the parts before it.
    static let tilePart: Int64 = 16
    private static let tilesPerRun = 64
    /// So many at most, but for one tile's own: requests for many residents make a tile of many places.
    private static let placesPerRun = 16_384

    /// The first entry of the run's first tile.
    package private(set) var first: UInt64?
    private var tiles: [(first: UInt64, places: [TagPlace])] = []
    private var count = 0

    package init() {}

    package typealias Row = (part: Int64, first: UInt64, places: [UInt8])

    /// Takes a whole tile's places.
    package mutating func add(_ places: [TagPlace], tile first: UInt64) {
        let distinct = Array(Set(places))
        if self.first == nil { self.first = first }
        tiles.append((first, distinct))
        count += distinct.count
    }

    package var isWhole: Bool { Self.isWhole(tiles: tiles.count, places: count) }

    static func isWhole(tiles: Int, places: Int) -> Bool { tiles >= tilesPerRun || places >= placesPerRun }

    /// The rows of tiles that are in no run yet.
    package var tileRows: [Row] { tiles.map { (Self.tilePart, $0.first, Self.encoded($0.places, from: $0.first)) } }

    /// The rows of a whole run.
    package var runRows: [Row] {
        guard let first else { return [] }
        var parts: [Int64: [TagPlace]] = [:]
        for tile in tiles { for place in tile.places { parts[place.part, default: []].append(place) } }
        return parts.sorted { $0.key < $1.key }.map { ($0.key, first, Self.encoded($0.value, from: first)) }
    }

    /// Twelve bytes a place, in rising order: the tag's first eight, then how far after the row's first entry it stands as
    /// u32, both big-endian. A tag that stands twice in an entry is one place.
    static func encoded(_ places: [TagPlace], from first: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(12 * places.count)
        var last: TagPlace?
        for place in places.sorted() where place != last {
            withUnsafeBytes(of: place.key.bigEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: place.seq &- first).bigEndian) { bytes.append(contentsOf: $0) }
            last = place
        }
        return bytes
    }

    static func decoded(_ bytes: [UInt8], from first: UInt64) -> [TagPlace] {
        stride(from: 0, to: bytes.count - bytes.count % 12, by: 12).map { at in
            TagPlace(key: number(bytes[at..<at + 8]), seq: first &+ number(bytes[at + 8..<at + 12]))
        }
    }

    /// The places of one tag, by halving.
    static func places(of key: UInt64, in bytes: UnsafeRawBufferPointer, from first: UInt64) -> [UInt64] {
        func stored(_ index: Int) -> UInt64 { UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 12 * index, as: UInt64.self)) }
        let count = bytes.count / 12
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if stored(middle) < key { low = middle + 1 } else { high = middle }
        }
        var found: [UInt64] = []
        while low < count, stored(low) == key {
            found.append(first &+ UInt64(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 12 * low + 8, as: UInt32.self))))
            low += 1
        }
        return found
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

/// Where a subject's tag stands in the log.
package struct TagPlace: Comparable, Hashable, Sendable {
    /// The first eight bytes of the tag, which are enough to find it by: what is found is compared whole.
    package let key: UInt64
    package let seq: UInt64

    package init(tag: [UInt8], seq: UInt64) { self.init(key: Self.key(tag), seq: seq) }

    init(key: UInt64, seq: UInt64) {
        self.key = key
        self.seq = seq
    }

    static func key(_ tag: [UInt8]) -> UInt64 { tag.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    var part: Int64 { Self.part(key) }
    static func part(_ key: UInt64) -> Int64 { Int64(key >> 60) }

    package static func < (left: TagPlace, right: TagPlace) -> Bool { (left.key, left.seq) < (right.key, right.seq) }
}

extension Changes {
    /// Indexes the places of a whole tile; with enough of them, tiles become a run.
    package func index(_ places: [TagPlace], tile number: UInt64) throws {
        let first = number << 8
        try put((SubjectRun.tilePart, first, SubjectRun.encoded(places, from: first)))
        let waiting: (tiles: Int, bytes: Int)? = try snapshot.first(
            "SELECT count(*), sum(length(places)) FROM subject_tag WHERE part = ?", [SubjectRun.tilePart]
        ) { ($0[0], $0[1]) }
        guard let waiting, SubjectRun.isWhole(tiles: waiting.tiles, places: waiting.bytes / 12) else { return }
        var run = SubjectRun()
        let rows = try snapshot.rows(
            "SELECT first, places FROM subject_tag WHERE part = ? ORDER BY first", [SubjectRun.tilePart]
        ) { (UInt64(bitPattern: $0[0]), ($0[1] as Blob).bytes) }
        // What is no tile's row was planted, and goes with the others.
        for (start, bytes) in rows where start <= first && start & 255 == 0 {
            run.add(SubjectRun.decoded(bytes, from: start), tile: start)
        }
        for row in run.runRows { try put(row) }
        try self.run("DELETE FROM subject_tag WHERE part = ?", [SubjectRun.tilePart])
    }

    private func put(_ row: SubjectRun.Row) throws {
        try run("INSERT OR REPLACE INTO subject_tag VALUES (?, ?, ?)", [row.part, Int64(bitPattern: row.first), Blob(row.places)])
    }
}

extension Snapshot {
    /// The entries of whole tiles that may name one of these tags, newest first, below a sequence number. Those after
    /// the last whole tile are not indexed yet; see `indexedCount()`.
    package func sequences(of tags: [[UInt8]], below seq: UInt64, limit: Int) throws -> [UInt64] {
        try requireStored()
        var found: Set<UInt64> = []
        for key in Set(tags.map(TagPlace.key)) {
            var places: [UInt64] = []
            // Tiles come after all runs.
            for part in [SubjectRun.tilePart, TagPlace.part(key)] where places.count < limit {
                try db.run(
                    "SELECT first, places FROM subject_tag WHERE part = ? AND first < ? ORDER BY first DESC",
                    [part, Int64(clamping: seq)]
                ) { row in
                    let first = UInt64(bitPattern: row[0])
                    row.withBytes(at: 1) { places += SubjectRun.places(of: key, in: $0, from: first).reversed().filter { $0 < seq } }
                    return places.count < limit
                }
            }
            found.formUnion(places.prefix(limit))
        }
        return Array(found.sorted(by: >).prefix(limit))
    }

    /// How many rows the index of tags has, and whether this is one of them.
    package func subjectRowCount() throws -> Int64 { try first("SELECT count(*) FROM subject_tag", []) { $0[0] } ?? 0 }

    package func has(_ row: SubjectRun.Row) throws -> Bool {
        try first("SELECT places FROM subject_tag WHERE part = ? AND first = ?", [row.part, Int64(bitPattern: row.first)]) {
            ($0[0] as Blob).bytes == row.places
        } ?? false
    }
}
