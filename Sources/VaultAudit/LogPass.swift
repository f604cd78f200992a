internal import Dispatch
internal import Synchronization
internal import VaultModel

/// One pass over a log: the tree and the rules together, a batch at a time.
///
/// Hashing takes two thirds of the work and each leaf's hash stands alone, so the cores share the leaves of a batch
/// while one of them follows the rules. The tree above the leaves is built in order afterwards.
struct LogPass {
    /// What following the rules needs and finds.
    struct Rules {
        var replay: LogReplay
        var findings = FindingList()
    }

    /// The rules, to be followed on whichever thread is free. Two never want them at once: a batch has one lane for it.
    private final class Shared: Sendable {
        let rules: Mutex<Rules>
        init(vault: VaultID?) { rules = Mutex(Rules(replay: LogReplay(vault: vault))) }
    }

    /// Enough for the cores to share, and little memory: entries are at most 64 KiB, mostly half a KiB.
    private static let batchEntries = 1_024
    private static let batchBytes = 4 << 20
    /// More pieces than cores, so that none waits long for the last.
    private static let pieces = 8

    private(set) var frontier = Frontier()
    /// The roots at the sizes asked for, once the log is that long.
    private(set) var roots: [UInt64: [UInt8]] = [:]
    private let sizes: Set<UInt64>
    /// Gets each entry with its leaf hash, in order.
    private let eachLeaf: ((UInt64, [UInt8], [UInt8]) throws -> Void)?
    private let shared: Shared
    private var batch: [(index: UInt64, entry: [UInt8])] = []
    private var bytes = 0

    init(vault: VaultID?, sizes: Set<UInt64>, eachLeaf: ((UInt64, [UInt8], [UInt8]) throws -> Void)?) {
        self.sizes = sizes
        self.eachLeaf = eachLeaf
        shared = Shared(vault: vault)
        if sizes.contains(0) { roots[0] = frontier.root }
    }

    /// Adds what was found elsewhere, in its place among the findings.
    func add(_ place: LogFinding.Place, _ kind: LogFinding.Kind, _ message: String) {
        shared.rules.withLock { $0.findings.add(place, kind, message) }
    }

    /// Takes the next entry; it may wait for others before it is looked at.
    mutating func take(_ index: UInt64, _ entry: [UInt8]) throws {
        batch.append((index, entry))
        bytes += entry.count
        if batch.count == Self.batchEntries || bytes >= Self.batchBytes { try workOff() }
    }

    /// Looks at what still waits.
    mutating func finish() throws -> Rules {
        try workOff()
        return shared.rules.withLock { $0 }
    }

    private mutating func workOff() throws {
        // Handed over whole: an array that is shared and keeps its capacity would grow each time.
        let (entries, shared) = (batch, shared)
        batch = []
        let hashes = Mutex([[[UInt8]]](repeating: [], count: Self.pieces))
        DispatchQueue.concurrentPerform(iterations: Self.pieces + 1) { lane in
            if lane == 0 {
                shared.rules.withLock { rules in
                    for (index, entry) in entries { rules.replay.take(index, entry, &rules.findings) }
                }
            } else {
                let piece = (entries.count * (lane - 1) / Self.pieces)..<(entries.count * lane / Self.pieces)
                let made = entries[piece].map { MerkleHash.leaf($0.entry) }
                hashes.withLock { $0[lane - 1] = made }
            }
        }
        let starts = shared.rules.withLock { $0.replay.starts }
        for (position, hash) in hashes.withLock({ $0 }).joined().enumerated() {
            if !starts.isEmpty, starts.contains(frontier.size) { roots[frontier.size] = frontier.root }
            frontier.append(leaf: hash)
            if sizes.contains(frontier.size) { roots[frontier.size] = frontier.root }
            try eachLeaf?(entries[position].index, entries[position].entry, hash)
        }
        bytes = 0
    }
}
