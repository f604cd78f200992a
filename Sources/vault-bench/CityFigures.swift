import Foundation

/// What was measured at each size, as a table and a chart.
struct CityFigures {
    private var values: [String: [Int: Double]] = [:]
    private let sizes: [Int]

    /// The lines of the table, and whether a figure should stay as it is while the vault grows.
    static let rows: [(key: String, title: String, unit: String, isFlat: Bool)] = [
        ("read.p50", "read 5 fields, 8 connections, p50", "ms", true), ("read.p99", "the same, p99", "ms", true),
        ("read", "reads a second", "/s", false), ("lookup.p50", "look up by phone, p50", "ms", true),
        ("lookup.p99", "the same, p99", "ms", true), ("grant", "approve a request", "ms", true),
        ("revoke", "revoke a grant", "ms", true), ("list", "a page of an app's grants", "ms", true),
        ("status", "status (counts residents)", "ms", false), ("start", "start to first answer", "ms", true),
        ("memory.start", "memory after the start", "MB", true), ("memory.reads", "memory after reads", "MB", true),
        ("memory.backup", "most memory with a backup", "MB", true), ("enrol", "enrolled a second while growing", "/s", false),
        ("bytes", "database, a resident", "B", true), ("backup", "backup", "s", false),
        ("verify", "verify the log", "s", false), ("verify.memory", "its memory", "MB", false),
        ("verify.data", "verify log and data", "s", false), ("verify.data.memory", "its memory", "MB", false),
    ]

    /// - Parameter path: lines of size, key and value; of the same figure the last one counts.
    init(reading path: String) throws { self.init(try String(contentsOfFile: path, encoding: .utf8)) }

    init(_ text: String) {
        var values: [String: [Int: Double]] = [:]
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t")
            guard columns.count == 3, let size = Int(columns[0]), let value = Double(columns[2]) else { continue }
            values[String(columns[1]), default: [:]][size] = value
        }
        self.values = values
        sizes = Set(values.values.flatMap(\.keys)).sorted()
    }

    /// How much a cost grew from the smallest size to the largest, as a power of the growth: 0 is flat, 1 is linear.
    func exponent(_ key: String) -> Double? {
        guard let series = values[key], let small = series.keys.min(), let large = series.keys.max(), small < large,
            let first = series[small], let last = series[large], first > 0, last > 0
        else { return nil }
        return log(last / first) / log(Double(large) / Double(small))
    }

    var table: String {
        var lines = ["| residents | " + sizes.map { FigureTable.number(Double($0)) }.joined(separator: " | ") + " | grows as |"]
        lines.append("|---|" + sizes.map { _ in "---:|" }.joined() + "---:|")
        for row in Self.rows where values[row.key] != nil {
            let cells = sizes.map { size in values[row.key]?[size].map { FigureTable.number($0) } ?? "" }
            let power = exponent(row.key).map { "n^" + FigureTable.number($0) } ?? ""
            lines.append("| \(row.title), \(row.unit) | " + cells.joined(separator: " | ") + " | \(power) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func page(arguments: [String], chart: String?) -> String {
        """
        # City size

        One vault grown through the library, 20 fields and two grants a resident, measured at each size. Written by \
        `vault-bench \(arguments.joined(separator: " "))`

        \(Machine.description)

        \(table)
        \(chart.map { "![Cost against size](\(URL(filePath: $0).lastPathComponent))" } ?? "")

        "Grows as" is the slope between the smallest and the largest size: n^0 is flat, n^1 is linear.

        """
    }

    // MARK: the chart

    private static let (width, height, left, bottom) = (760.0, 420.0, 60.0, 370.0)
    private static let colours = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#16a085", "#7f8c8d", "#34495e"]
    private static let charted = ["read.p99", "lookup.p99", "grant", "revoke", "list", "start", "verify.data", "backup"]

    /// Each cost as a multiple of its own at the smallest size, both axes logarithmic: flat lines are what is wanted.
    var chart: String {
        guard let smallest = sizes.first, let largest = sizes.last, smallest < largest else { return "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n" }
        func x(_ size: Int) -> Double {
            Self.left + (Self.width - Self.left - 180) * log(Double(size) / Double(smallest)) / log(Double(largest) / Double(smallest))
        }
        let most = Double(largest) / Double(smallest)
        func y(_ factor: Double) -> Double { Self.bottom - (Self.bottom - 20) * log(max(0.3, factor) / 0.3) / log(most / 0.3) }
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" font-family=\"sans-serif\" font-size=\"12\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
        ]
        for size in sizes {
            parts.append("<text x=\"\(point(x(size)))\" y=\"\(Int(Self.bottom) + 18)\" text-anchor=\"middle\">\(FigureTable.number(Double(size)))</text>")
        }
        parts.append("<text x=\"\(Int(Self.left))\" y=\"\(Int(Self.height) - 8)\">residents; cost as a multiple of that at the smallest size</text>")
        var factor = 1.0
        while factor <= most {
            parts.append("<line x1=\"\(Int(Self.left))\" x2=\"\(Int(Self.width) - 180)\" y1=\"\(point(y(factor)))\" y2=\"\(point(y(factor)))\" stroke=\"#ddd\"/>")
            parts.append("<text x=\"\(Int(Self.left) - 6)\" y=\"\(point(y(factor) + 4))\" text-anchor=\"end\">\(FigureTable.number(factor))×</text>")
            factor *= 10
        }
        for (place, key) in Self.charted.enumerated() {
            guard let series = values[key], let first = sizes.compactMap({ series[$0] }).first, first > 0 else { continue }
            let points = sizes.compactMap { size in series[size].map { "\(point(x(size))),\(point(y($0 / first)))" } }
            let colour = Self.colours[place % Self.colours.count]
            parts.append("<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            let title = Self.rows.first { $0.key == key }?.title ?? key
            let name = key.hasSuffix("p99") ? "\(key.split(separator: ".")[0]) p99" : title
            parts.append("<text x=\"\(Int(Self.width) - 168)\" y=\"\(40 + place * 20)\" fill=\"\(colour)\">\(name)</text>")
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func point(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
