package import VaultModel
internal import GRDB

/// One pepper of the vault's: never the pepper itself, only what tells it among files.
package struct PepperRow: SealedRow, Equatable {
    package static let table = "pepper"
    /// Counts from one; passphrases' envelopes name it.
    package let generation: UInt32
    package let digest: [UInt8]
    package let made: Instant
    /// Set once no envelope needs it; its file is destroyed then.
    package var retired: Instant?

    package init(generation: UInt32, digest: [UInt8], made: Instant, retired: Instant? = nil) {
        self.generation = generation
        self.digest = digest
        self.made = made
        self.retired = retired
    }

    package var key: [ColumnValue] { [.integer(UInt64(generation))] }
    package var columns: [ColumnValue] {
        [.bytes(digest), .integer(UInt64(bitPattern: made.milliseconds)), .optional(retired?.milliseconds)]
    }
}

/// The blind-index root of an older service key, sealed under the one in force: new indexes go through it too.
package struct IndexRootRow: SealedRow, Equatable {
    package static let table = "index_root"
    /// Counts from one; the service key in force has the next number after the last row.
    package let generation: UInt32
    package let blob: [UInt8]

    package init(generation: UInt32, blob: [UInt8]) {
        self.generation = generation
        self.blob = blob
    }

    package var key: [ColumnValue] { [.integer(UInt64(generation))] }
    package var columns: [ColumnValue] { [.bytes(blob)] }
}

/// The service key that was made and is not in force yet: which one of all that might lie at `service.key.next` is the
/// vault's own. Whoever can write to the directory alone cannot have theirs put in force.
package struct NextKeyRow: SealedRow, Equatable {
    package static let table = "next_key"
    /// The public half of its log key, 32 bytes.
    package let logKey: [UInt8]

    package init(logKey: [UInt8]) { self.logKey = logKey }

    package var key: [ColumnValue] { [.integer(0)] }
    package var columns: [ColumnValue] { [.bytes(logKey)] }
}

/// A rotation that walks over rows in small transactions: where it stands, so that it goes on there after a stop.
package struct RotationRow: SealedRow, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Fields are marked to move to new keys.
        case fields
        /// Rows move to a new service key.
        case serviceKey = "service_key"
    }

    package static let table = "rotation"
    package let kind: Kind
    /// What is rotated: of fields a category or `*`; of a service key the old log key, base64url.
    package let target: String
    /// The table that is being walked over.
    package var stage: String
    /// The last row id done, in the stage's own form; empty at its beginning.
    package var cursor: [UInt8]
    package var done: Int64
    /// Rows that were left as they are, because they are damaged.
    package var failed: Int64
    /// How many there were at the start.
    package let total: Int64
    /// At most so many a second; none is zero.
    package var rate: Int64
    package let started: Instant
    /// The log's size when it began: of a service key, what the old log key may have signed.
    package let since: UInt64
    package var finished: Instant?

    package init(
        kind: Kind, target: String, stage: String, cursor: [UInt8] = [], done: Int64 = 0, failed: Int64 = 0, total: Int64,
        rate: Int64, started: Instant, since: UInt64, finished: Instant? = nil
    ) {
        self.since = since
        self.kind = kind
        self.target = target
        self.stage = stage
        self.cursor = cursor
        self.done = done
        self.failed = failed
        self.total = total
        self.rate = rate
        self.started = started
        self.finished = finished
    }

    package var key: [ColumnValue] { [.text(kind.rawValue)] }
    package var columns: [ColumnValue] {
        [
            .text(target), .text(stage), .bytes(cursor), .integer(UInt64(bitPattern: done)),
            .integer(UInt64(bitPattern: failed)), .integer(UInt64(bitPattern: total)), .integer(UInt64(bitPattern: rate)),
            .integer(UInt64(bitPattern: started.milliseconds)), .integer(since), .optional(finished?.milliseconds),
        ]
    }
}

