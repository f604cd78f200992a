internal import Yams

/// A node of a plan with its line, read strictly: unknown keys and unexpected shapes are faults.
struct PlanNode {
    private let node: Node
    private let reader: PlanReader

    init(_ node: Node, in reader: PlanReader) {
        self.node = node
        self.reader = reader
    }

    func fault(_ reason: String) -> ImportError { reader.fault(node.mark?.line ?? 1, reason) }

    /// The members of a mapping of which only these keys may and the required ones must be there.
    func mapping(keys: [String], required: [String]) throws(ImportError) -> [String: PlanNode] {
        var members: [String: PlanNode] = [:]
        for (key, value) in try entries() {
            guard keys.contains(key) else {
                throw value.fault("unknown key \(key): expected \(keys.joined(separator: ", "))")
            }
            members[key] = value
        }
        if let missing = required.first(where: { members[$0] == nil }) { throw fault("lacks \(missing)") }
        return members
    }

    /// The members of a mapping in their order.
    func entries() throws(ImportError) -> [(key: String, value: PlanNode)] {
        guard case .mapping(let mapping) = node else { throw fault("expected `key: value` lines") }
        var entries: [(key: String, value: PlanNode)] = []
        for (key, value) in mapping {
            entries.append((try PlanNode(key, in: reader).string(), PlanNode(value, in: reader)))
        }
        return entries
    }

    func sequence() throws(ImportError) -> [PlanNode] {
        guard case .sequence(let sequence) = node else { throw fault("expected a list") }
        return sequence.map { PlanNode($0, in: reader) }
    }

    func string() throws(ImportError) -> String {
        guard case .scalar(let scalar) = node else { throw fault("expected a text") }
        return scalar.string
    }

    /// A text turned into something by a function that returns nil for what it does not know.
    func read<Value>(_ expected: String, _ make: (String) -> Value?) throws(ImportError) -> Value {
        guard let value = make(try string()) else { throw fault("expected \(expected)") }
        return value
    }
}
