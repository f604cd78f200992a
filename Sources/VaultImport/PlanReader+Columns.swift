internal import VaultModel

extension PlanReader {
    /// The columns of a source, or of a second person, in their order.
    func columns(_ node: PlanNode?) throws(ImportError) -> [ImportPlan.Column] {
        var columns: [ImportPlan.Column] = []
        for (title, body) in try node?.entries() ?? [] {
            let column = try self.column(Self.title(title), body)
            guard !columns.contains(where: { $0.field == column.field }) else {
                throw body.fault("an earlier column fills \(column.field) already")
            }
            guard !columns.contains(where: { $0.title == column.title }) else { throw body.fault("stands twice") }
            columns.append(column)
        }
        return columns
    }

    private func column(_ title: String, _ node: PlanNode) throws(ImportError) -> ImportPlan.Column {
        let map = try node.mapping(keys: Self.columnKeys, required: ["field"])
        guard let field = try map["field"]?.read("a field's name, like contact.phone", FieldName.init) else {
            throw node.fault("lacks field")
        }
        var words: [String: String] = [:]
        for (word, kept) in try map["values"]?.entries() ?? [] { words[CellText.folded(word)] = try kept.string() }
        let kind = try map["as"]?.read("one of \(self.words(CellKind.words.keys.sorted()))") { CellKind.words[$0] }
        guard words.isEmpty || kind == nil else { throw node.fault("has both as and values") }
        var empty: [String] = []
        for word in try map["empty"]?.sequence() ?? [] { empty.append(try word.string()) }
        let use = try map["use"]?.read("identify") { $0 == "identify" ? true : nil }
        let column = ImportPlan.Column(
            title: title, field: field, kind: words.isEmpty ? kind ?? .text : .choice(words),
            separators: try map["list"]?.string() ?? "", empty: empty,
            isRequired: try map["required"]?.read("true or false", Bool.init) ?? false, onlyIdentifies: use ?? false)
        let identities: [FieldName: CellKind] = [
            IdentityField.idNumber: .idNumber, IdentityField.phone: .phone, IdentityField.name: .name,
        ]
        if let needed = identities[field], column.kind != needed || !column.separators.isEmpty {
            throw node.fault("\(field) says who a row is about, so it must be one value of its own kind")
        }
        return column
    }

    /// Makes sure that rows can be matched by these columns.
    func checkIdentity(_ columns: [ImportPlan.Column], of node: PlanNode) throws(ImportError) {
        let fields = Set(columns.map(\.field))
        guard
            fields.contains(IdentityField.idNumber) || fields.isSuperset(of: [IdentityField.phone, IdentityField.name])
        else {
            throw node.fault("no column says who a row is about: person.id_number, or contact.phone and person.name")
        }
    }

    func words(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// Column names are compared without spaces and full-width forms, in the plan and in files alike.
    static func title(_ text: String) -> String {
        CellText.folded((try? CellText.cleaned(text)) ?? text).filter { $0 != " " }
    }
}