extension Snapshot {
    /// All peppers there ever were, oldest first.
    package func peppers() throws -> [PepperRow] {
        try rows("SELECT generation, digest, made, retired, seal FROM pepper ORDER BY generation", []) { row in
            try checked(
                PepperRow(
                    generation: try required(UInt32(exactly: row[0] as Int64), PepperRow.table), digest: (row[1] as Blob).bytes,
                    made: Instant(milliseconds: row[2]), retired: (row[3] as Int64?).map(Instant.init(milliseconds:))),
                seal: row[4])
        }
    }

    /// The roots of older service keys, oldest first.
    package func indexRoots() throws -> [IndexRootRow] {
        try rows("SELECT generation, blob, seal FROM index_root ORDER BY generation", []) { row in
            try checked(
                IndexRootRow(
                    generation: try required(UInt32(exactly: row[0] as Int64), IndexRootRow.table),
                    blob: (row[1] as Blob).bytes),
                seal: row[2])
        }
    }

    /// The service key that waits to be put in force.
    package func nextKey() throws -> NextKeyRow? {
        try first("SELECT log_key, seal FROM next_key", []) { row in
            try checked(NextKeyRow(logKey: (row[0] as Blob).bytes), seal: row[1])
        }
    }

    /// The newest rotation of each kind.
    package func rotations() throws -> [RotationRow] { try rows("\(Self.rotationRows) ORDER BY kind", [], rotation) }

    /// The newest rotation of a kind. That of another is not looked at: while rows move to a new key, only the move's own is
    /// under it from the first moment on.
    package func rotation(_ kind: RotationRow.Kind) throws -> RotationRow? {
        try first("\(Self.rotationRows) WHERE kind = ?", [kind.rawValue], rotation)
    }

    private static let rotationRows =
        "SELECT kind, target, stage, cursor, done, failed, total, rate, started, since, finished, seal FROM rotation"

    private func rotation(_ row: StoredRow) throws -> RotationRow {
        try checked(
            RotationRow(
                kind: try required(RotationRow.Kind(rawValue: row[0]), RotationRow.table), target: row[1], stage: row[2],
                cursor: (row[3] as Blob).bytes, done: row[4], failed: row[5], total: row[6], rate: row[7],
                started: Instant(milliseconds: row[8]), since: UInt64(bitPattern: row[9]),
                finished: (row[10] as Int64?).map(Instant.init(milliseconds:))),
            seal: row[11])
    }

    /// How many passphrases' envelopes were made with a pepper older than this.
    package func envelopes(olderThanPepper generation: UInt32) throws -> Int64 {
        try first("SELECT count(*) FROM envelope WHERE pepper < ?", [Int64(generation)]) { $0[0] } ?? 0
    }

    /// Whether any envelope needs this pepper.
    package func needs(pepper generation: UInt32) throws -> Bool {
        try first("SELECT 1 FROM envelope WHERE pepper = ? LIMIT 1", [Int64(generation)]) { _ in true } ?? false
    }

    /// How many residents have fields that wait to be moved.
    package func staleResidents() throws -> Int64 {
        try first("SELECT count(*) FROM resident WHERE stale <> ''", []) { $0[0] } ?? 0
    }
}

extension Changes {
    package func put(_ row: PepperRow) throws {
        try run(
            "INSERT OR REPLACE INTO pepper VALUES (?, ?, ?, ?, ?)",
            [Int64(row.generation), Blob(row.digest), row.made.milliseconds, row.retired?.milliseconds, seal(row)])
    }

    package func put(_ row: IndexRootRow) throws {
        try run("INSERT OR REPLACE INTO index_root VALUES (?, ?, ?)", [Int64(row.generation), Blob(row.blob), seal(row)])
    }

    package func put(_ row: NextKeyRow) throws {
        try run("INSERT OR REPLACE INTO next_key VALUES (0, ?, ?)", [Blob(row.logKey), seal(row)])
    }

    /// No service key waits any more.
    package func removeNextKey() throws { try run("DELETE FROM next_key", []) }

    package func put(_ row: RotationRow) throws {
        try run(
            "INSERT OR REPLACE INTO rotation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                row.kind.rawValue, row.target, row.stage, Blob(row.cursor), row.done, row.failed, row.total, row.rate,
                row.started.milliseconds, Int64(bitPattern: row.since), row.finished?.milliseconds, seal(row),
            ])
    }
}
