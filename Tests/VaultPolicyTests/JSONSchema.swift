import VaultModel
@testable import VaultPolicy

/// Validates by the part of JSON Schema 2020-12 that the published schemas use. A keyword it does not know is a fault
/// of the schema, so that no schema promises a check that nobody makes.
struct JSONSchema {
    let root: JSON

    func faults(in value: JSON) -> [String] { faults(in: value, schema: root, path: "") }

    private func faults(in value: JSON, schema: JSON, path: String) -> [String] {
        guard let keywords = schema.object else { return ["\(path): the schema is no object"] }
        return keywords.flatMap { keyword, argument in
            check(keyword, argument, value, keywords, path: path)
        }
    }

    private func check(_ keyword: String, _ argument: JSON, _ value: JSON, _ all: [String: JSON], path: String)
        -> [String]
    {
        func need(_ holds: Bool) -> [String] { holds ? [] : ["\(path): \(keyword)"] }
        let members = value.object ?? [:]
        switch keyword {
        case "$schema", "title", "description", "$defs", "then": return []
        case "$ref":
            guard let name = argument.string, name.hasPrefix("#/$defs/"),
                let target = root["$defs"]?[String(name.dropFirst(8))]
            else {
                return ["\(path): dangling $ref"]
            }
            return faults(in: value, schema: target, path: path)
        case "type": return need(Self.type(of: value) == argument.string)
        case "const": return need(value == argument)
        case "enum": return need(argument.array?.contains(value) == true)
        case "required":
            return value.object == nil ? [] : need(argument.strings?.allSatisfy { members[$0] != nil } == true)
        case "properties":
            return (argument.object ?? [:]).flatMap { key, schema in
                members[key].map { faults(in: $0, schema: schema, path: "\(path)/\(key)") } ?? []
            }
        case "additionalProperties":
            let known = all["properties"]?.object ?? [:]
            return members.filter { known[$0.key] == nil }.flatMap { key, member in
                argument == false
                    ? ["\(path): \(key) is unknown"] : faults(in: member, schema: argument, path: "\(path)/\(key)")
            }
        case "propertyNames":
            return members.keys.flatMap { faults(in: .string($0), schema: argument, path: "\(path)/\($0)") }
        case "items": return (value.array ?? []).flatMap { faults(in: $0, schema: argument, path: path) }
        case "minItems": return value.array.map { need(Int64($0.count) >= argument.integer ?? .max) } ?? []
        case "maxItems": return value.array.map { need(Int64($0.count) <= argument.integer ?? .min) } ?? []
        case "uniqueItems": return value.array.map { need(Set($0).count == $0.count) } ?? []
        case "minProperties": return value.object.map { need(Int64($0.count) >= argument.integer ?? .max) } ?? []
        case "maxProperties": return value.object.map { need(Int64($0.count) <= argument.integer ?? .min) } ?? []
        case "minimum": return value.integer.map { need($0 >= argument.integer ?? .max) } ?? []
        case "maximum": return value.integer.map { need($0 <= argument.integer ?? .min) } ?? []
        case "minLength":
            return value.string.map { need(Int64($0.unicodeScalars.count) >= argument.integer ?? .max) } ?? []
        case "maxLength":
            return value.string.map { need(Int64($0.unicodeScalars.count) <= argument.integer ?? .min) } ?? []
        case "pattern":
            guard let text = value.string else { return [] }
            guard let pattern = argument.string, let regex = try? Regex(pattern) else {
                return ["\(path): bad pattern"]
            }
            return need(text.firstMatch(of: regex) != nil)
        case "anyOf":
            return need(argument.array?.contains { faults(in: value, schema: $0, path: path).isEmpty } == true)
        case "allOf": return (argument.array ?? []).flatMap { faults(in: value, schema: $0, path: path) }
        case "if":
            guard faults(in: value, schema: argument, path: path).isEmpty, let then = all["then"] else { return [] }
            return faults(in: value, schema: then, path: path)
        default: return ["the schema uses '\(keyword)', which is not checked here"]
        }
    }

    private static func type(of value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension SourceNode {
    /// The value without its places.
    var json: JSON {
        switch content {
        case .scalar(let value): value
        case .list(let items): .array(items.map(\.json))
        case .object(let members): .object(Dictionary(members.map { ($0.key, $0.value.json) }) { first, _ in first })
        }
    }
}
