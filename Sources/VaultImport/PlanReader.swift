internal import VaultModel
internal import Yams

/// Reads a plan's YAML into sources and refuses whatever it does not know, with the line.
struct PlanReader {
    let file: String

    /// A plan is a page or two; a limit so that a wrong file given as a plan fails at once.
    private static let sizeLimit = 262_144

    func sources(_ yaml: [UInt8]) throws(ImportError) -> [ImportPlan.Source] {
        guard yaml.count <= Self.sizeLimit else { throw fault(1, "longer than \(Self.sizeLimit) bytes, so not a plan") }
        guard let text = String(validating: yaml, as: UTF8.self) else { throw fault(1, "not UTF-8") }
        let root = try PlanNode(compose(text), in: self).mapping(keys: ["sources"], required: ["sources"])
        var sources: [ImportPlan.Source] = []
        // `required` has made sure of the key.
        for node in try root["sources"]?.sequence() ?? [] {
            let source = try self.source(node)
            guard !sources.contains(where: { $0.titles == source.titles }) else {
                throw node.fault("has the same column names as an earlier source, so that files cannot be told apart")
            }
            sources.append(source)
        }
        guard !sources.isEmpty else { throw fault(1, "names no source") }
        return sources
    }

    func fault(_ line: Int, _ reason: String) -> ImportError { .plan(file: file, line: line, reason: reason) }

    private func compose(_ text: String) throws(ImportError) -> Node {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw fault(1, "empty") }
            return node
        } catch let error as ImportError {
            throw error
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            throw fault(mark.line, "not YAML: \(problem)")
        } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
            throw fault(context.mark.line, "a key stands twice: \(duplicates.joined(separator: ", "))")
        } catch {
            throw fault(1, "not YAML")
        }
    }

    private func source(_ node: PlanNode) throws(ImportError) -> ImportPlan.Source {
        let keys = ["source", "encoding", "delimiter", "columns", "ignore", "repeats", "others"]
        let map = try node.mapping(keys: keys, required: ["source", "columns"])
        let name = try map["source"]?.read("an app's name, like parking", AppName.init)
        let encoding = try map["encoding"]?.read("one of \(words(SourceEncoding.allCases.map(\.rawValue)))", SourceEncoding.init)
        let delimiters = ["comma": UInt8(ascii: ","), "tab": UInt8(ascii: "\t"), "semicolon": UInt8(ascii: ";")]
        let delimiter = try map["delimiter"]?.read("one of \(words(delimiters.keys.sorted()))") { delimiters[$0] }
        let columns = try self.columns(map["columns"])
        try checkIdentity(columns, of: node)
        var others: [ImportPlan.OtherPerson] = []
        for other in try map["others"]?.sequence() ?? [] { others.append(try otherPerson(other)) }
        var ignored: [String] = []
        for title in try map["ignore"]?.sequence() ?? [] {
            let text = try title.string()
            guard !columns.contains(where: { $0.title == text }) else { throw title.fault("\(text) stands under columns too") }
            ignored.append(Self.title(text))
        }
        guard let name else { throw node.fault("lacks source") }
        return ImportPlan.Source(
            name: name, encoding: encoding ?? .utf8, delimiter: delimiter ?? UInt8(ascii: ","), columns: columns,
            ignored: ignored, repeating: try map["repeats"].map { node throws(ImportError) in try repeating(node, columns) },
            others: others)
    }

    private func columns(_ node: PlanNode?) throws(ImportError) -> [ImportPlan.Column] {
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
        let keys = ["field", "as", "values", "list", "empty", "required", "use"]
        let map = try node.mapping(keys: keys, required: ["field"])
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

    private func checkIdentity(_ columns: [ImportPlan.Column], of node: PlanNode) throws(ImportError) {
        let fields = Set(columns.map(\.field))
        guard fields.contains(IdentityField.idNumber) || fields.isSuperset(of: [IdentityField.phone, IdentityField.name]) else {
            throw node.fault("no column says who a row is about: person.id_number, or contact.phone and person.name")
        }
    }

    private func repeating(_ node: PlanNode, _ columns: [ImportPlan.Column]) throws(ImportError) -> ImportPlan.Repeating {
        let map = try node.mapping(keys: ["key", "fields"], required: ["key", "fields"])
        let isColumn = { (text: String) in columns.first { $0.field.text == text && $0.separators.isEmpty }?.field }
        let key = try map["key"]?.read("the field of a required column") { text in
            columns.first { $0.field.text == text && $0.isRequired } == nil ? nil : isColumn(text)
        }
        var fields: [FieldName] = []
        for field in try map["fields"]?.sequence() ?? [] {
            fields.append(try field.read("the field of a column of one value", isColumn))
        }
        guard let key, !fields.contains(key) else { throw node.fault("names its key among the other fields") }
        return ImportPlan.Repeating(key: key, fields: fields)
    }

    private func otherPerson(_ node: PlanNode) throws(ImportError) -> ImportPlan.OtherPerson {
        let map = try node.mapping(keys: ["who", "columns", "fills"], required: ["who", "columns", "fills"])
        let columns = try self.columns(map["columns"])
        try checkIdentity(columns, of: node)
        var fills: [FieldName] = []
        for field in try map["fills"]?.sequence() ?? [] {
            fills.append(try field.read("the field of one of these columns") { text in columns.first { $0.field.text == text }?.field })
        }
        return ImportPlan.OtherPerson(columns: columns, fills: fills)
    }

    private func words(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// Column names are compared without spaces and full-width forms, in the plan and in files alike.
    static func title(_ text: String) -> String {
        CellText.folded((try? CellText.cleaned(text)) ?? text).filter { $0 != " " }
    }
}
