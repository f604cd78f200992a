/// Columns that line up, in Chinese too.
enum Table {
    /// A head, a rule under it, and the rows, each column as wide as its widest cell. No trailing spaces.
    static func lines(_ titles: [String], _ rows: [[String]]) -> [String] {
        // A cell holds no line ends: a value with one would look like another row.
        let all = ([titles] + rows).map { $0.map { $0.split(separator: "\n").joined(separator: " ") } }
        let widths = titles.indices.map { column in all.map { Width.of($0[column]) }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { Width.pad($0, to: $1) }.joined(separator: "  ")
            return String(padded.reversed().drop { $0 == " " }.reversed())
        }
        return [line(all[0]), widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")]
            + all.dropFirst().map(line)
    }
}
