internal import VaultModel
internal import Yams

/// Reads a plan's YAML into sources and refuses whatever it does not know, with the line.
struct PlanReader {
    let file: String

    /// A plan is a page or two; a limit so that a wrong file given as a plan fails at once.
    private static let sizeLimit = 262_144

    static let sourceKeys = ["source", "encoding", "delimiter", "columns", "ignore", "repeats", "others"]
    static let columnKeys = ["field", "as", "values", "list", "empty", "required", "use"]
    static let repeatingKeys = ["key", "fields"]
    static let otherKeys = ["who", "columns", "fills"]
    /// None of these bytes is part of a longer code in any encoding that the importer cuts on bytes.
    static let delimiters = ["comma": UInt8(ascii: ","), "tab": UInt8(ascii: "\t"), "semicolon": UInt8(ascii: ";")]

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
        let map = try node.mapping(keys: Self.sourceKeys, required: ["source", "columns"])
        let name = try map["source"]?.read("an app's name, like parking", AppName.init)
        let encoding = try map["encoding"]?.read(
            "one of \(words(SourceEncoding.allCases.map(\.rawValue)))", SourceEncoding.init)
        let delimiter = try map["delimiter"]?.read("one of \(words(Self.delimiters.keys.sorted()))") {
            Self.delimiters[$0]
        }
        let columns = try self.columns(map["columns"])
        try checkIdentity(columns, of: node)
        var others: [ImportPlan.OtherPerson] = []
        for other in try map["others"]?.sequence() ?? [] { others.append(try otherPerson(other)) }
        var ignored: [String] = []
        for title in try map["ignore"]?.sequence() ?? [] {
            let text = Self.title(try title.string())
            guard !columns.contains(where: { $0.title == text }) else {
                throw title.fault("\(text) stands under columns too")
            }
            ignored.append(text)
        }
        guard let name else { throw node.fault("lacks source") }
        return ImportPlan.Source(
            name: name, encoding: encoding ?? .utf8, delimiter: delimiter ?? UInt8(ascii: ","), columns: columns,
            ignored: ignored,
            repeating: try map["repeats"].map { node throws(ImportError) in try repeating(node, columns) },
            others: others)
    }

    private func repeating(_ node: PlanNode, _ columns: [ImportPlan.Column]) throws(ImportError) -> ImportPlan.Repeating
    {
        let map = try node.mapping(keys: Self.repeatingKeys, required: Self.repeatingKeys)
        let identities = [IdentityField.idNumber, IdentityField.phone, IdentityField.name]
        let plain = columns.filter { $0.separators.isEmpty && !identities.contains($0.field) }
        let isColumn = { (text: String) in plain.first { $0.field.text == text }?.field }
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
        let map = try node.mapping(keys: Self.otherKeys, required: Self.otherKeys)
        let columns = try self.columns(map["columns"])
        try checkIdentity(columns, of: node)
        var fills: [FieldName] = []
        for field in try map["fills"]?.sequence() ?? [] {
            fills.append(
                try field.read("the field of one of these columns") { text in
                    columns.first { $0.field.text == text }?.field
                })
        }
        return ImportPlan.OtherPerson(columns: columns, fills: fills)
    }
}
