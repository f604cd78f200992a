package import VaultModel

/// The vault's own name: one row.
package struct VaultRow: SealedRow, Equatable {
    package static let table = "vault"
    package let id: VaultID
    /// The log's origin and key name.
    package let name: String
    package let created: Instant

    package init(id: VaultID, name: String, created: Instant) {
        self.id = id
        self.name = name
        self.created = created
    }

    package var key: [ColumnValue] { [.bytes(id.bytes)] }
    package var columns: [ColumnValue] { [.text(name), .integer(UInt64(bitPattern: created.milliseconds))] }
}

/// The configuration in force, as canonical JSON. Its digest stands in every log entry; older ones stand in the log.
package struct ConfigRow: SealedRow, Equatable {
    package static let table = "config"
    package let number: Int64
    package let body: [UInt8]

    package init(number: Int64, body: [UInt8]) {
        self.number = number
        self.body = body
    }

    package var key: [ColumnValue] { [.integer(UInt64(bitPattern: number))] }
    package var columns: [ColumnValue] { [.bytes(body)] }
}

/// Where the log stands: the frontier of its tree, and what the newest entry says of time and config. Sealed, because the
/// next checkpoint is signed over it, and because the log's own rows are not: without the service key nobody can have
/// entries of theirs signed, or an older config taken for the newest.
package struct LogHeadRow: SealedRow, Equatable {
    package static let table = "log_head"
    package let frontier: [UInt8]
    package let time: Instant
    /// H(config) of the newest entry.
    package let config: [UInt8]

    package init(frontier: [UInt8], time: Instant, config: [UInt8]) {
        self.frontier = frontier
        self.time = time
        self.config = config
    }

    package var key: [ColumnValue] { [.integer(0)] }
    package var columns: [ColumnValue] {
        [.bytes(frontier), .integer(UInt64(bitPattern: time.milliseconds)), .bytes(config)]
    }
}

/// What the log last said of a resident at one revision. Sealed, because the next change is held against it and the log's
/// own rows are not sealed.
package struct StateRow: SealedRow, Equatable {
    package static let table = "state_tag"
    package let tag: [UInt8]
    /// The entry that says it.
    package let seq: UInt64
    /// H over the resident's rows; none after an erasure.
    package let state: [UInt8]?

    package init(tag: [UInt8], seq: UInt64, state: [UInt8]?) {
        self.tag = tag
        self.seq = seq
        self.state = state
    }

    package var key: [ColumnValue] { [.bytes(tag)] }
    package var columns: [ColumnValue] { [.integer(seq), .optional(state)] }
}

/// What the daemon knows about its clock: how many hourly heartbeats since it last jumped, what was trusted then, and its
/// last readings. Sealed, because keys are destroyed by it.
package struct ClockRow: SealedRow, Equatable {
    package static let table = "clock"
    package let beatsSinceJump: UInt8
    package let floor: Instant
    package let readings: [Instant]

    package init(beatsSinceJump: UInt8, floor: Instant, readings: [Instant]) {
        self.beatsSinceJump = beatsSinceJump
        self.floor = floor
        self.readings = readings
    }

    /// `u8 beats ‖ u64 floor ‖ u64 reading*`.
    var encoded: [UInt8] {
        [beatsSinceJump] + ([floor] + readings).flatMap { instant in
            withUnsafeBytes(of: instant.milliseconds.bigEndian) { Array($0) }
        }
    }

    init?(encoded: [UInt8]) {
        guard encoded.count >= 9, encoded.count % 8 == 1 else { return nil }
        let instants = stride(from: 1, to: encoded.count, by: 8).map { start in
            Instant(milliseconds: encoded[start..<(start + 8)].reduce(0) { $0 << 8 | Int64($1) })
        }
        self.init(beatsSinceJump: encoded[0], floor: instants[0], readings: Array(instants.dropFirst()))
    }

    package var key: [ColumnValue] { [.integer(0)] }
    package var columns: [ColumnValue] { [.bytes(encoded)] }
}
