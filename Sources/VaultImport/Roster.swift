internal import VaultModel

/// The people found so far, and the rules by which rows become them.
struct Roster {
    private(set) var people: [Person] = []
    private var byIDNumber: [String: Int] = [:]
    private var byContact: [Contact: [Int]] = [:]

    /// A person in the making.
    struct Person {
        /// The row that made the person.
        let place: Place
        var fields: [FieldName: JSON] = [:]
        var sources: [FieldName: AppName] = [:]
        /// Fields that no source which may change them has given.
        var identifyingOnly: Set<FieldName> = []
    }

    /// What became of a row.
    enum Outcome: Equatable {
        case made
        case merged
        /// Merged, but for these columns.
        case mergedExcept(String)
        /// Not taken: the ID number stands with another name.
        case otherName
        /// Not taken: nobody has this phone and name.
        case unknown
        /// Not taken: more than one person has this phone and name.
        case ambiguous
        /// Not taken: neither an ID number nor a phone with a name.
        case nameless
    }

    /// Takes a row that has an ID number: into the person of that number, else as a new one. Nil if it has none.
    mutating func takeByIDNumber(_ row: Row) -> Outcome? {
        guard let number = row.identity.idNumber else { return nil }
        guard let person = byIDNumber[number] else {
            byIDNumber[number] = people.count
            return make(row)
        }
        if isOtherName(row.identity, of: person) { return .otherName }
        return merge(row, into: person)
    }

    /// Lets a row's words about a second person fill what that person's record lacks, and nothing else.
    ///
    /// - Returns: the columns that contradict the record, or nil; somebody whom no row describes is no contradiction,
    ///   since all that the row says stands in its own person's record.
    mutating func fill(from other: Row.Other, source: AppName) -> String? {
        let identity = other.identity
        guard let person = identity.idNumber.flatMap({ byIDNumber[$0] }) else { return nil }
        let fills = other.cells.filter { other.fills.contains($0.field) }
        if isOtherName(identity, of: person) {
            return other.cells.first { $0.field == IdentityField.name }?.column.title
        }
        var contradicting: [String] = []
        for cell in fills where !set(cell, of: person, source: source) { contradicting.append(cell.column.title) }
        return contradicting.isEmpty ? nil : contradicting.joined(separator: ", ")
    }

    /// Makes people findable by phone and name. Call it when all rows with ID numbers are in, so that the order of
    /// files does not matter.
    mutating func indexContacts() {
        for position in people.indices {
            guard let phone = people[position].fields[IdentityField.phone]?.string,
                let name = people[position].fields[IdentityField.name]?.string
            else { continue }
            byContact[Contact(phone: phone, name: name), default: []].append(position)
        }
    }

    /// Takes a row without an ID number, by phone and name, when exactly one person has both.
    ///
    /// - Parameter makingPeople: whether a row that fits nobody makes an entry of its own, as in an update, where the
    ///   vault knows whom it fits.
    mutating func takeByContact(_ row: Row, makingPeople: Bool) -> Outcome {
        guard let contact = row.identity.contact else { return .nameless }
        let found = byContact[contact] ?? []
        guard found.count <= 1 else { return .ambiguous }
        if let person = found.first { return merge(row, into: person) }
        guard makingPeople else { return .unknown }
        byContact[contact] = [people.count]
        return make(row)
    }

    private func isOtherName(_ identity: Identity, of person: Int) -> Bool {
        guard let name = identity.name, let known = people[person].fields[IdentityField.name]?.string else {
            return false
        }
        return name != known
    }

    private mutating func make(_ row: Row) -> Outcome {
        people.append(Person(place: row.place))
        _ = merge(row, into: people.count - 1)
        return .made
    }

    private mutating func merge(_ row: Row, into person: Int) -> Outcome {
        let repeated = row.source.repeating.map { [$0.key] + $0.fields } ?? []
        var contradicting: [String] = []
        for cell in row.cells where !repeated.contains(cell.field) {
            if !set(cell, of: person, source: row.source.name) { contradicting.append(cell.column.title) }
        }
        if let repeating = row.source.repeating { contradicting += merge(repeating, of: row, into: person) }
        return contradicting.isEmpty ? .merged : .mergedExcept(contradicting.joined(separator: ", "))
    }

    /// Sets a field that is empty, adds new items to a list, and leaves any other value.
    ///
    /// - Returns: false if another value stays.
    private mutating func set(_ cell: Row.Cell, of person: Int, source: AppName) -> Bool {
        let field = cell.field
        guard let known = people[person].fields[field] else {
            people[person].fields[field] = cell.value
            people[person].sources[field] = source
            if cell.column.onlyIdentifies { people[person].identifyingOnly.insert(field) }
            return true
        }
        if !cell.column.onlyIdentifies { people[person].identifyingOnly.remove(field) }
        if case .array(let items) = known, case .array(let more) = cell.value {
            people[person].fields[field] = .array(items + more.filter { !items.contains($0) })
            return true
        }
        return known == cell.value
    }

    /// Adds the thing that a row describes to the person's lists, or completes the one of the same key.
    ///
    /// - Returns: the columns whose earlier values stay.
    private mutating func merge(_ repeating: ImportPlan.Repeating, of row: Row, into person: Int) -> [String] {
        guard let key = row.cells.first(where: { $0.field == repeating.key })?.value else { return [] }
        var keys = people[person].fields[repeating.key]?.array ?? []
        let position = keys.firstIndex(of: key) ?? keys.count
        if position == keys.count { keys.append(key) }
        people[person].fields[repeating.key] = .array(keys)
        people[person].sources[repeating.key] = row.source.name
        var contradicting: [String] = []
        for field in repeating.fields {
            var items = people[person].fields[field]?.array ?? []
            while items.count < keys.count { items.append("") }
            if let cell = row.cells.first(where: { $0.field == field }) {
                if items[position] == "" { items[position] = cell.value }
                if items[position] != cell.value { contradicting.append(cell.column.title) }
            }
            people[person].fields[field] = .array(items)
            people[person].sources[field] = row.source.name
        }
        return contradicting
    }
}
