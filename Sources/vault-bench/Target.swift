/// One line of the design's table of numbers: a figure, what it is held against, and what it must and should reach.
struct Target: Sendable {
    enum Better: Sendable { case higher, lower }

    let title: String
    /// The figure's key in `Samples`.
    let key: String
    let unit: String
    /// What runs beside it; the bounds are then factors of it.
    var beside: String?
    var must: Double?
    var goal: Double?
    var better = Better.higher

    /// The figure as the bounds count it: itself, or its ratio to what runs beside it.
    func counted(_ samples: Samples) -> Double? {
        beside.map { samples.ratio(key, to: $0) } ?? samples.median(key)
    }

    enum Verdict: String, Sendable { case goal = "goal", must = "must", missed = "**missed**", none = "–" }

    func verdict(_ samples: Samples) -> Verdict {
        guard let value = counted(samples), must != nil || goal != nil else { return .none }
        func reaches(_ bound: Double) -> Bool { better == .higher ? value >= bound : value <= bound }
        if let goal, reaches(goal) { return .goal }
        if let must { return reaches(must) ? .must : .missed }
        return .none
    }
}

/// Writes figures as a Markdown table.
struct FigureTable {
    private(set) var lines = [
        "| work | measured | spread | beside it | ratio | must | goal | reached |", "|---|---:|---:|---:|---:|---:|---:|---|",
    ]

    /// Adds a line if the figure was measured.
    mutating func add(_ target: Target, _ samples: Samples) {
        guard let median = samples.median(target.key), let spread = samples.spread(target.key) else { return }
        let beside = target.beside.flatMap(samples.median)
        let ratio = target.beside.flatMap { samples.ratio(target.key, to: $0) }
        let times = target.beside == nil ? "" : " ×"
        func text(_ value: Double?, _ unit: String) -> String { value.map { Self.number($0) + unit } ?? "" }
        let range = Self.number(spread.low) + "–" + Self.number(spread.high)
        let cells: [String] = [
            target.title, Self.number(median) + " " + target.unit, range, text(beside, ""), text(ratio, " ×"),
            text(target.must, times), text(target.goal, times), target.verdict(samples).rawValue,
        ]
        lines.append("| " + cells.joined(separator: " | ") + " |")
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Three digits that count, thousands set apart.
    static func number(_ value: Double) -> String {
        let size = value.magnitude
        if size >= 100 {
            let digits = Array(String(Int(size.rounded())))
            let grouped = digits.enumerated().map { place, digit in
                (place > 0 && (digits.count - place) % 3 == 0 ? "," : "") + String(digit)
            }
            return (value < 0 ? "-" : "") + grouped.joined()
        }
        let scale = size >= 10 ? 10.0 : size >= 1 ? 100.0 : 1000.0
        let rounded = (value * scale).rounded() / scale
        let text = String(rounded)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
