internal import VaultModel

/// A file that a source of the plan has recognised, read row by row.
struct Export {
    /// The place among the files given.
    let number: Int
    let name: String
    let source: ImportPlan.Source
    private let text: SourceText
    private let header: Record
    /// For each cell of a row its column; nil for an ignored one.
    private let columns: [ImportPlan.Column?]
    private let others: [[ImportPlan.Column?]]
    private var parser: RecordParser

    /// What one record turned out to be.
    enum Item {
        case row(Row)
        case rejected(Place, reason: String)
    }

    /// Finds the source by the names in the header, in any order; file names do not matter. A byte-order mark decides
    /// the encoding; without one the source's own is tried, then UTF-8 and GB18030, since people save files anew.
    ///
    /// - Throws: `ImportError.unrecognised`. It names no cell of the file, whose first line may be a resident's row.
    init(_ input: ImportInput, number: Int, plan: ImportPlan) throws(ImportError) {
        let mark = SourceEncoding.sniffed(input.bytes)
        let body = input.bytes[(mark?.length ?? 0)...]
        var nearest: (source: ImportPlan.Source, titles: [String], known: Int)?
        for source in plan.sources {
            var tried: Set<SourceEncoding> = []
            for encoding in mark.map({ [$0.encoding] }) ?? [source.encoding, .utf8, .gb18030]
            where tried.insert(encoding).inserted {
                let text = SourceText(body, encoding: encoding)
                var parser = RecordParser(text.bytes, delimiter: source.delimiter)
                var first = parser.next()
                while let record = first, record.isBlank { first = parser.next() }
                guard let header = first else { throw .unrecognised(file: input.name, reason: "the file is empty") }
                let titles = header.cells.map { (try? text.text($0)).map(PlanReader.title) ?? "" }
                if Set(titles) == source.titles, titles.count == source.titles.count {
                    self.init(input, number, source, text, header, titles, parser)
                    return
                }
                let known = source.titles.intersection(titles).count
                if known > nearest?.known ?? 0 { nearest = (source, titles, known) }
            }
        }
        throw .unrecognised(file: input.name, reason: Self.reason(nearest))
    }

    private init(
        _ input: ImportInput, _ number: Int, _ source: ImportPlan.Source, _ text: SourceText, _ header: Record,
        _ titles: [String], _ parser: RecordParser
    ) {
        self.number = number
        name = input.name
        self.source = source
        self.text = text
        self.header = header
        self.parser = parser
        columns = titles.map { title in source.columns.first { $0.title == title } }
        others = source.others.map { other in titles.map { title in other.columns.first { $0.title == title } } }
    }

    private static func reason(_ nearest: (source: ImportPlan.Source, titles: [String], known: Int)?) -> String {
        guard let nearest else { return "the first line has no column name that the plan knows" }
        let missing = nearest.source.titles.subtracting(nearest.titles).sorted()
        let foreign = nearest.titles.filter { !nearest.source.titles.contains($0) }.count
        var parts: [String] = []
        if !missing.isEmpty { parts.append("lacks \(missing.joined(separator: ", "))") }
        if foreign > 0 { parts.append("has \(foreign) that the plan does not name") }
        if parts.isEmpty { parts.append("has a name twice") }
        let difference = parts.joined(separator: " and ")
        return "not the columns of any source; nearest is \(nearest.source.name), but it \(difference)"
    }

    /// The next record that is neither blank nor the header again, as joined files have it; nil at the end.
    mutating func next(today: CivilDate) -> Item? {
        while let record = parser.next(columns: columns.count) {
            if record.isBlank || isHeader(record) { continue }
            return item(record, today: today)
        }
        return nil
    }

    /// The text of a row for the file of rejects.
    func readableText(_ place: Place) -> String { text.readableText(text.bytes[place.range]) }

    private func isHeader(_ record: Record) -> Bool {
        guard let first = record.cells.first, let title = header.cells.first, first.count >= title.count,
            first.suffix(title.count) == title
        else { return false }
        // A joined file brings its byte-order mark along, so the first cell is compared by its end.
        return record.cells.dropFirst().elementsEqual(header.cells.dropFirst())
    }

    private func item(_ record: Record, today: CivilDate) -> Item {
        let place = Place(export: number, line: record.line, range: record.range)
        if record.hasStrayQuote { return .rejected(place, reason: "a quotation mark out of place") }
        guard record.cells.count == columns.count else {
            return .rejected(place, reason: "too \(record.cells.count < columns.count ? "few" : "many") columns")
        }
        var faults: [String] = []
        let cells = read(record, columns, today: today, faults: &faults)
        let second = others.map { read(record, $0, today: today, faults: &faults) }
        guard faults.isEmpty else { return .rejected(place, reason: faults.joined(separator: "; ")) }
        let others = zip(source.others, second).map { plan, cells in Row.Other(cells: cells, fills: plan.fills) }
        return .row(Row(place: place, source: source, cells: cells, others: others))
    }

    private func read(
        _ record: Record, _ columns: [ImportPlan.Column?], today: CivilDate, faults: inout [String]
    ) -> [Row.Cell] {
        var cells: [Row.Cell] = []
        for (bytes, column) in zip(record.cells, columns) {
            guard let column else { continue }
            do throws(CellFault) {
                guard let value = try column.value(of: text.text(bytes), today: today) else { continue }
                cells.append(Row.Cell(column: column, value: value))
            } catch {
                let fault = "\(column.title): \(error)"
                // A column that two persons share is read twice and complained of once.
                if !faults.contains(fault) { faults.append(fault) }
            }
        }
        return cells
    }
}

extension Record {
    /// Nothing but spaces and delimiters, or the end-of-file mark of old systems.
    fileprivate var isBlank: Bool {
        !hasStrayQuote && cells.allSatisfy { $0.allSatisfy { $0 <= 0x20 } }
    }
}
