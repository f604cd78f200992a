internal import VaultModel

/// One import under way: the roster, the rows that wait, and what there is to report.
struct ImportRun {
    private let mode: ImportMode
    private let exports: [Export]
    private var roster = Roster()
    /// Rows without an ID number, until all rows that have one are in.
    private var waiting: [Row] = []
    /// Rows that speak of a second person, who may come later in the files.
    private var companions: [Row] = []
    private var merged = 0
    private var rowsRead = 0
    private var conflicts: [(place: Place, reason: String)] = []
    private var unmatched: [(place: Place, reason: String)] = []
    private var rejected: [(place: Place, reason: String)] = []
    /// Conflicts over a name, whose rows are not taken.
    private var refused: [(place: Place, reason: String)] = []

    /// Often enough for a progress line to move, seldom enough to cost nothing.
    private static let rowsPerProgress = 500

    init(mode: ImportMode, exports: [Export]) {
        self.mode = mode
        self.exports = exports
    }

    /// Reads one file to its end.
    mutating func read(_ export: Export, today: CivilDate, progress: ((Int) -> Void)?) {
        var export = export
        while let item = export.next(today: today) {
            rowsRead += 1
            if rowsRead % Self.rowsPerProgress == 0 { progress?(rowsRead) }
            switch item {
            case .rejected(let place, let reason): rejected.append((place, reason))
            case .row(let row):
                take(row.withoutContradictedBirthDate(onContradiction: { conflicts.append((row.place, $0)) }))
            }
        }
    }

    /// Matches the rows that waited and gives the result.
    mutating func finish(progress: ((Int) -> Void)?) -> ImportResult {
        if case .community = mode {
            for row in companions {
                for other in row.others {
                    guard let columns = roster.fill(from: other, source: row.source.name) else { continue }
                    conflicts.append((row.place, "\(columns): another value stands already and stays"))
                }
            }
        }
        roster.indexContacts()
        for row in waiting { record(roster.takeByContact(row, makingPeople: isUpdate), of: row) }
        progress?(rowsRead)
        let report = ImportReport(
            persons: roster.people.count, merged: merged, conflicts: findings(conflicts + refused),
            unmatched: findings(unmatched), rejected: findings(rejected))
        return ImportResult(persons: persons(), report: report, rejects: rejects())
    }

    private var isUpdate: Bool { if case .update = mode { true } else { false } }

    private mutating func take(_ row: Row) {
        guard let outcome = roster.takeByIDNumber(row) else {
            waiting.append(row)
            return
        }
        record(outcome, of: row)
        if outcome != .otherName && !row.others.isEmpty { companions.append(row) }
    }

    private mutating func record(_ outcome: Roster.Outcome, of row: Row) {
        switch outcome {
        case .made: break
        case .merged: merged += 1
        case .mergedExcept(let columns):
            merged += 1
            conflicts.append((row.place, "\(columns): another value stands already and stays"))
        case .otherName:
            refused.append((row.place, "the ID number stands with another name; the row was not taken"))
        case .unknown: unmatched.append((row.place, "no ID number, and nobody has this phone and name"))
        case .ambiguous: unmatched.append((row.place, "no ID number, and more than one person has this phone and name"))
        case .nameless: unmatched.append((row.place, "no ID number, and no phone and name to match by"))
        }
    }

    private func findings(_ items: [(place: Place, reason: String)]) -> [ImportReport.Finding] {
        sorted(items).map {
            ImportReport.Finding(file: exports[$0.place.export].name, line: $0.place.line, reason: $0.reason)
        }
    }

    private func rejects() -> [RejectedRow] {
        sorted(rejected + unmatched + refused).map { item in
            let export = exports[item.place.export]
            return RejectedRow(
                file: export.name, line: item.place.line, reason: item.reason, text: export.readableText(item.place))
        }
    }

    private func sorted(_ items: [(place: Place, reason: String)]) -> [(place: Place, reason: String)] {
        items.sorted { ($0.place.export, $0.place.line) < ($1.place.export, $1.place.line) }
    }

    private func persons() -> [ImportedPerson] {
        roster.people.map { person in
            var fields = person.fields
            if isUpdate {
                // What is not this platform's to change goes only as far as it says whose row it is.
                let identity =
                    fields[IdentityField.idNumber] == nil
                    ? [IdentityField.phone, IdentityField.name] : [IdentityField.idNumber]
                for field in person.identifyingOnly where !identity.contains(field) { fields[field] = nil }
            }
            return ImportedPerson(
                fields: fields, sources: person.sources.filter { fields[$0.key] != nil },
                file: exports[person.place.export].name, line: person.place.line)
        }
    }
}

extension Row {
    /// This row without a date of birth that its own ID number contradicts: only the number has a check digit.
    func withoutContradictedBirthDate(onContradiction report: (String) -> Void) -> Row {
        guard let number = identity.idNumber, let birth = cells.first(where: { $0.field == IdentityField.birthDate }),
            birth.value.string != Normaliser.birthDate(inIDNumber: number)?.text
        else { return self }
        report("\(birth.column.title): not the day in the ID number, so it was left out")
        return Row(
            place: place, source: source, cells: cells.filter { $0.field != IdentityField.birthDate }, others: others)
    }
}
