internal import Foundation
internal import VaultModel
internal import Yams

/// Reads `Policies/` from disk: the one file that knows YAML, and the one of this room that touches files.
///
/// Of YAML it takes plain and quoted texts, lists and keys. Anchors, tags and several documents in a file are refused,
/// because two people who read such a file need not see the same law.
package enum PolicyDocument {
    /// The largest file read, in bytes.
    package static let fileLimit = 128 * 1024

    /// Reads and checks every file of the directory.
    ///
    /// - Parameter directory: its path, which findings begin with.
    /// - Throws: `PolicyError` with all findings of all files. A file that is not a policy is a finding too, so that a
    ///   misspelt name cannot take a rule out of force unseen.
    package static func load(directory: String) throws(PolicyError) -> PolicySet {
        var folder = PolicyFolder(path: directory)
        try folder.checkExists()
        var reader = PolicyReader()
        folder.noteUnexpected(files: ["parties.yaml"], folders: ["categories", "purposes", "imports", "schema"])
        if let root = folder.node("parties.yaml") { reader.addParties(root) }
        for file in folder.files(in: "categories") {
            guard let root = folder.node(file) else { continue }
            reader.addCategory(root, fileName: PolicyFolder.stem(of: file))
        }
        let files = folder.files(in: "purposes")
        for file in files {
            if let purpose = purposeFile(ofCases: file) {
                if !files.contains(purpose) { folder.note("cases of a purpose that has no file beside them", at: file) }
            } else if let root = folder.node(file) {
                reader.addPurpose(root, fileName: PolicyFolder.stem(of: file))
            }
        }
        for finding in folder.findings {
            reader.note(finding.reason, at: SourcePlace(file: finding.file, line: finding.line))
        }
        return try reader.finished()
    }

    /// Reads the cases that stand beside the purposes, for policies loaded from the same directory.
    ///
    /// - Throws: `PolicyError` with all findings: a case that cannot be read is as bad as one that fails.
    package static func loadCases(directory: String, policies: PolicySet) throws(PolicyError) -> [PolicyCase] {
        var folder = PolicyFolder(path: directory)
        try folder.checkExists()
        var reader = PolicyReader()
        var cases: [PolicyCase] = []
        for file in folder.files(in: "purposes") {
            guard let purpose = purposeFile(ofCases: file), let root = folder.node(file) else { continue }
            cases += reader.cases(root, fileName: PolicyFolder.stem(of: purpose), policies: policies)
        }
        let findings = folder.findings + reader.findings
        guard findings.isEmpty else { throw PolicyError(findings: findings) }
        return cases
    }

    /// The file of the purpose that a file holds the cases of; nil for other files.
    private static func purposeFile(ofCases file: String) -> String? {
        file.hasSuffix(".cases.yaml") ? file.dropLast(".cases.yaml".count) + ".yaml" : nil
    }

    /// One YAML text as a node.
    ///
    /// - Throws: `PolicyError` with one finding for a text that is not YAML or uses what the vault does not take.
    static func parse(_ text: String, file: String) throws(PolicyError) -> SourceNode? {
        do {
            // The parser is kept until the nodes are read: it owns the anchors, which nodes only point to weakly.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            let root = try parser.singleRoot()
            return try withExtendedLifetime(parser) { () throws in try root.map { try node($0, file: file) } }
        } catch let error as PolicyError {
            throw error
        } catch {
            throw fault(error, file: file)
        }
    }

    private static func node(_ node: Node, file: String) throws(PolicyError) -> SourceNode {
        let place = SourcePlace(file: file, line: node.mark?.line ?? 0)
        func refused(_ reason: String, line: Int? = nil) -> PolicyError {
            PolicyError(findings: [PolicyFinding(file: file, line: line ?? place.line, reason: reason)])
        }
        guard node.anchor == nil else {
            throw refused("anchors and aliases are not taken: write the value where it counts")
        }
        switch node {
        case .scalar(let scalar):
            guard let value = value(of: scalar) else { throw refused("tags are not taken") }
            return SourceNode(content: .scalar(value), place: place)
        case .sequence(let sequence):
            guard sequence.tag.rawValue.isEmpty else { throw refused("tags are not taken") }
            var items: [SourceNode] = []
            for item in sequence { items.append(try Self.node(item, file: file)) }
            return SourceNode(content: .list(items), place: place)
        case .mapping(let mapping):
            guard mapping.tag.rawValue.isEmpty else { throw refused("tags are not taken") }
            var members: [SourceNode.Member] = []
            for (key, value) in mapping {
                let keyPlace = SourcePlace(file: file, line: key.mark?.line ?? place.line)
                // Yams has given a plain key its tag when it looked for repeats, so keys are read by themselves.
                guard let name = key.scalar, key.anchor == nil, name.tag.rawValue == Tag.Name.str.rawValue else {
                    throw refused("a key is a text, without anchor or tag", line: keyPlace.line)
                }
                members.append(
                    SourceNode.Member(key: name.string, place: keyPlace, value: try Self.node(value, file: file)))
            }
            return SourceNode(content: .object(members), place: place)
        case .alias: throw refused("anchors and aliases are not taken: write the value where it counts")
        }
    }

    /// A plain scalar is null, true, false or a whole number where it looks exactly like one; all else is text. YAML's
    /// older readings (`no` for false, `0o17`, dates) are not taken. Nil for a scalar with a tag.
    private static func value(of scalar: Node.Scalar) -> JSON? {
        let tag = scalar.tag.rawValue
        guard scalar.style == .plain else { return tag == Tag.Name.str.rawValue ? .string(scalar.string) : nil }
        guard tag.isEmpty else { return nil }
        switch scalar.string {
        case "", "~", "null": return .null
        case "true": return true
        case "false": return false
        default:
            guard let number = Int64(scalar.string), String(number) == scalar.string,
                number.magnitude <= JSON.integerLimit
            else {
                return .string(scalar.string)
            }
            return .integer(number)
        }
    }

    private static func fault(_ error: any Error, file: String) -> PolicyError {
        let (line, reason): (Int, String) =
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                (mark.line, "not YAML: \(problem)")
            case .duplicatedKeysInMapping(let names, let context):
                (context.mark.line, "a key stands twice, here first: \(names.joined(separator: ", "))")
            case .reader(let problem, _, _, _): (0, "not YAML: \(problem)")
            default: (0, "not YAML")
            }
        return PolicyError(findings: [PolicyFinding(file: file, line: line, reason: reason)])
    }
}
