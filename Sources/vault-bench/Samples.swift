/// What was measured, round by round. A figure is told by its median and its spread: two cores that others use give no
/// steady numbers, and a mean would hide it.
struct Samples: Sendable {
    private(set) var values: [String: [Double]] = [:]

    mutating func add(_ key: String, _ value: Double) { values[key, default: []].append(value) }

    /// Nil for what was not measured.
    func median(_ key: String) -> Double? { values[key].flatMap(Self.median) }

    func spread(_ key: String) -> (low: Double, high: Double)? {
        guard let all = values[key], let low = all.min(), let high = all.max() else { return nil }
        return (low, high)
    }

    /// Of two figures of the same rounds, the median of the rounds' own ratios: what slows a round slows both.
    func ratio(_ key: String, to other: String) -> Double? {
        guard let mine = values[key], let theirs = values[other], mine.count == theirs.count else { return nil }
        return Self.median(zip(mine, theirs).compactMap { $1 > 0 ? $0 / $1 : nil })
    }

    static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// Latencies of one load, sorted.
struct Latencies: Sendable {
    /// Nanoseconds.
    private let sorted: [UInt32]

    init(_ nanoseconds: [UInt32]) { sorted = nanoseconds.sorted() }

    var count: Int { sorted.count }

    /// In milliseconds, by the nearest rank: the smallest value that at least this share of all does not exceed.
    ///
    /// - Parameter share: above 0 and at most 1.
    func percentile(_ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return Double(sorted[min(max(rank, 1), sorted.count) - 1]) / 1e6
    }
}
