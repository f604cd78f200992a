internal import VaultAudit
internal import VaultStore

/// What has become whole with an entry: tiles to store, and the places of their subjects' tags.
struct WholeTile {
    let tiles: [(path: TilePath, hashes: [UInt8])]
    /// Of the tile of entries with this number.
    let places: [TagPlace]
    let number: UInt64
}

/// What the writer remembers of the tile that is not whole yet: its hashes, and where subjects stand in it. Kept in memory,
/// so that no row of the log is read to append to it, and a damaged one cannot stop the vault.
struct OpenTile: Sendable {
    private(set) var edge: TileEdge
    /// Of each entry. Lists of lists, because each job that can be undone copies what is here, and requests for many residents make
    /// many places.
    private var places: [[TagPlace]] = []

    /// Of an empty log.
    init() { edge = TileEdge() }

    /// From stored rows, held against the head's frontier.
    ///
    /// - Returns: nil if the rows do not lead to it: an entry or a tile was altered.
    init?(_ snapshot: Snapshot, frontier: Frontier) throws {
        guard try snapshot.indexedCount() == (frontier.size >> 8) << 8 else { return nil }
        let open = try snapshot.logEntries(from: (frontier.size >> 8) << 8, limit: TilePath.fullWidth)
        do {
            edge = try TileEdge(size: frontier.size) { path in
                if path.content == .hashes(level: 0) { return open.flatMap { MerkleHash.leaf($0.entry) } }
                return try snapshot.tile(path, size: frontier.size) ?? []
            }
            guard try edge.root == frontier.root else { return nil }
            for (seq, entry) in open { note(try LogEntry(decoding: entry), seq: seq) }
        } catch is AuditError { return nil }
    }

    /// Takes an entry that was appended; gives what has become whole with it.
    ///
    /// - Parameter roots: what the frontier gave for this leaf; worked out where there is no frontier.
    mutating func take(_ entry: LogEntry, seq: UInt64, leaf: [UInt8], roots: [[UInt8]]? = nil) -> WholeTile? {
        note(entry, seq: seq)
        var full: [(path: TilePath, hashes: [UInt8])] = []
        edge.append(leaf: leaf, roots: roots) { full.append(($0, $1)) }
        guard !full.isEmpty else { return nil }
        defer { places = [] }
        // Tiles above that have grown are stored as they are.
        return WholeTile(
            tiles: full + edge.partial.map { (path: $0.path, hashes: $0.bytes) }, places: places.flatMap(\.self), number: seq >> 8)
    }

    private mutating func note(_ entry: LogEntry, seq: UInt64) {
        places.append(entry.subjects.map { TagPlace(tag: $0.tag, seq: seq) })
    }
}

extension Changes {
    /// Stores what has become whole.
    func store(_ whole: WholeTile) throws {
        for (path, hashes) in whole.tiles {
            guard case .hashes(let level) = path.content else { continue }
            try put(tile: hashes, level: level, number: path.number)
        }
        try index(whole.places, tile: whole.number)
    }

    /// Makes all tiles and places again from the entries, entry by entry.
    ///
    /// - Returns: false if the entries do not lead to the frontier: one was altered, and everything stays as it was.
    func remakeTiles(frontier: Frontier) throws -> Bool {
        func forEachTile(_ body: (WholeTile) throws -> Void) throws -> Bool {
            var tile = OpenTile()
            do {
                try StoredLog(snapshot).forEachEntry { seq, bytes in
                    if let whole = tile.take(try LogEntry(decoding: bytes), seq: seq, leaf: MerkleHash.leaf(bytes)) {
                        try body(whole)
                    }
                }
                return try tile.edge.root == frontier.root
            } catch is AuditError { return false }
        }
        // Once to see where they lead, and once to store them: a city's do not lie in memory.
        guard try forEachTile({ _ in }) else { return false }
        try clearTiles()
        return try forEachTile { try store($0) }
    }
}
