internal import Dispatch
internal import Synchronization
internal import VaultModel

/// One pass over a log: the tree and the rules together, a batch at a time.
///
/// Each leaf's hash stands alone, so the cores share the leaves of a batch while one of them follows the rules. Meanwhile
/// the caller's thread builds the tree over the batch before and reads the next one: two batches are held and no more.
struct LogPass {
    /// What following the rules needs and finds.
    struct Rules {
        var replay: LogReplay
        var findings = FindingList()
    }

    /// The rules, to be followed on whichever thread is free. Two never want them at once: one batch is under way, and it
    /// has one lane for it.
    private final class Shared: Sendable {
        let rules: Mutex<Rules>
        init(vault: VaultID?) { rules = Mutex(Rules(replay: LogReplay(vault: vault))) }
    }

    /// Entries that other threads look at.
    private final class Batch: Sendable {
        let entries: [(index: UInt64, entry: [UInt8])]
        private let made = Mutex([[[UInt8]]](repeating: [], count: LogPass.pieces))
        private let known = Mutex(Set<UInt64>())
        private let work = DispatchGroup()

        init(_ entries: [(index: UInt64, entry: [UInt8])], _ shared: Shared) {
            self.entries = entries
            DispatchQueue.global().async(group: work) { [self] in
                DispatchQueue.concurrentPerform(iterations: LogPass.pieces + 1) { lane in
                    lane == 0 ? follow(shared) : hash(piece: lane - 1)
                }
            }
        }

        private func follow(_ shared: Shared) {
            shared.rules.withLock { rules in
                for (index, entry) in entries { rules.replay.take(index, entry, &rules.findings) }
                known.withLock { $0 = rules.replay.starts }
            }
        }

        private func hash(piece: Int) {
            let range = (entries.count * piece / LogPass.pieces)..<(entries.count * (piece + 1) / LogPass.pieces)
            let hashes = entries[range].map { MerkleHash.leaf($0.entry) }
            made.withLock { $0[piece] = hashes }
        }

        /// Returns when the rules were followed through the batch and its leaves are hashed.
        func wait() { work.wait() }

        /// Where restores begin, as far as the batch tells.
        var starts: Set<UInt64> { known.withLock { $0 } }

        /// The leaf hashes, in order.
        var hashes: [[UInt8]] { made.withLock { Array($0.joined()) } }
    }

    /// Enough for the cores to share, and little memory: entries are at most 64 KiB, mostly half a KiB.
    private static let batchEntries = 4_096
    private static let batchBytes = 4 << 20
    /// More pieces than cores, so that none waits long for the last.
    private static let pieces = 8

    /// The tree as its tiles.
    private(set) var edge = TileEdge()
    /// The roots at the sizes asked for, once the log is that long.
    private(set) var roots: [UInt64: [UInt8]] = [:]
    private let sizes: Set<UInt64>
    private let receiver: LogReceiver
    private let shared: Shared
    private var batch: [(index: UInt64, entry: [UInt8])] = []
    private var underWay: Batch?
    private var bytes = 0

    init(vault: VaultID?, sizes: Set<UInt64>, receiver: LogReceiver) {
        self.sizes = sizes
        self.receiver = receiver
        shared = Shared(vault: vault)
        if sizes.contains(0) { roots[0] = MerkleHash.emptyRoot }
    }

    /// Adds what was found elsewhere, in its place among the findings: after those of what is under way.
    func add(_ place: LogFinding.Place, _ kind: LogFinding.Kind, _ message: String) {
        underWay?.wait()
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
        try workOff()
        return shared.rules.withLock { $0 }
    }

    /// Hands the batch over, and takes over the one before it.
    private mutating func workOff() throws {
        let before = underWay
        before?.wait()
        // Handed over whole: an array that is shared and keeps its capacity would grow each time.
        underWay = batch.isEmpty ? nil : Batch(batch, shared)
        batch = []
        bytes = 0
        if let before { try take(before) }
    }

    /// Builds the tree over a batch whose leaves are hashed.
    private mutating func take(_ batch: Batch) throws {
        let starts = batch.starts
        for ((index, entry), hash) in zip(batch.entries, batch.hashes) {
            if !starts.isEmpty, starts.contains(edge.size) { roots[edge.size] = try edge.root }
            try edge.append(leaf: hash) { try receiver.tile?($0, $1) }
            if sizes.contains(edge.size) { roots[edge.size] = try edge.root }
            try receiver.leaf?(index, entry, hash)
        }
    }
}
